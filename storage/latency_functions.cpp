#include "storage/latency_functions.hpp"

#include <cstddef>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <type_traits>

#include "storage/latency_histogram.hpp"

namespace llmr::storage {
namespace {

bool add_value(LatencyHistogram& histogram, sqlite3_value* value) {
    const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
    if (bytes == nullptr) return true;
    return histogram.add_encoded({bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))});
}

void give(sqlite3_context* context, const LatencyHistogram& histogram) {
    const std::string bytes = histogram.encode();
    sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

void damaged(sqlite3_context* context) {
    sqlite3_result_error_code(context, SQLITE_CORRUPT);
}

/// The aggregate's histogram. SQLite gives zeroed memory, which is an empty one, and drops it
/// without a destructor.
static_assert(std::is_trivially_destructible_v<LatencyHistogram>);
LatencyHistogram* running(sqlite3_context* context) {
    return static_cast<LatencyHistogram*>(
        sqlite3_aggregate_context(context, sizeof(LatencyHistogram)));
}

void add_latencies(sqlite3_context* context, int, sqlite3_value** values) {
    LatencyHistogram both;
    if (!add_value(both, values[0]) || !add_value(both, values[1])) return damaged(context);
    give(context, both);
}

void sum_step(sqlite3_context* context, int, sqlite3_value** values) {
    LatencyHistogram* sum = running(context);
    if (sum == nullptr) return sqlite3_result_error_nomem(context);
    if (!add_value(*sum, values[0])) damaged(context);
}

void count_step(sqlite3_context* context, int, sqlite3_value** values) {
    LatencyHistogram* sum = running(context);
    if (sum == nullptr) return sqlite3_result_error_nomem(context);
    sum->add(sqlite3_value_int64(values[0]), sqlite3_value_int64(values[1]));
}

void finish(sqlite3_context* context) {
    const LatencyHistogram* sum = running(context);
    if (sum == nullptr) return sqlite3_result_error_nomem(context);
    give(context, *sum);
}

}  // namespace

void define_latency_functions(SQLite::Database& database) {
    constexpr bool kDeterministic = true;
    database.createFunction("add_latencies", 2, kDeterministic, nullptr, &add_latencies);
    database.createFunction("sum_latencies", 1, kDeterministic, nullptr, nullptr, &sum_step,
                            &finish);
    database.createFunction("count_latencies", 2, kDeterministic, nullptr, nullptr, &count_step,
                            &finish);
}

}  // namespace llmr::storage
