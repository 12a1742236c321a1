#include "daemon/token_service.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "core/log.hpp"
#include "daemon/token_fetch.hpp"
#include "daemon/worker.hpp"

namespace llmr::daemon {

Result<Secret> TokenService::current() const {
    if (cache_.need(steady_now()) != TokenCache::Need::now) return cache_.token();
    if (cache_.error()) return *cache_.error();
    return Error(Errc::upstream_auth, "there is no access token");
}

net::Task<Result<Secret>> TokenService::get(Worker& worker, std::size_t upstream_index) {
    auto signal = std::make_shared<Signal>();
    bool fetches = false;
    bool must_wait = false;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = steady_now();
        const TokenCache::Need need = cache_.need(now);
        fetches = need != TokenCache::Need::nothing && cache_.begin_fetch(now);
        must_wait = need == TokenCache::Need::now && cache_.fetching();
        if (must_wait) waiting_.push_back({worker.executor(), signal});
    }
    // Not under the lock: a fetch that fails at once, for want of a file, settles before this
    // returns.
    if (fetches) begin_fetch(worker, upstream_index);
    if (must_wait) co_await signal->wait();
    const std::lock_guard lock(mutex_);
    co_return current();
}

void TokenService::begin_fetch(Worker& worker, std::size_t upstream_index) {
    net::asio::co_spawn(worker.executor(), fetch(worker, upstream_index), net::asio::detached);
}

net::Task<void> TokenService::fetch(Worker& worker, std::size_t upstream_index) {
    auto token = co_await fetch_token(worker, upstream_index);
    const std::string name = worker.config()->upstreams[upstream_index].name;
    if (token) {
        log::debug("{}: access token fetched, good for {} s", name, token->life_s);
        settle(std::move(token->value), std::chrono::seconds(token->life_s));
    } else {
        log::warn("{}: no access token: {}", name, token.error().message);
        settle(token.error(), std::chrono::seconds(0));
    }
}

void TokenService::settle(Result<Secret> token, std::chrono::seconds life) {
    std::vector<Waiter> waiting;
    {
        const std::lock_guard lock(mutex_);
        const SteadyTime now = steady_now();
        if (token) {
            cache_.fetched(std::move(*token), life, now);
            ++fetched_;
        } else {
            cache_.failed(token.error(), now);
        }
        waiting.swap(waiting_);
    }
    for (Waiter& waiter : waiting)
        net::asio::post(waiter.executor, [signal = waiter.signal] { signal->fire(true); });
}

bool TokenService::reject(const Secret& refused) {
    const std::lock_guard lock(mutex_);
    return cache_.reject(refused, steady_now());
}

std::int64_t TokenService::fetched() const {
    const std::lock_guard lock(mutex_);
    return fetched_;
}

}  // namespace llmr::daemon
