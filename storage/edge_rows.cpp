#include "storage/edge_rows.hpp"

#include <stdexcept>
#include <string_view>

#include <SQLiteCpp/Column.h>

namespace llmr::storage {
namespace {

// "id" is not read: without the hint the planner may walk the table in order of rowid.
constexpr const char* kSelect =
    "SELECT started_ms, status, is_final, query_local, upstream, model, locality, type, fallback, "
    "key_id, input_uncached, cache_read, cache_write, output_visible, reasoning, usage_source, cost, "
    "baseline, total_us, ttft_us FROM attempts INDEXED BY attempts_started WHERE started_ms >= ?1 "
    "AND started_ms < ?2 AND status <> 'open'";

std::string_view text(const SQLite::Column& column) { return column.getText(); }

template <class Enum>
Enum named(std::string_view stored) {
    constexpr int kMoreThanAnyEnum = 32;
    for (int value = 0; value < kMoreThanAnyEnum; ++value)
        if (to_string(static_cast<Enum>(value)) == stored) return static_cast<Enum>(value);
    throw std::runtime_error("table attempts holds a value this program does not know");
}

std::optional<PicoUsd> amount(const SQLite::Column& column) {
    return column.isNull() ? std::nullopt : std::optional<PicoUsd>(column.getInt64());
}

}  // namespace

EdgeRows::EdgeRows(SQLite::Database& database) : select_(database, kSelect) {}

void EdgeRows::begin(std::int64_t from_ms, std::int64_t to_ms) {
    select_.tryReset();
    select_.bind(1, from_ms);
    select_.bind(2, to_ms);
}

const AttemptRow* EdgeRows::next() {
    if (!select_.executeStep()) return nullptr;
    int index = 0;
    const auto integer = [&] { return select_.getColumn(index++).getInt64(); };
    row_.started_ms = integer();
    row_.status = named<AttemptStatus>(text(select_.getColumn(index++)));
    row_.final = integer() != 0;
    row_.query_local = integer() != 0;
    row_.upstream = text(select_.getColumn(index++));
    row_.model = text(select_.getColumn(index++));
    row_.locality = named<Locality>(text(select_.getColumn(index++)));
    row_.type = named<QueryType>(text(select_.getColumn(index++)));
    row_.fallback = integer() != 0;
    row_.key_id = text(select_.getColumn(index++));
    row_.usage.input_uncached = integer();
    row_.usage.cache_read = integer();
    row_.usage.cache_write = integer();
    row_.usage.output_visible = integer();
    row_.usage.reasoning = integer();
    row_.usage.source = named<UsageSource>(text(select_.getColumn(index++)));
    row_.cost = amount(select_.getColumn(index++));
    row_.baseline = amount(select_.getColumn(index++));
    row_.total_us = integer();
    row_.ttft_us = integer();
    return &row_;
}

}  // namespace llmr::storage
