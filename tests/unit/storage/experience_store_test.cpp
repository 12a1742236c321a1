#include "storage/experience_store.hpp"

#include <doctest/doctest.h>

#include "storage/ledger.hpp"
#include "storage_fixtures.hpp"

namespace llmr::storage::testing {
namespace {

/// A ledger with one finished query of type code, answered locally.
std::unique_ptr<Ledger> ledger_with(const std::string& path, const std::string& request_id) {
    LedgerOptions options;
    options.path = path;
    auto ledger = Ledger::open(options);
    REQUIRE(ledger.has_value());
    Answers answers;
    answers.attach(**ledger);
    AttemptRow row = closed_row(request_id);
    row.type = QueryType::code;
    row.locality = Locality::local;
    row.final = true;
    (*ledger)->write(row, 0, 1);
    REQUIRE(answers.wait_for(1));
    (*ledger)->on_commit({});
    return std::move(*ledger);
}

}  // namespace

TEST_CASE("a verdict is kept beside the query, and tells what was said before") {
    const TempDir dir;
    const auto ledger = ledger_with(dir.file("ledger.db"), "req-1");
    auto store = ExperienceStore::open(dir.file("ledger.db"));
    REQUIRE(store.has_value());
    const auto first = store->judge("req-1", false, kStart);
    REQUIRE(first.has_value());
    REQUIRE(first->has_value());
    CHECK((*first)->type == QueryType::code);
    CHECK((*first)->answered == Locality::local);
    CHECK(!(*first)->before);
    const auto second = store->judge("req-1", true, kStart + 1);
    REQUIRE(second.has_value());
    CHECK((*second)->before == false);
}

TEST_CASE("a query that the ledger does not have is not judged") {
    const TempDir dir;
    const auto ledger = ledger_with(dir.file("ledger.db"), "req-1");
    auto store = ExperienceStore::open(dir.file("ledger.db"));
    REQUIRE(store.has_value());
    const auto judged = store->judge("req-2", true, kStart);
    REQUIRE(judged.has_value());
    CHECK(!judged->has_value());
}

TEST_CASE("shifts outlive the process that learned them, while the ledger is in use") {
    const TempDir dir;
    const auto ledger = ledger_with(dir.file("ledger.db"), "req-1");
    ExperienceStore::Shifts shifts{};
    shifts[static_cast<std::size_t>(QueryType::medium)] = 0.75;
    {
        auto store = ExperienceStore::open(dir.file("ledger.db"));
        REQUIRE(store.has_value());
        CHECK(store->shifts().value() == ExperienceStore::Shifts{});
        CHECK(store->save(shifts, kStart).has_value());
    }
    auto store = ExperienceStore::open(dir.file("ledger.db"));
    REQUIRE(store.has_value());
    CHECK(store->shifts().value() == shifts);
}

TEST_CASE("where there is no ledger there is an error, no file") {
    const TempDir dir;
    CHECK(!ExperienceStore::open(dir.file("none.db")).has_value());
    CHECK(!std::filesystem::exists(dir.file("none.db")));
}

}  // namespace llmr::storage::testing
