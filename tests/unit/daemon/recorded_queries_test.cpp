#include "daemon/recorded_queries.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using daemon::RecordedQueries;

namespace {

storage::AttemptRow attempt(std::int64_t seq, int number, Locality locality) {
    storage::AttemptRow row;
    row.request_id = "q" + std::to_string(seq);
    row.decision_seq = seq;
    row.attempt = number;
    row.status = AttemptStatus::ok;
    row.locality = locality;
    row.query_local = locality == Locality::local;
    row.fallback = number > 1;
    row.type = QueryType::complex;
    row.complexity = 8;
    row.model = locality == Locality::local ? "codellama:13b" : "gpt-4o";
    row.reason = number == 1 ? "complex 8: codellama:13b is the model for complex queries" : "";
    row.cost = locality == Locality::local ? 0 : 700;
    row.baseline = 1000;
    return row;
}

}  // namespace

TEST_SUITE("recorded queries") {
    TEST_CASE("attempts of a query are one query, whatever order they come in") {
        for (const bool newest_first : {false, true}) {
            CAPTURE(newest_first);
            RecordedQueries recorded;
            const auto failed = attempt(5, 1, Locality::local);
            const auto fallback = attempt(5, 2, Locality::external);
            recorded.add(newest_first ? fallback : failed);
            recorded.add(newest_first ? failed : fallback);
            REQUIRE(recorded.size() == 1);
            const auto& query = recorded.queries().front();
            CHECK(query.seq == 5);
            CHECK(query.external);
            CHECK(query.fell_back);
            CHECK(query.cost == 700);
            CHECK(*query.baseline == 2000);
            CHECK(recorded.model_name(query.model) == "gpt-4o");
            CHECK(query.choice == routing::Choice::routed);
        }
    }

    TEST_CASE("what still runs is left out; an unknown cost stays unknown") {
        RecordedQueries recorded;
        auto open = attempt(1, 1, Locality::external);
        open.status = AttemptStatus::open;
        recorded.add(open);
        CHECK(recorded.size() == 0);
        auto unpriced = attempt(2, 1, Locality::external);
        unpriced.cost.reset();
        unpriced.baseline.reset();
        recorded.add(unpriced);
        CHECK(recorded.queries().front().cost_unknown);
        CHECK_FALSE(recorded.queries().front().baseline);
    }

    TEST_CASE("a model that the client named is not the router's to move") {
        RecordedQueries recorded;
        auto named = attempt(3, 1, Locality::external);
        named.reason = "gpt-4o was asked for by name";
        recorded.add(named);
        CHECK(recorded.queries().front().choice == routing::Choice::named);
    }
}
