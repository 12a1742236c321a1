#include "daemon/stats_service.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/log.hpp"
#include "daemon/signal.hpp"

namespace llmr::daemon {

StatsService::StatsService(std::string db_path, std::function<void()> on_damage)
    : on_damage_(std::move(on_damage)), reader_(std::move(db_path)) {}

StatsService::~StatsService() {
    stop();
}

void StatsService::stop() {
    pool_.stop();
    pool_.join();
}

net::Task<void> StatsService::offload(Worker& worker,
                                      std::function<void(storage::LedgerReader&)> read) {
    auto done = std::make_shared<Signal>();
    auto job = [this, done, executor = worker.executor(), read = std::move(read)] {
        try {
            read(reader_);
            if (reader_.found_damage() && on_damage_) on_damage_();
        } catch (const std::exception& e) {
            log::error("ledger read: {}", e.what());
        }
        net::asio::post(executor, [done] { done->fire(true); });
    };
    net::asio::post(pool_, std::move(job));
    co_await done->wait();
}

net::Task<Result<std::string>> StatsService::render(Worker& worker, Render render) {
    // The result outlives the job: this frame waits for it.
    std::optional<Result<std::string>> result;
    std::function<void(storage::LedgerReader&)> read = [&](storage::LedgerReader& reader) {
        result = render(reader);
    };
    co_await offload(worker, std::move(read));
    if (!result) co_return Error(Errc::ledger_unavailable, "the ledger could not be read");
    co_return std::move(*result);
}

}  // namespace llmr::daemon
