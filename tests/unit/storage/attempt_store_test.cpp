#include "storage/attempt_store.hpp"

#include <doctest/doctest.h>

#include "storage/database_file.hpp"
#include "storage/queries.hpp"
#include "storage/schema.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

/// A store whose database may not grow beyond `pages` until it is let.
class SmallStore {
public:
    explicit SmallStore(const std::string& path) {
        REQUIRE(prepare_database_file(path).has_value());
        auto database = open_writer(path, FsyncMode::off, 0);
        database_ = database.get();
        REQUIRE(migrate(*database_, path).has_value());
        store_ = std::make_unique<AttemptStore>(std::move(database));
    }
    void limit_pages(int pages) {
        database_->exec(fmt::format("PRAGMA max_page_count = {}", pages));
    }
    int pages() { return database_->execAndGet("PRAGMA page_count").getInt(); }
    AttemptStore& store() { return *store_; }

private:
    std::unique_ptr<AttemptStore> store_;
    SQLite::Database* database_ = nullptr;
};

std::vector<AttemptRow> many_rows() {
    std::vector<AttemptRow> rows;
    for (int index = 0; index < 500; ++index)
        rows.push_back(closed_row(fmt::format("request-{}", index)));
    return rows;
}

}  // namespace

TEST_CASE("a transaction that meets a full disk leaves nothing, and can be repeated") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SmallStore small(path);
    write_batch(small.store(), {closed_row("before")});
    small.limit_pages(small.pages() + 3);
    CHECK_THROWS_WITH(write_batch(small.store(), many_rows()), "database or disk is full");
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == 1);
    CHECK(small.store().share_history(10).total == 1);
    small.limit_pages(1'000'000);
    write_batch(small.store(), many_rows());
    CHECK(LedgerReader(path).stats(0).value().total.queries == 501);
    CHECK(small.store().share_history(10).total == 501);
}

TEST_CASE("a batch that is abandoned is as if it had never been") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SmallStore small(path);
    {
        const AttemptRow row = closed_row("abandoned");
        AttemptStore::Batch batch(small.store());
        batch.write(row);
    }
    write_batch(small.store(), {closed_row("kept")});
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == 1);
    CHECK(LedgerReader(path).stats(0).value().total.queries == 1);
}

TEST_CASE("checkpoints move the WAL into the database and empty it") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    SmallStore small(path);
    const auto size_before = std::filesystem::file_size(path);
    write_batch(small.store(), many_rows());
    small.store().checkpoint_every(1'000'000);
    CHECK(std::filesystem::file_size(path) == size_before);
    small.store().checkpoint_every(1);
    CHECK(std::filesystem::file_size(path) > size_before);
    small.store().checkpoint_and_truncate();
    CHECK(std::filesystem::file_size(path + "-wal") == 0);
}
