// Power loss, simulated: what a run wrote and synced is recorded, and the files are rebuilt as a
// disk may hold them at some moment: everything synced is there; of what was not, any part.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include <doctest/doctest.h>

#include "../../support/fault_vfs.hpp"
#include "core/log.hpp"
#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;
using llmr::testing::Fault;
using llmr::testing::FaultVfs;
using llmr::testing::FileEvent;

namespace {

constexpr std::size_t kSector = 512;

/// Moments per fsync mode; LLM_POWER_LOSS_POINTS asks for more.
int crash_points() {
    const char* wanted = std::getenv("LLM_POWER_LOSS_POINTS");
    return wanted == nullptr ? 30 : std::atoi(wanted);
}

class SimulatedDisk {
public:
    explicit SimulatedDisk(std::uint32_t seed) : random_(seed) {}

    void apply(const FileEvent& event) {
        if (event.kind == FileEvent::Kind::mark) return;
        File& file = files_[event.file];
        if (event.kind == FileEvent::Kind::sync) {
            settle(file, /*everything=*/true);
            // SQLite syncs the directory with a new file's first sync, and removals with it.
            if (!std::exchange(file.entry_synced, true)) settle_removals();
        } else if (event.kind == FileEvent::Kind::remove && event.durable) {
            files_.erase(event.file);
        } else {
            file.unsynced.push_back(&event);
        }
    }

    /// The power goes: writes the files as they are found afterwards.
    void lose_power(const std::string& directory) {
        for (auto& [name, file] : files_) {
            settle(file, /*everything=*/false);
            if (!file.exists) continue;
            std::ofstream(directory + "/" + name, std::ios::binary) << file.bytes;
        }
    }

private:
    struct File {
        bool exists = false;
        bool entry_synced = false;
        std::string bytes;
        std::vector<const FileEvent*> unsynced;
    };
    bool chance() { return (random_() & 1) != 0; }

    void settle(File& file, bool everything) {
        // Mostly any subset; sometimes a disk that kept the order and lost the end.
        const bool in_order = chance();
        const std::size_t kept = random_() % (file.unsynced.size() + 1);
        const std::vector<const FileEvent*> events = std::exchange(file.unsynced, {});
        for (std::size_t index = 0; index < events.size(); ++index) {
            const bool whole = everything || (in_order ? index < kept : chance());
            apply_unsynced(file, *events[index], whole, everything || (in_order && !whole));
        }
        if (everything) file.exists = true;
    }
    void settle_removals() {
        for (auto& [name, file] : files_) {
            const auto removal = std::find_if(
                file.unsynced.rbegin(), file.unsynced.rend(),
                [](const FileEvent* event) { return event->kind == FileEvent::Kind::remove; });
            if (removal == file.unsynced.rend()) continue;
            file.unsynced.erase(file.unsynced.begin(), removal.base());
            remove(file);
        }
    }
    static void remove(File& file) {
        file.bytes.clear();
        file.exists = file.entry_synced = false;
    }
    void apply_unsynced(File& file, const FileEvent& event, bool whole, bool nothing_else) {
        switch (event.kind) {
            case FileEvent::Kind::remove:
                if (whole) remove(file);
                return;
            case FileEvent::Kind::truncate:
                if (whole) file.bytes.resize(static_cast<std::size_t>(event.offset), '\0');
                return;
            case FileEvent::Kind::write:
                for (std::size_t at = 0; at < event.bytes.size(); at += kSector)
                    if (whole || (!nothing_else && chance())) put(file, event, at);
                return;
            case FileEvent::Kind::sync:
            case FileEvent::Kind::mark:
                return;
        }
    }
    static void put(File& file, const FileEvent& event, std::size_t from) {
        const std::size_t count = std::min(kSector, event.bytes.size() - from);
        const std::size_t at = static_cast<std::size_t>(event.offset) + from;
        if (file.bytes.size() < at + count) file.bytes.resize(at + count, '\0');
        file.bytes.replace(at, count, event.bytes, from, count);
        file.exists = true;
    }

    std::map<std::string, File> files_;
    std::mt19937 random_;
};

/// A run with checkpoints, a time in which the database fails and rows are spilled, and a replay.
std::vector<FileEvent> recorded_run(FsyncMode fsync) {
    const TempDir dir;
    FaultVfs vfs("recorder");
    vfs.record(true);
    LedgerOptions options;
    options.path = dir.file("a.db");
    options.busy_timeout_ms = 5;
    options.fsync = fsync;
    options.vfs = vfs.name();
    const auto ledger = Ledger::open(options).value();
    Answers answers;
    ledger->on_commit([&](int, std::span<const Committed> done) {
        for (const Committed& one : done)
            if (one.ok) vfs.mark(fmt::format("row-{}", one.token));
    });
    for (int number = 1; number <= 3000; ++number) {
        if (number % 1000 == 300) vfs.set(Fault::full);
        if (number % 1000 == 700) vfs.set(Fault::none);
        const std::string id = fmt::format("row-{}", number);
        ledger->write(open_row(id), 0, 0);
        ledger->write(closed_row(id), 0, static_cast<std::uint64_t>(number));
        if (number % 5 == 0)
            while (ledger->queued() > 0)
                std::this_thread::yield();
        if (number % 1000 == 900)
            while (ledger->state() != LedgerState::ok)
                std::this_thread::yield();
    }
    REQUIRE(ledger->close());
    REQUIRE(ledger->spilled_total() > 500);
    return vfs.events();
}

struct Outcome {
    int opened = 0;
    int corrupt = 0;
    int inexact = 0;
    std::int64_t promised = 0;
    std::int64_t lost = 0;
};

std::set<std::string> closed_rows(const std::string& path) {
    SQLite::Database database(path);
    SQLite::Statement select(database, "SELECT request_id FROM attempts WHERE status = 'ok'");
    std::set<std::string> ids;
    while (select.executeStep())
        ids.insert(select.getColumn(0).getString());
    return ids;
}

void lose_power_at(const std::vector<FileEvent>& events, std::size_t moment, std::uint32_t seed,
                   Outcome& outcome) {
    const TempDir dir;
    SimulatedDisk disk(seed);
    std::set<std::string> promised;
    for (std::size_t index = 0; index < moment; ++index) {
        disk.apply(events[index]);
        if (events[index].kind == FileEvent::Kind::mark) promised.insert(events[index].file);
    }
    disk.lose_power(dir.file(""));
    LedgerOptions options;
    options.path = dir.file("a.db");
    auto ledger = Ledger::open(options);
    if (!ledger) {
        MESSAGE(ledger.error().message);
        ++outcome.corrupt;
        return;
    }
    ++outcome.opened;
    if (!(*ledger)->close() || (*ledger)->state() != LedgerState::ok) ++outcome.corrupt;
    SQLite::Database database(options.path);
    if (database.execAndGet("PRAGMA integrity_check").getString() != "ok") ++outcome.corrupt;
    const std::set<std::string> stored = closed_rows(options.path);
    const auto count = query_int(options.path, "SELECT COUNT(*) FROM attempts");
    if (LedgerReader(options.path).stats(0).value().total.attempts != count) ++outcome.inexact;
    outcome.promised += static_cast<std::int64_t>(promised.size());
    for (const std::string& id : promised)
        outcome.lost += stored.contains(id) ? 0 : 1;
}

Outcome lose_power_often(FsyncMode fsync) {
    spdlog::set_level(spdlog::level::off);
    const std::vector<FileEvent> events = recorded_run(fsync);
    std::mt19937 random(20'261'121);
    Outcome outcome;
    for (int point = 0; point < crash_points(); ++point)
        lose_power_at(events, random() % (events.size() + 1), random(), outcome);
    spdlog::set_level(spdlog::level::info);
    MESSAGE(fmt::format("{} moments of {} file changes: {} rows promised, {} lost, {} corrupt",
                        crash_points(), events.size(), outcome.promised, outcome.lost,
                        outcome.corrupt));
    return outcome;
}

}  // namespace

TEST_CASE("power loss with fsync full: never corrupt, no acknowledged row missing") {
    const Outcome outcome = lose_power_often(FsyncMode::full);
    CHECK(outcome.opened == crash_points());
    CHECK(outcome.corrupt == 0);
    CHECK(outcome.inexact == 0);
    CHECK(outcome.promised > 0);
    CHECK(outcome.lost == 0);
}

TEST_CASE("power loss with fsync off: never corrupt") {
    const Outcome outcome = lose_power_often(FsyncMode::off);
    CHECK(outcome.opened == crash_points());
    CHECK(outcome.corrupt == 0);
    CHECK(outcome.inexact == 0);
    CHECK(outcome.promised > 0);
}
