#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/upstream_config.hpp"
#include "daemon/signal.hpp"
#include "daemon/token_cache.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

class Worker;

/// The access token of one upstream, for all I/O threads: fetched by the first that needs it, while
/// the others wait or go on with the one that is still good. Thread-safe.
class TokenService {
public:
    /// A token that is good now. Errors: upstream_auth, upstream_unreachable and the like, from the
    /// identity service.
    net::Task<Result<Secret>> get(Worker& worker, std::size_t upstream_index);
    /// See TokenCache::reject.
    bool reject(const Secret& refused);
    /// How many were fetched so far.
    std::int64_t fetched() const;

private:
    struct Waiter {
        net::Executor executor;
        std::shared_ptr<Signal> signal;
    };
    void begin_fetch(Worker& worker, std::size_t upstream_index);
    net::Task<void> fetch(Worker& worker, std::size_t upstream_index);
    void settle(Result<Secret> token, std::chrono::seconds life);
    Result<Secret> current() const;

    mutable std::mutex mutex_;
    TokenCache cache_;
    std::vector<Waiter> waiting_;
    std::int64_t fetched_ = 0;
};

}  // namespace llmr::daemon
