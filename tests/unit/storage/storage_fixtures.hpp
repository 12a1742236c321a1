#pragma once

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <fmt/format.h>

#include "storage/attempt_store.hpp"
#include "storage/ledger.hpp"

namespace llmr::storage::testing {

/// A directory that goes away with everything in it.
class TempDir {
public:
    TempDir() {
        std::string pattern = (std::filesystem::temp_directory_path() / "llmr-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temp directory");
        path_ = pattern;
    }
    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// Collects what the ledger reports, and lets a test wait for it.
class Answers {
public:
    void attach(Ledger& ledger) {
        ledger.on_commit([this](int lane, std::span<const Committed> done) { add(lane, done); });
    }
    /// False if fewer than `count` came in time.
    bool wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20),
                                 [&] { return all_.size() >= count; });
    }
    struct Answer {
        int lane;
        std::uint64_t token;
        bool ok;
    };
    std::vector<Answer> all() const {
        const std::lock_guard lock(mutex_);
        return all_;
    }

private:
    void add(int lane, std::span<const Committed> done) {
        const std::lock_guard lock(mutex_);
        for (const Committed& one : done)
            all_.push_back({lane, one.token, one.ok});
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Answer> all_;
};

inline constexpr std::int64_t kStart = 1'767'225'600'000;  // 2026-01-01 00:00 UTC

inline AttemptRow closed_row(const std::string& request_id, int attempt = 1) {
    AttemptRow row;
    row.request_id = request_id;
    row.attempt = attempt;
    row.decision_seq = 1;
    row.started_ms = kStart;
    row.status = AttemptStatus::ok;
    row.final = true;
    row.upstream = "ollama";
    row.model = "mistral:7b";
    row.usage = {100, 0, 0, 50, 0, UsageSource::reported};
    row.cost = 0;
    row.total_us = 250'000;
    row.ttft_us = 80'000;
    return row;
}

inline AttemptRow open_row(const std::string& request_id, int attempt = 1) {
    AttemptRow row = closed_row(request_id, attempt);
    row.status = AttemptStatus::open;
    row.final = false;
    row.usage = {};
    row.cost.reset();
    row.total_us = row.ttft_us = 0;
    return row;
}

/// Rows of all kinds over several days, the same for the same seed.
class RandomRows {
public:
    explicit RandomRows(std::uint32_t seed) : random_(seed) {}

    AttemptRow next() {
        AttemptRow row = closed_row(fmt::format("request-{:06}", ++count_), up_to(2) + 1);
        row.decision_seq = up_to(9) == 0 ? 0 : count_;
        row.started_ms = kStart + up_to(5 * 24 * 3'600'000);
        row.status = static_cast<AttemptStatus>(up_to(6));
        row.final = row.status != AttemptStatus::open && up_to(3) != 0;
        row.query_local = up_to(3) != 0;
        row.locality = up_to(3) == 0 ? Locality::external : Locality::local;
        row.type = kAllQueryTypes[static_cast<std::size_t>(up_to(6))];
        row.model = fmt::format("model-{}", up_to(4));
        row.upstream = fmt::format("upstream-{}", up_to(1));
        row.fallback = up_to(4) == 0;
        row.usage = {up_to(5000), up_to(300), up_to(20),
                     up_to(900),  up_to(90),  static_cast<UsageSource>(up_to(2))};
        row.usage.cache_write_1h = row.usage.cache_write / 2;
        if (row.locality == Locality::external && row.model == "model-1") row.service_tier = "flex";
        if (up_to(9) == 0) row.usage = {};
        row.cost = up_to(4) == 0 ? std::nullopt : std::optional<PicoUsd>(up_to(2'000'000'000));
        row.baseline = up_to(4) == 0 ? std::nullopt : std::optional<PicoUsd>(up_to(2'000'000'000));
        row.total_us = up_to(30) * up_to(1'000'000);
        row.ttft_us = up_to(2) == 0 ? 0 : up_to(2'000'000);
        return row;
    }
    int up_to(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }

private:
    std::mt19937 random_;
    int count_ = 0;
};

/// The single integer that `sql` yields from the database at `path`.
inline std::int64_t query_int(const std::string& path, const std::string& sql) {
    SQLite::Database database(path, SQLite::OPEN_READONLY, 1000);
    return database.execAndGet(sql).getInt64();
}

inline std::unique_ptr<Ledger> open_ledger(const std::string& path) {
    LedgerOptions options;
    options.path = path;
    options.busy_timeout_ms = 20;
    return Ledger::open(options).value();
}

/// All of them in one transaction.
inline void write_batch(AttemptStore& store, const std::vector<AttemptRow>& rows) {
    AttemptStore::Batch batch(store);
    for (const AttemptRow& row : rows)
        batch.write(row);
    batch.commit();
}

}  // namespace llmr::storage::testing
