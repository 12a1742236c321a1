#include "storage/latency_buckets.hpp"

#include <doctest/doctest.h>

using namespace llmr::storage;

TEST_CASE("latency buckets grow by at most a tenth, or by one microsecond") {
    for (std::size_t index = 1; index < kLatencyEdges.size(); ++index) {
        const std::int64_t step = kLatencyEdges[index] - kLatencyEdges[index - 1];
        CAPTURE(kLatencyEdges[index]);
        CHECK(step >= 1);
        CHECK((step == 1 || step * 10 <= kLatencyEdges[index - 1]));
    }
}

TEST_CASE("a latency falls into the bucket whose upper edge is the first not below it") {
    struct Row {
        std::int64_t latency;
        std::int64_t edge;
    };
    for (const Row& row : {Row{0, 1}, Row{1, 1}, Row{2, 2}, Row{10, 10}, Row{20, 20}, Row{21, 22},
                           Row{INT64_MAX, kLatencyEdges.back()}}) {
        CAPTURE(row.latency);
        CHECK(kLatencyEdges[latency_bucket(row.latency)] == row.edge);
    }
}
