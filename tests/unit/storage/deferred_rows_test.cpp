#include "storage/deferred_rows.hpp"

#include <doctest/doctest.h>

#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

constexpr SteadyTime kNow{std::chrono::hours(1)};

QueuedRow deferred(const std::string& id, int attempt, int due_in_ms) {
    return {open_row(id, attempt), Ledger::Urgency::deferrable, 0, 0,
            kNow + std::chrono::milliseconds(due_in_ms)};
}

}  // namespace

TEST_CASE("a held row is taken out by its own key only") {
    DeferredRows rows;
    rows.hold(deferred("a", 1, 5));
    rows.hold(deferred("a", 2, 5));
    CHECK_FALSE(rows.take(closed_row("b", 1)).has_value());
    const auto taken = rows.take(closed_row("a", 2));
    REQUIRE(taken.has_value());
    CHECK(taken->row.attempt == 2);
    CHECK_FALSE(rows.take(closed_row("a", 2)).has_value());
    CHECK(rows.take(closed_row("a", 1)).has_value());
    CHECK(rows.empty());
}

TEST_CASE("rows leave when they are due, in the order they came") {
    DeferredRows rows;
    for (int index = 1; index <= 4; ++index)
        rows.hold(deferred("request with a long identity", index, index));
    CHECK(rows.next_due() == kNow + std::chrono::milliseconds(1));
    std::vector<QueuedRow> out;
    rows.move_due(kNow + std::chrono::milliseconds(2), out);
    REQUIRE(out.size() == 2);
    CHECK(out[0].row.attempt == 1);
    CHECK(out[1].row.attempt == 2);
    rows.move_all(out);
    REQUIRE(out.size() == 4);
    CHECK(out[3].row.attempt == 4);
    CHECK(rows.empty());
}
