#include "storage/latency_histogram.hpp"

#include <random>

#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>

#include "storage/latency_functions.hpp"

using llmr::storage::define_latency_functions;
using llmr::storage::kLatencyEdges;
using llmr::storage::LatencyHistogram;

namespace {

LatencyHistogram random_histogram(std::mt19937_64& random, int latencies) {
    LatencyHistogram histogram;
    for (int i = 0; i < latencies; ++i)
        histogram.add(kLatencyEdges[random() % kLatencyEdges.size()],
                      static_cast<std::int64_t>(random() % 5) - 1);
    return histogram;
}

}  // namespace

TEST_CASE("a histogram comes back from its bytes, and two add up") {
    std::mt19937_64 random(4);
    for (const int size : {0, 1, 20, 3000}) {
        const LatencyHistogram one = random_histogram(random, size);
        const LatencyHistogram other = random_histogram(random, size);
        LatencyHistogram both;
        CHECK(both.add_encoded(one.encode()));
        CHECK(both == one);
        CHECK(both.add_encoded(other.encode()));
        CHECK(both.count() == one.count() + other.count());
    }
    LatencyHistogram extremes;
    extremes.add(1, INT64_MIN);
    extremes.add(86'400'000'000 * 2, INT64_MAX);
    LatencyHistogram back;
    CHECK(back.add_encoded(extremes.encode()));
    CHECK(back == extremes);
    CHECK(LatencyHistogram().encode().empty());
}

TEST_CASE("a hundred buckets of a few answers stay within one page of the table") {
    LatencyHistogram histogram;
    for (std::size_t bucket = 50; bucket < 150; ++bucket)
        histogram.add(kLatencyEdges[bucket], 60);
    CHECK(histogram.encode().size() == 200);
}

TEST_CASE("damaged bytes are refused, not trusted") {
    const auto refused = [](std::string_view bytes) {
        return !LatencyHistogram().add_encoded(bytes);
    };
    using namespace std::string_view_literals;
    CHECK(refused("\x01"sv));          // no count
    CHECK(refused("\x80"sv));          // a number that goes on
    CHECK(refused("\xff\x7f\x02"sv));  // a bucket that does not exist
    CHECK(refused("\xff\x01\x02\x01\x02"sv));
    CHECK(refused("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv));
    std::mt19937_64 random(9);
    for (int i = 0; i < 20000; ++i) {
        std::string bytes(random() % 12, '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random());
        LatencyHistogram histogram;
        if (!histogram.add_encoded(bytes)) continue;
        LatencyHistogram back;
        CHECK(back.add_encoded(histogram.encode()));
        CHECK(back == histogram);
    }
}

TEST_CASE("percentiles are the edges of the buckets at the nearest rank") {
    LatencyHistogram histogram;
    CHECK(histogram.percentile(50) == 0);
    for (int i = 1; i <= 9; ++i)
        histogram.add(i);
    CHECK(histogram.percentile(50) == 5);
    CHECK(histogram.percentile(90) == 9);
    CHECK(histogram.percentile(1) == 1);
}

TEST_CASE("the SQL functions do the same") {
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    define_latency_functions(database);
    database.exec(
        "CREATE TABLE h(counts BLOB); INSERT INTO h SELECT count_latencies(column1, column2) FROM "
        "(VALUES(3, 2), (9, 1)); INSERT INTO h SELECT count_latencies(9, 4)");
    LatencyHistogram expected;
    expected.add(3, 2);
    expected.add(9, 5);
    const auto equals = [&](const char* sql) {
        return database.execAndGet(sql).getString() == expected.encode();
    };
    CHECK(equals("SELECT sum_latencies(counts) FROM h"));
    CHECK(
        equals("SELECT add_latencies((SELECT counts FROM h LIMIT 1), (SELECT counts FROM h LIMIT "
               "1 OFFSET 1))"));
    CHECK(equals("SELECT add_latencies(sum_latencies(counts), NULL) FROM h"));
    CHECK(database.execAndGet("SELECT length(sum_latencies(counts)) FROM h WHERE 0").getInt() == 0);
    CHECK_THROWS(database.execAndGet("SELECT add_latencies(x'80', NULL)"));
}

TEST_CASE("one histogram is added to another") {
    std::mt19937_64 random(7);
    const LatencyHistogram one = random_histogram(random, 50);
    const LatencyHistogram other = random_histogram(random, 50);
    LatencyHistogram sum = one;
    sum.add(other);
    LatencyHistogram expected;
    CHECK(expected.add_encoded(one.encode()));
    CHECK(expected.add_encoded(other.encode()));
    CHECK(sum == expected);
}
