#include "daemon/app.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "classifier/classifier.hpp"
#include "core/clock.hpp"
#include "core/config_address.hpp"
#include "core/log.hpp"
#include "core/proxy_rules.hpp"
#include "daemon/experience.hpp"
#include "daemon/price_notes.hpp"
#include "daemon/privacy.hpp"
#include "daemon/query/budget_access.hpp"
#include "daemon/session.hpp"
#include "daemon/share_history.hpp"
#include "daemon/stats_service.hpp"
#include "daemon/version.hpp"
#include "routing/price_file.hpp"

namespace llmr::daemon {
namespace {

/// How long the first look at the upstreams may delay the start.
constexpr std::chrono::seconds kPowerInterval{1};
constexpr std::chrono::milliseconds kFirstLook{1500};
/// After the drain time, for in-band errors to reach the clients and rows the ledger.
constexpr std::chrono::seconds kCutGrace{2};
/// How often the drain looks whether everybody has left.
constexpr std::chrono::milliseconds kDrainPoll{10};

int thread_count(const Config& config) {
    if (config.threads > 0) return config.threads;
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 4);
}

/// Two descriptors per open query and some for files: the default soft limit of 1024 is too small.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 65536) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<std::string> upstream_names(const Config& config) {
    std::vector<std::string> names;
    for (const UpstreamConfig& upstream : config.upstreams)
        names.push_back(upstream.name);
    return names;
}

/// Only Ollama loads and unloads models as requests come.
std::vector<routing::ScheduleLimits> schedule_limits(const Config& config) {
    std::vector<routing::ScheduleLimits> limits;
    for (const UpstreamConfig& upstream : config.upstreams) {
        routing::ScheduleLimits host;
        host.parallel = config.local_parallel;
        host.queue = config.local_queue;
        host.max_loaded = upstream.dialect == Dialect::ollama ? config.local_max_loaded
                                                              : routing::ModelCapacity::kUnlimited;
        host.min_residency = config.local_min_residency;
        host.max_wait = config.local_max_wait;
        limits.push_back(host);
    }
    return limits;
}

/// Runs `work` on the worker's thread and waits for it.
template <class Work>
void on_worker(Worker& worker, Work work) {
    std::promise<void> done;
    net::asio::post(worker.context(), [&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

}  // namespace

App::App(std::shared_ptr<const Config> config, std::vector<PassedSocket> sockets)
    : config_(std::move(config)), sockets_(std::move(sockets)) {}

App::~App() {
    if (started_) stop();
}

Result<void> App::start_demo(Config& config) {
    simulator_ = std::make_unique<simulator::Simulator>(simulator::SimulatorOptions{});
    if (auto started = simulator_->start(); !started) return started.error();
    UpstreamConfig local;
    local.name = "ollama";
    local.dialect = Dialect::ollama;
    local.base_url = simulator_->ollama_url();
    local.locality = Locality::local;
    UpstreamConfig external;
    external.name = "openai";
    external.dialect = Dialect::openai_chat;
    external.base_url = simulator_->openai_url();
    // On loopback, and yet it plays the external provider.
    external.locality = Locality::external;
    config.upstreams = {std::move(local), std::move(external)};
    config.external_models = {{"openai", "gpt-4o-mini"}};
    services_.simulated = true;
    log::warn("DEMO: answers come from the built-in simulator, not from models");
    return {};
}

void App::announce_privacy() const {
    if (local_only_of(*config_) == LocalOnly::no) return;
    std::vector<std::string> barred;
    for (const UpstreamConfig& upstream : config_->upstreams) {
        if (is_barred(*config_, upstream)) barred.push_back(upstream.name);
    }
    log::info(
        "LLM_PRIVACY=local-only: no connection leaves this machine and its network; external "
        "upstreams not used: {}",
        barred.empty() ? "none configured" : fmt::format("{}", fmt::join(barred, ", ")));
}

/// Who is asked in whose place; without the credentials.
void App::announce_proxies() const {
    for (const UpstreamConfig& upstream : config_->upstreams) {
        if (is_barred(*config_, upstream)) continue;
        const auto proxy = proxy_for(*config_, upstream);
        if (!proxy) continue;
        log::info("{}: through the proxy {}", upstream.name,
                  config::format_listen({proxy->host, proxy->port}));
    }
}

Result<void> App::load_prices() {
    auto file = routing::read_price_file(config_->prices_file);
    if (!file) return Error(file.error().code, "LLM_PRICES_FILE: " + file.error().message);
    if (const auto note = left_out_note(*file)) log::warn("{}", *note);
    prices_ = std::move(file->book);
    services_.prices = &prices_;
    const PriceNotes notes = price_notes(*config_, prices_, utc_ms());
    for (const std::string& note : notes.known)
        log::info("{}", note);
    for (const std::string& note : notes.missing)
        log::warn("{}", note);
    return {};
}

/// Only where an upstream needs it (OpenSSL and the system's certificates take some MiB), or the
/// operator named a file, which is to be looked at.
Result<void> App::open_tls() {
    const bool needed = std::any_of(
        config_->upstreams.begin(), config_->upstreams.end(), [&](const UpstreamConfig& upstream) {
            if (is_barred(*config_, upstream)) return false;
            const auto endpoint = net::parse_base_url(upstream.base_url);
            return (endpoint && endpoint->tls) || upstream.token.kind != TokenKind::none;
        });
    if (!needed && config_->ca_file.empty()) return {};
    auto tls = net::make_client_tls(config_->ca_file);
    if (!tls) {
        const bool by_file = tls.error().code == Errc::invalid_parameter;
        return Error(tls.error().code, (by_file ? "LLM_CA_FILE: " : "") + tls.error().message);
    }
    services_.tls = std::move(*tls);
    return {};
}

Result<void> App::open_ledger() {
    storage::LedgerOptions options;
    options.path = config_->db_path;
    options.fsync = config_->ledger_fsync;
    options.share_window = config_->local_window;
    options.retention_days = config_->retention_days;
    options.max_bytes = std::int64_t{config_->ledger_max_mb} << 20;
    auto ledger = storage::Ledger::open(options);
    if (!ledger) return ledger.error();
    services_.ledger = std::move(*ledger);
    storage::Stats all;
    if (config_->share_unit != ShareUnit::queries) {
        auto stats = storage::LedgerReader(config_->db_path).stats(0);
        if (!stats) return stats.error();
        all = std::move(*stats);
    }
    const routing::ShareHistory history =
        share_history(services_.ledger->share_history(), *config_, all);
    services_.share = std::make_unique<routing::LocalShare>(config_->local_threshold,
                                                            config_->local_window, history);
    if (const auto count = services_.ledger->interrupted_at_open(); count > 0) {
        log::warn("ledger: {} attempts were cut off by the last stop; marked interrupted", count);
    }
    services_.experience = std::make_unique<Experience>(config_->db_path);
    services_.stats = std::make_unique<StatsService>(
        config_->db_path, [ledger = services_.ledger.get()] { ledger->report_damage(); });
    return open_budget();
}

/// Needs the ledger, with what a crash left recovered.
Result<void> App::open_budget() {
    storage::LedgerReader reader(config_->db_path);
    const std::int64_t now = utc_ms();
    auto spent = budget_spent(reader, now);
    if (!spent) return spent.error();
    services_.budget = std::make_unique<routing::Budget>(budget_limits(*config_), *spent, now);
    return {};
}

/// What was passed stands in Config::listen, too: the checks of addresses are the same.
Result<void> App::adopt_sockets() {
    addresses_.clear();
    for (const PassedSocket& socket : sockets_)
        addresses_.push_back(socket.address);
    for (auto& worker : workers_) {
        auto server = std::make_unique<Server>(*worker);
        for (const PassedSocket& socket : sockets_)
            if (auto adopted = server->adopt(socket); !adopted) return adopted.error();
        servers_.push_back(std::move(server));
    }
    return {};
}

Result<void> App::bind() {
    if (!sockets_.empty()) return adopt_sockets();
    addresses_ = config_->listen;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        auto server = std::make_unique<Server>(*workers_[i]);
        for (auto address = addresses_.begin(); address != addresses_.end();) {
            auto bound = server->listen(*address);
            const bool optional = addresses_.size() > 1 && address->host == "::1";
            if (!bound && !(optional && i == 0)) return bound.error();
            if (!bound) {
                // Hosts without IPv6 are common; IPv4 loopback is enough there.
                log::info("{}", bound.error().message);
                address = addresses_.erase(address);
                continue;
            }
            ++address;
        }
        servers_.push_back(std::move(server));
    }
    return {};
}

void App::publish(std::shared_ptr<const Landscape> landscape) {
    for (auto& worker : workers_) {
        net::asio::post(worker->context(),
                        [target = worker.get(), landscape] { target->set_landscape(landscape); });
    }
}

/// Gives discovery a moment, so that the first query finds models; a slow upstream does not hold
/// the start up for longer.
void App::first_look() {
    auto done = std::make_shared<std::promise<void>>();
    std::future<void> finished = done->get_future();
    net::asio::co_spawn(workers_.front()->executor(), discovery_->refresh(),
                        [this, done](std::exception_ptr) {
                            net::asio::co_spawn(workers_.front()->executor(), discovery_->run(),
                                                net::asio::detached);
                            done->set_value();
                        });
    finished.wait_for(kFirstLook);
}

Result<void> App::start() {
    raise_descriptor_limit();
    Config config = *config_;
    if (config.demo) {
        if (auto demo = start_demo(config); !demo) return demo.error();
    }
    config_ = std::make_shared<const Config>(std::move(config));
    announce_privacy();
    announce_proxies();
    services_.version = kVersion;
    services_.started_ms = utc_ms();
    classifier::prepare();
    if (auto prices = load_prices(); !prices) return prices.error();
    if (auto opened = open_ledger(); !opened) return opened.error();
    if (auto tls = open_tls(); !tls) return tls.error();
    services_.admission = std::make_unique<routing::Admission>(schedule_limits(*config_));
    for (std::size_t i = 0; i < config_->upstreams.size(); ++i)
        services_.credentials.push_back(std::make_unique<Credentials>());
    services_.windows =
        std::make_unique<routing::ContextWindows>(config_->num_ctx, config_->num_ctx_max);
    services_.responses =
        std::make_unique<ResponseStore>(static_cast<std::size_t>(config_->responses_store));
    const int threads = thread_count(*config_);
    services_.metrics =
        std::make_unique<metrics::Metrics>(threads, upstream_names(*config_), services_.version);
    for (int i = 0; i < threads; ++i) {
        workers_.push_back(std::make_unique<Worker>(i, services_, config_));
    }
    queue_clock_ = std::make_unique<QueueClock>(workers_.front()->executor(), *services_.admission);
    services_.ledger->on_commit([this](int lane, std::span<const storage::Committed> done) {
        Worker* worker = workers_[static_cast<std::size_t>(lane)].get();
        std::vector<storage::Committed> copy(done.begin(), done.end());
        net::asio::post(worker->context(),
                        [worker, copy = std::move(copy)] { worker->commits().committed(copy); });
    });
    services_.ledger->on_stored([this](const storage::StoredBatch& batch) {
        services_.metrics->observe_commit({batch.lags_us, batch.duration_us});
    });
    configured_ = tuning_of(*config_);
    services_.tune = [this](const TuningChange& change) { return tune(change); };
    apply_power(*config_);
    if (auto bound = bind(); !bound) return bound.error();
    discovery_ = std::make_unique<Discovery>(
        *workers_.front(),
        [this](std::shared_ptr<const Landscape> landscape) { publish(std::move(landscape)); });
    services_.look_again = [this] {
        net::asio::post(workers_.front()->context(), [this] { discovery_->refresh_soon(); });
    };
    pulse_ = std::make_unique<Pulse>(workers_.size());
    for (auto& worker : workers_) {
        threads_.emplace_back([target = worker.get()] { target->run(); });
    }
    started_ = true;
    first_look();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        on_worker(*workers_[i], [this, i] { servers_[i]->start(); });
    }
    services_.ready = true;
    return {};
}

/// On the first I/O thread, or before it runs.
void App::apply_power(const Config& config) {
    measuring_ = config.measure_local_power;
    services_.energy.set_power(steady_now(), config.local_milliwatts);
    if (!measuring_ || power_meter_) return;
    power_meter_ = std::make_unique<PowerMeter>(PowerMeter::Sources());
    if (power_meter_->available()) {
        net::asio::co_spawn(workers_.front()->executor(), measure_power(), net::asio::detached);
    } else {
        log::warn(
            "LLM_LOCAL_WATTS=auto: this machine has no power counter that can be read; "
            "no energy is counted");
    }
}

net::Task<void> App::measure_power() {
    net::Timer timer(workers_.front()->executor());
    for (;;) {
        const auto power = power_meter_->milliwatts(steady_now());
        if (power && measuring_) services_.energy.set_power(steady_now(), *power);
        timer.expires_after(kPowerInterval);
        co_await timer.async_wait(net::use_task);
    }
}

std::int64_t App::open_sessions() const {
    return services_.open_connections;
}

void App::drain() {
    services_.draining = true;
    services_.live->wake_all();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        on_worker(*workers_[i], [this, i] {
            if (i == 0) discovery_->stop();
            servers_[i]->stop();
            for (Session* session : workers_[i]->sessions())
                session->drain();
        });
    }
    // Connections accepted just before now become sessions in the turns after it.
    for (int turn = 0; turn < 2; ++turn)
        for (auto& worker : workers_)
            on_worker(*worker, [] {});
    const auto wait_until_empty = [this](SteadyTime deadline) {
        while (open_sessions() > 0 && steady_now() < deadline) {
            std::this_thread::sleep_for(kDrainPoll);
        }
    };
    const std::chrono::seconds drain_time = [this] {
        const std::lock_guard lock(config_mutex_);
        return config_->drain;
    }();
    wait_until_empty(steady_now() + drain_time);
    if (open_sessions() == 0) return;
    log::warn("{} connections still open after the drain time: ending them", open_sessions());
    for (auto& worker : workers_) {
        on_worker(*worker, [&] {
            const std::vector<Session*> sessions(worker->sessions().begin(),
                                                 worker->sessions().end());
            for (Session* session : sessions)
                session->cut();
        });
    }
    wait_until_empty(steady_now() + kCutGrace);
}

bool App::stop() {
    if (!started_) return true;
    started_ = false;
    services_.ready = false;
    drain();
    for (auto& worker : workers_)
        worker->stop();
    for (std::thread& thread : threads_)
        thread.join();
    services_.stats->stop();
    services_.experience->stop();
    const bool committed = services_.ledger->close();
    if (!committed) log::error("ledger: some rows could not be written");
    if (simulator_) simulator_->stop();
    return committed;
}

void App::beat() {
    pulse_->beat([this](std::size_t i, std::function<void()> answer) {
        net::asio::post(workers_[i]->context(), std::move(answer));
    });
}

bool App::alive() const {
    return pulse_->alive();
}

std::string App::base_url() const {
    const ListenAddress& first = addresses_.front();
    const bool v6 = first.host.find(':') != first.host.npos;
    const std::string host = first.host == "0.0.0.0" ? "127.0.0.1" : first.host;
    return v6 ? fmt::format("http://[{}]:{}", first.host == "::" ? "::1" : first.host, first.port)
              : fmt::format("http://{}:{}", host, first.port);
}

std::vector<std::string> App::reload(const Config& wanted) {
    std::vector<std::string> needs_restart;
    std::shared_ptr<const Config> fresh;
    {
        const std::lock_guard lock(config_mutex_);
        needs_restart = restart_needed(*config_, wanted);
        fresh = config_ = std::make_shared<const Config>(reloaded(*config_, wanted));
        configured_ = tuning_of(*fresh);
        services_.share->reconfigure(fresh->local_threshold, fresh->local_window);
        spread(fresh);
    }
    log::set_level(fresh->log_level);
    services_.budget->reconfigure(budget_limits(*fresh));
    services_.windows->reconfigure(fresh->num_ctx, fresh->num_ctx_max);
    for (auto& worker : workers_)
        on_worker(*worker, [] {});  // each has it now
    on_worker(*workers_.front(), [this, &fresh] {
        apply_power(*fresh);
        discovery_->refresh_soon();
    });
    return needs_restart;
}

/// In the order of the calls, since the caller holds the lock.
void App::spread(const std::shared_ptr<const Config>& config) {
    for (auto& worker : workers_) {
        net::asio::post(worker->context(),
                        [target = worker.get(), config] { target->set_config(config); });
    }
}

Services::TuningState App::tune(const TuningChange& change) {
    const std::lock_guard lock(config_mutex_);
    const Tuning running = tuning_of(*config_);
    const Tuning wanted = change.applied_to(running, configured_);
    if (wanted != running) {
        config_ = std::make_shared<const Config>(tuned(*config_, wanted));
        services_.share->reconfigure(config_->local_threshold, config_->local_window);
        spread(config_);
    }
    return {wanted, configured_};
}

}  // namespace llmr::daemon
