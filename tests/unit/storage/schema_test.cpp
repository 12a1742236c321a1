#include "storage/schema.hpp"

#include <doctest/doctest.h>

#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

SQLite::Database open_new(const std::string& path) {
    return {path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
}

const std::string kBroken = "CREATE TABLE extra(x); INSERT INTO nowhere VALUES(1);";

}  // namespace

TEST_CASE("a new database gets the newest schema, and migrating again changes nothing") {
    const TempDir dir;
    SQLite::Database database = open_new(dir.file("a.db"));
    REQUIRE(migrate(database, dir.file("a.db")).has_value());
    CHECK(query_int(dir.file("a.db"), "PRAGMA user_version") ==
          static_cast<std::int64_t>(migrations().size()));
    CHECK(query_int(dir.file("a.db"), "PRAGMA application_id") == kApplicationId);
    CHECK(migrate(database, dir.file("a.db")).has_value());
    CHECK_FALSE(std::filesystem::exists(dir.file("a.db.backup-v1")));
}

TEST_CASE("a database that is newer than the program is refused and left alone") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SQLite::Database database = open_new(path);
    REQUIRE(migrate(database, path).has_value());
    database.exec("PRAGMA user_version = 99");
    const auto result = migrate(database, path);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == Errc::ledger_unavailable);
    CHECK(result.error().message.find("99") != std::string::npos);
    CHECK(query_int(path, "PRAGMA user_version") == 99);
}

TEST_CASE("a database of another program is refused") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SQLite::Database database = open_new(path);
    database.exec("CREATE TABLE notes(text)");
    const auto result = migrate(database, path);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message.find("another program") != std::string::npos);
    CHECK(query_int(path, "SELECT COUNT(*) FROM sqlite_schema") == 1);
}

TEST_CASE("before an existing ledger is migrated, a private copy of it is made") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SQLite::Database database = open_new(path);
    REQUIRE(migrate(database, path).has_value());
    database.exec("UPDATE totals SET decisions = 42");
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    steps.push_back("CREATE TABLE extra(x)");
    const std::string backup = fmt::format("{}.backup-v{}", path, migrations().size());
    REQUIRE(migrate(database, path, steps).has_value());
    CHECK(query_int(path, "PRAGMA user_version") == static_cast<std::int64_t>(steps.size()));
    CHECK(query_int(path, "SELECT COUNT(*) FROM extra") == 0);
    CHECK(query_int(backup, "SELECT decisions FROM totals") == 42);
    CHECK(query_int(backup, "PRAGMA user_version") ==
          static_cast<std::int64_t>(migrations().size()));
    CHECK(std::filesystem::status(backup).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("a step that fails leaves the schema before it") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SQLite::Database database = open_new(path);
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    steps.push_back(kBroken.c_str());
    CHECK_FALSE(migrate(database, path, steps).has_value());
    CHECK(query_int(path, "PRAGMA user_version") == static_cast<std::int64_t>(migrations().size()));
    CHECK(query_int(path, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'extra'") == 0);
}

TEST_CASE("version 1 is lifted with its rows, and a query that a crash left without an end ends") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    {
        SQLite::Database database = open_new(path);
        REQUIRE(migrate(database, path, migrations().first(1)).has_value());
        const auto insert = [&](const char* id, int attempt, const char* status, bool final) {
            database.exec(fmt::format(
                "INSERT INTO attempts(request_id, attempt, decision_seq, started_ms, status, "
                "is_final, query_local, upstream, model, model_asked, model_served, locality, "
                "dialect, operation, stream, type, complexity, score, reason, fallback, simulated, "
                "key_id, session, input_uncached, cache_read, cache_write, output_visible, "
                "reasoning, usage_source, price_id, baseline_id, queue_us, load_us, ttft_us, "
                "total_us, router_us, http_upstream, http_client, finish_reason, error_code) "
                "VALUES('{}', {}, 1, 1000, '{}', {}, 1, 'ollama', 'm', 'auto', 'm', 'local', "
                "'ollama', 'chat', 0, 'simple', 1, 0.5, '', 0, 0, '', '', 1, 0, 0, 1, 0, "
                "'reported', '', '', 0, 0, 0, 0, 0, 200, 200, 'stop', '')",
                id, attempt, status, int{final}));
        };
        insert("whole", 1, "error", false);
        insert("whole", 2, "ok", true);
        insert("cut-off", 1, "error", false);
    }
    const auto ledger = open_ledger(path);
    CHECK(query_int(path, "PRAGMA user_version") == static_cast<std::int64_t>(migrations().size()));
    CHECK(std::filesystem::exists(path + ".backup-v1"));
    CHECK(ledger->interrupted_at_open() == 1);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE is_final = 1") == 2);
    CHECK(query_int(path, "SELECT is_final FROM attempts WHERE request_id = 'cut-off'") == 1);
    CHECK(query_int(path,
                    "SELECT COUNT(*) FROM attempts WHERE energy_cost IS NULL AND "
                    "cost_worst_case = 0") == 3);
}

TEST_CASE("version 3 is lifted: the class of service comes from the name of the price") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    {
        SQLite::Database database = open_new(path);
        REQUIRE(migrate(database, path, migrations().first(3)).has_value());
        const auto insert = [&](const char* id, const char* price_id) {
            database.exec(fmt::format(
                "INSERT INTO attempts(request_id, attempt, decision_seq, started_ms, status, "
                "is_final, query_local, upstream, model, model_asked, model_served, locality, "
                "dialect, operation, stream, type, complexity, score, reason, fallback, simulated, "
                "key_id, session, input_uncached, cache_read, cache_write, output_visible, "
                "reasoning, usage_source, price_id, baseline_id, queue_us, load_us, ttft_us, "
                "total_us, router_us, http_upstream, http_client, finish_reason, error_code) "
                "VALUES('{}', 1, 1, 1000, 'ok', 1, 0, 'openai', 'm', 'auto', 'm', 'external', "
                "'openai_chat', 'chat', 0, 'simple', 1, 0.5, '', 0, 0, '', '', 1, 0, 7, 1, 0, "
                "'reported', '{}', '', 0, 0, 0, 0, 0, 200, 200, 'stop', '')",
                id, price_id));
        };
        insert("plain", "m");
        insert("batch", "m;tier=batch");
        insert("flex", "m;from=2026-01-01;tier=flex");
        insert("priority", "m;tier=priority;above=200000");
    }
    const auto ledger = open_ledger(path);
    CHECK(query_int(path, "PRAGMA user_version") == static_cast<std::int64_t>(migrations().size()));
    CHECK(std::filesystem::exists(path + ".backup-v3"));
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE cache_write_1h = 0") == 4);
    CHECK(query_int(path,
                    "SELECT COUNT(*) FROM attempts WHERE service_tier = CASE request_id WHEN "
                    "'plain' THEN '' ELSE request_id END") == 4);
}
