#include "storage/checkpointer.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "storage/attempt_store.hpp"
#include "storage/database_file.hpp"
#include "storage/schema.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

TEST_CASE("a checkpoint goes on beside a transaction that writes") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    REQUIRE(prepare_database_file(path).has_value());
    auto database = open_writer(path, FsyncMode::off, 0, "");
    REQUIRE(migrate(*database, path).has_value());
    AttemptStore store(std::move(database));
    std::vector<AttemptRow> rows;
    for (int index = 0; index < 500; ++index)
        rows.push_back(closed_row(std::to_string(index)));
    write_batch(store, rows);
    const auto size_before = std::filesystem::file_size(path);
    Checkpointer checkpointer(path, "");
    CHECK_FALSE(checkpointer.busy());
    {
        const AttemptRow meanwhile = closed_row("meanwhile");
        AttemptStore::Batch batch(store);
        batch.write(meanwhile);
        checkpointer.start();
        checkpointer.wait_idle();
        batch.commit();
    }
    CHECK(std::filesystem::file_size(path) > size_before);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == 501);
}

TEST_CASE("a file that is gone is not brought back by a checkpoint") {
    const TempDir dir;
    Checkpointer checkpointer(dir.file("none.db"), "");
    checkpointer.start();
    checkpointer.wait_idle();
    CHECK_FALSE(std::filesystem::exists(dir.file("none.db")));
}
