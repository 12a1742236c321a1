#include "storage/edge_rows.hpp"

#include "storage/enum_names.hpp"

namespace llmr::storage {
namespace {

// Without the hint the planner may walk the table.
constexpr const char* kSelect =
    "SELECT started_ms, status, is_final, query_local, upstream, model, locality, type, fallback, "
    "key_id, input_uncached, cache_read, cache_write, output_visible, reasoning, usage_source, "
    "cost, cost_worst_case, baseline, energy_cost, total_us, ttft_us FROM attempts INDEXED BY "
    "attempts_started WHERE started_ms >= ?1 "
    "AND started_ms < ?2 AND status <> 'open'";

}  // namespace

EdgeRows::EdgeRows(SQLite::Database& database) : select_(database, kSelect) {}

void EdgeRows::begin(std::int64_t from_ms, std::int64_t to_ms) {
    select_.reset();
    select_.bind(1, from_ms);
    select_.bind(2, to_ms);
}

const AttemptRow* EdgeRows::next() {
    if (!select_.step()) return nullptr;
    int column = 0;
    const auto integer = [&] { return select_.integer(column++); };
    const auto amount = [&] {
        const int at = column++;
        return select_.is_null(at) ? std::nullopt : std::optional<PicoUsd>(select_.integer(at));
    };
    row_.started_ms = integer();
    row_.status = stored_enum<AttemptStatus>(select_.text(column++));
    row_.final = integer() != 0;
    row_.query_local = integer() != 0;
    row_.upstream = select_.text(column++);
    row_.model = select_.text(column++);
    row_.locality = stored_enum<Locality>(select_.text(column++));
    row_.type = stored_enum<QueryType>(select_.text(column++));
    row_.fallback = integer() != 0;
    row_.key_id = select_.text(column++);
    row_.usage.input_uncached = integer();
    row_.usage.cache_read = integer();
    row_.usage.cache_write = integer();
    row_.usage.output_visible = integer();
    row_.usage.reasoning = integer();
    row_.usage.source = stored_enum<UsageSource>(select_.text(column++));
    row_.cost = amount();
    row_.cost_worst_case = integer() != 0;
    row_.baseline = amount();
    row_.energy = amount();
    row_.total_us = integer();
    row_.ttft_us = integer();
    return &row_;
}

}  // namespace llmr::storage
