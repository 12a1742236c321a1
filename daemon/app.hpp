#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"
#include "daemon/discovery.hpp"
#include "daemon/passed_sockets.hpp"
#include "daemon/power_meter.hpp"
#include "daemon/pulse.hpp"
#include "daemon/queue_clock.hpp"
#include "daemon/server.hpp"
#include "daemon/services.hpp"
#include "daemon/worker.hpp"
#include "simulator/simulator.hpp"

namespace llmr::daemon {

/// The daemon: builds every service from a configuration, starts and stops them in order. Used by
/// `llm-router serve` and, in-process, by the integration tests.
class App {
public:
    /// Listens on `sockets`, if there are any, instead of the addresses of the configuration, which
    /// must name theirs.
    explicit App(std::shared_ptr<const Config> config, std::vector<PassedSocket> sockets = {});
    ~App();

    /// Ledger, first look at the upstreams, listening sockets, threads; in this order. Returns when
    /// queries are accepted. Errors name what could not be opened.
    Result<void> start();

    /// Stops accepting, lets queries finish for at most the drain time, ends the rest with an
    /// in-band error, commits the ledger. True if every row is committed. Call once.
    bool stop();

    /// Swaps in the reloadable settings of `config`; the rest needs a restart and is listed.
    std::vector<std::string> reload(const Config& config);

    /// Changes the routing at once, on every I/O thread; a restart or a reload forgets it.
    /// Thread-safe.
    Services::TuningState tune(const TuningChange& change);

    /// Asks every I/O thread for a sign of life; `alive`: all have answered the last time they were
    /// asked. Both from one thread, while started.
    void beat();
    bool alive() const;

    /// What is listened on, with the ports the kernel gave.
    const std::vector<ListenAddress>& addresses() const { return addresses_; }
    std::string base_url() const;  ///< http://host:port of the first address
    Services& services() { return services_; }
    simulator::Simulator* simulator() { return simulator_.get(); }  ///< only with Config::demo

private:
    Result<void> start_demo(Config& config);
    void announce_privacy() const;
    void announce_proxies() const;
    Result<void> load_prices();
    Result<void> open_ledger();
    Result<void> open_tls();
    Result<void> open_budget();
    Result<void> bind();
    void spread(const std::shared_ptr<const Config>& config);
    Result<void> adopt_sockets();
    void first_look();
    void publish(std::shared_ptr<const Landscape> landscape);
    void apply_power(const Config& config);
    net::Task<void> measure_power();
    void drain();
    std::int64_t open_sessions() const;

    std::mutex config_mutex_;  ///< of the two below, once it has started
    std::shared_ptr<const Config> config_;
    Tuning configured_;
    std::vector<PassedSocket> sockets_;  ///< what it was started with
    std::unique_ptr<simulator::Simulator> simulator_;
    routing::PriceBook prices_;
    Services services_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::unique_ptr<Server>> servers_;
    std::unique_ptr<Pulse> pulse_;
    std::unique_ptr<QueueClock> queue_clock_;
    std::unique_ptr<Discovery> discovery_;
    std::vector<std::thread> threads_;
    std::vector<ListenAddress> addresses_;
    std::unique_ptr<PowerMeter> power_meter_;
    bool measuring_ = false;
    bool started_ = false;
};

}  // namespace llmr::daemon
