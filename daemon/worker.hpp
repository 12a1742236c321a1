#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/commit_waiters.hpp"
#include "daemon/services.hpp"
#include "net/guard.hpp"
#include "net/http_client.hpp"
#include "net/resolver.hpp"
#include "routing/breaker.hpp"
#include "routing/retry_budget.hpp"

namespace llmr::daemon {

class Session;

/// Everything one I/O thread owns. All members are used from that thread alone; other threads reach
/// it by posting to `context()`.
class Worker {
public:
    Worker(int index, Services& services, std::shared_ptr<const Config> config);
    ~Worker();

    int index() const { return index_; }
    Services& services() { return services_; }
    net::asio::io_context& context() { return context_; }
    net::Executor executor() { return context_.get_executor(); }

    /// This thread's snapshot; a query that must keep it across an await copies the pointer.
    const std::shared_ptr<const Config>& config() const { return config_; }
    const std::shared_ptr<const Landscape>& landscape() const { return landscape_; }
    const net::ApiKeys& api_keys() const { return api_keys_; }
    const net::ApiKeys& admin_keys() const { return admin_keys_; }
    void set_config(std::shared_ptr<const Config> config);
    void set_landscape(std::shared_ptr<const Landscape> landscape);

    net::HttpClient& client(std::size_t upstream_index) { return *clients_.at(upstream_index); }
    Credentials& credentials(std::size_t upstream_index) {
        return *services_.credentials.at(upstream_index);
    }
    net::Resolver& resolver() { return resolver_; }
    routing::BreakerMap& breakers() { return breakers_; }
    routing::RetryBudget& retries() { return retries_; }
    /// Is this (upstream, model) worth trying now: discovery sees the server, its breaker lets
    /// queries through.
    bool available(std::size_t upstream_index, std::string_view model, SteadyTime now) const;
    /// To be called after a breaker of the upstream has changed: for the metrics.
    void report_breakers(std::size_t upstream_index);
    CommitWaiters& commits() { return commits_; }

    std::unordered_set<Session*>& sessions() { return sessions_; }

    /// Runs the event loop until `stop`.
    void run();
    /// Thread-safe.
    void stop();

private:
    int index_;
    Services& services_;
    net::asio::io_context context_{1};
    net::asio::executor_work_guard<net::Executor> work_;
    std::shared_ptr<const Config> config_;
    std::shared_ptr<const Landscape> landscape_;
    net::ApiKeys api_keys_;
    net::ApiKeys admin_keys_;
    net::Resolver resolver_;
    std::vector<std::unique_ptr<net::HttpClient>> clients_;
    routing::BreakerMap breakers_;
    routing::RetryBudget retries_;
    CommitWaiters commits_;
    std::unordered_set<Session*> sessions_;
};

}  // namespace llmr::daemon
