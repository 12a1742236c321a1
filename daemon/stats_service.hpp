#pragma once

#include <functional>
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "core/error.hpp"
#include "daemon/worker.hpp"
#include "net/executor.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// Runs ledger reads on a thread of its own, so that no I/O thread ever waits for SQLite.
/// Thread-safe.
class StatsService {
public:
    /// `on_damage` is called, on the reader's thread, after a read that found the file damaged.
    explicit StatsService(std::string db_path, std::function<void()> on_damage = {});
    ~StatsService();

    /// Reads and renders: both happen on the reader's thread, so that a long table keeps no I/O
    /// thread busy.
    using Render = std::function<Result<std::string>(storage::LedgerReader&)>;
    net::Task<Result<std::string>> render(Worker& worker, Render render);
    void stop();

private:
    /// Runs `read` on the reader's thread and resumes on the worker's.
    net::Task<void> offload(Worker& worker, std::function<void(storage::LedgerReader&)> read);

    std::function<void()> on_damage_;
    storage::LedgerReader reader_;  ///< touched by the pool's only thread
    net::asio::thread_pool pool_{1};
};

}  // namespace llmr::daemon
