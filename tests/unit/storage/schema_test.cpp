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
    CHECK(query_int(path, "PRAGMA user_version") ==
          static_cast<std::int64_t>(migrations().size()));
    CHECK(query_int(path, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'extra'") == 0);
}
