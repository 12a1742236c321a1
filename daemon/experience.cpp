#include "daemon/experience.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "core/clock.hpp"
#include "core/log.hpp"
#include "daemon/signal.hpp"

namespace llmr::daemon {
namespace {

constexpr std::int64_t kSaveEveryMs = 10'000;

}  // namespace

Experience::Experience(std::string db_path) : db_path_(std::move(db_path)) {
    auto store = storage::ExperienceStore::open(db_path_);
    const auto shifts =
        store ? store->shifts() : Result<storage::ExperienceStore::Shifts>(store.error());
    shifts ? calibration_.restore(*shifts) : log::warn("calibration: {}", shifts.error().message);
}

Experience::~Experience() {
    stop();
}

void Experience::stop() {
    pool_.stop();
    pool_.join();
    if (changed_.exchange(false)) save();
}

void Experience::save() {
    auto store = storage::ExperienceStore::open(db_path_);
    if (!store) return log::warn("calibration: {}", store.error().message);
    if (auto saved = store->save(calibration_.shifts(), utc_ms()); !saved)
        log::warn("calibration: {}", saved.error().message);
}

void Experience::save_soon() {
    changed_ = true;
    const std::int64_t now = utc_ms();
    std::int64_t before = saved_ms_.load();
    if (now - before < kSaveEveryMs || !saved_ms_.compare_exchange_strong(before, now)) return;
    net::asio::post(pool_, [this] {
        if (changed_.exchange(false)) save();
    });
}

void Experience::note(const storage::AttemptRow& row, bool repeated, bool output_limited) {
    using classifier::Experience;
    if (is_embedding(row.operation)) return;
    const auto learn = [&](Experience experience) {
        calibration_.learn(row.type, row.locality, experience);
        save_soon();
    };
    if (repeated) learn(Experience::repeated);
    if (row.status != AttemptStatus::ok) return;
    if (row.fallback) learn(Experience::fell_back);
    if (row.truncated || (row.finish_reason == "length" && !output_limited))
        learn(Experience::truncated);
}

Result<std::optional<Experience::Judged>> Experience::judge_now(const std::string& request_id,
                                                                bool good, bool learn) {
    auto store = storage::ExperienceStore::open(db_path_);
    if (!store) return store.error();
    const auto query = store->judge(request_id, good, utc_ms());
    if (!query) return query.error();
    if (!*query) return std::optional<Judged>();
    // Saying the same again teaches nothing more.
    const bool news = (*query)->before != good;
    if (news && learn && (*query)->type != QueryType::embedding) {
        calibration_.learn((*query)->type, (*query)->answered,
                           good ? classifier::Experience::good : classifier::Experience::bad);
        save();
    }
    return std::optional<Judged>({(*query)->type, calibration_.shift((*query)->type)});
}

net::Task<Result<std::optional<Experience::Judged>>> Experience::judge(Worker& worker,
                                                                       std::string request_id,
                                                                       bool good, bool learn) {
    // The result outlives the job: this frame waits for it.
    Result<std::optional<Judged>> result =
        Error(Errc::ledger_unavailable, "feedback cannot be stored");
    auto done = std::make_shared<Signal>();
    net::asio::post(pool_, [&, done, executor = worker.executor()] {
        result = judge_now(request_id, good, learn);
        net::asio::post(executor, [done] { done->fire(true); });
    });
    co_await done->wait();
    co_return result;
}

}  // namespace llmr::daemon
