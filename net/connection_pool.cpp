#include "net/connection_pool.hpp"

#include <utility>

namespace llmr::net {

ConnectionPool::ConnectionPool(Executor executor, std::size_t max_idle,
                               std::chrono::seconds idle_ttl)
    : max_idle_(max_idle),
      idle_ttl_(idle_ttl),
      sweep_(executor, [this] { drop_expired(steady_now()); }) {}

std::unique_ptr<Connection> ConnectionPool::acquire(SteadyTime now, bool local_only) {
    drop_expired(now);
    for (auto it = idle_.end(); it != idle_.begin();) {
        --it;
        if (local_only && !it->connection->peer_is_local()) continue;
        auto connection = std::move(it->connection);
        it = idle_.erase(it);
        if (connection->is_quiet()) return connection;
    }
    return nullptr;
}

void ConnectionPool::release(std::unique_ptr<Connection> connection, SteadyTime now) {
    if (max_idle_ == 0) return;
    connection->rest();
    if (connection->tls() != nullptr) session_ = resumable_session(connection->tls());
    if (idle_.size() >= max_idle_) idle_.pop_front();
    idle_.push_back(Idle{std::move(connection), now + idle_ttl_});
    if (idle_.size() == 1) sweep_.set(idle_.front().until);
}

void ConnectionPool::shut_down() {
    max_idle_ = 0;
    idle_.clear();
    sweep_.clear();
}

void ConnectionPool::drop_expired(SteadyTime now) {
    while (!idle_.empty() && idle_.front().until <= now)
        idle_.pop_front();
    if (!idle_.empty()) sweep_.set(idle_.front().until);
}

}  // namespace llmr::net
