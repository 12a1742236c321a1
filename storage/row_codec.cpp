#include "storage/row_codec.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace llmr::storage {
namespace {

constexpr std::array kColumns{
    "request_id",   "attempt",       "decision_seq",  "started_ms",     "status",
    "is_final",     "query_local",   "upstream",      "model",          "model_asked",
    "model_served", "locality",      "dialect",       "operation",      "stream",
    "type",         "complexity",    "score",         "reason",         "fallback",
    "simulated",    "key_id",        "session",       "input_uncached", "cache_read",
    "cache_write",  "output_visible", "reasoning",    "usage_source",   "cost",
    "price_id",     "baseline",      "baseline_id",   "queue_us",       "load_us",
    "ttft_us",      "total_us",      "router_us",     "http_upstream",  "http_client",
    "finish_reason", "error_code"};

class Binder {
public:
    explicit Binder(SQLite::Statement& statement) : statement_(statement) {}

    Binder& text(const std::string& value) {
        statement_.bindNoCopy(++index_, value);
        return *this;
    }
    Binder& text(std::string&&) = delete;  // a temporary would dangle
    template <class Enum>
    Binder& name(Enum value) {
        // Names are string literals: they end in NUL and live as long as the program.
        statement_.bindNoCopy(++index_, to_string(value).data());
        return *this;
    }
    Binder& integer(std::int64_t value) {
        statement_.bind(++index_, value);
        return *this;
    }
    Binder& real(double value) {
        statement_.bind(++index_, value);
        return *this;
    }
    Binder& amount(const std::optional<PicoUsd>& value) {
        value ? statement_.bind(++index_, *value) : statement_.bind(++index_);
        return *this;
    }

private:
    SQLite::Statement& statement_;
    int index_ = 0;
};

class Reader {
public:
    Reader(SQLite::Statement& statement, int first) : statement_(statement), index_(first) {}

    std::string text() { return statement_.getColumn(index_++).getString(); }
    std::int64_t integer() { return statement_.getColumn(index_++).getInt64(); }
    int small() { return statement_.getColumn(index_++).getInt(); }
    bool flag() { return integer() != 0; }
    double real() { return statement_.getColumn(index_++).getDouble(); }
    std::optional<PicoUsd> amount() {
        const SQLite::Column column = statement_.getColumn(index_++);
        return column.isNull() ? std::nullopt : std::optional<PicoUsd>(column.getInt64());
    }
    /// The enumerator whose name is stored. Enums count from 0, and a number that names none has a
    /// name that is never stored.
    template <class Enum>
    Enum name() {
        constexpr int kMoreThanAnyEnum = 32;
        const std::string stored = text();
        for (int value = 0; value < kMoreThanAnyEnum; ++value)
            if (to_string(static_cast<Enum>(value)) == stored) return static_cast<Enum>(value);
        throw std::runtime_error("table attempts holds a value this program does not know: " +
                                 stored);
    }

private:
    SQLite::Statement& statement_;
    int index_;
};

}  // namespace

const std::string& column_list() {
    static const std::string list = fmt::format("{}", fmt::join(kColumns, ", "));
    return list;
}

std::string upsert_sql() {
    std::string parameters = "?1";
    for (std::size_t index = 2; index <= kColumns.size(); ++index)
        parameters += fmt::format(", ?{}", index);
    std::string updates;
    for (const char* column : kColumns)
        updates += fmt::format("{}{} = excluded.{}", updates.empty() ? "" : ", ", column, column);
    return fmt::format(
        "INSERT INTO attempts({}) VALUES({}) ON CONFLICT(request_id, attempt) DO UPDATE SET {} "
        "WHERE attempts.status = 'open'",
        column_list(), parameters, updates);
}

std::string replace_sql() {
    std::string updates;
    for (std::size_t index = 0; index < kColumns.size(); ++index)
        updates += fmt::format("{}{} = ?{}", index == 0 ? "" : ", ", kColumns[index], index + 1);
    return fmt::format("UPDATE attempts SET {} WHERE request_id = ?1 AND attempt = ?2", updates);
}

void bind_row(SQLite::Statement& statement, const AttemptRow& row) {
    const bool closed = row.status != AttemptStatus::open;
    Binder(statement)
        .text(row.request_id).integer(row.attempt).integer(row.decision_seq)
        .integer(row.started_ms).name(row.status).integer(row.final && closed)
        .integer(row.query_local).text(row.upstream).text(row.model).text(row.model_asked)
        .text(row.model_served).name(row.locality).name(row.dialect).name(row.operation)
        .integer(row.stream).name(row.type).integer(row.complexity).real(row.score)
        .text(row.reason).integer(row.fallback).integer(row.simulated).text(row.key_id)
        .text(row.session).integer(row.usage.input_uncached).integer(row.usage.cache_read)
        .integer(row.usage.cache_write).integer(row.usage.output_visible)
        .integer(row.usage.reasoning).name(row.usage.source).amount(row.cost).text(row.price_id)
        .amount(row.baseline).text(row.baseline_id).integer(row.queue_us).integer(row.load_us)
        .integer(row.ttft_us).integer(row.total_us).integer(row.router_us)
        .integer(row.http_upstream).integer(row.http_client).text(row.finish_reason)
        .text(row.error_code);
}

AttemptRow read_row(SQLite::Statement& statement, int first_column) {
    Reader in(statement, first_column);
    AttemptRow row;
    row.request_id = in.text();
    row.attempt = in.small();
    row.decision_seq = in.integer();
    row.started_ms = in.integer();
    row.status = in.name<AttemptStatus>();
    row.final = in.flag();
    row.query_local = in.flag();
    row.upstream = in.text();
    row.model = in.text();
    row.model_asked = in.text();
    row.model_served = in.text();
    row.locality = in.name<Locality>();
    row.dialect = in.name<Dialect>();
    row.operation = in.name<Operation>();
    row.stream = in.flag();
    row.type = in.name<QueryType>();
    row.complexity = in.small();
    row.score = in.real();
    row.reason = in.text();
    row.fallback = in.flag();
    row.simulated = in.flag();
    row.key_id = in.text();
    row.session = in.text();
    row.usage.input_uncached = in.integer();
    row.usage.cache_read = in.integer();
    row.usage.cache_write = in.integer();
    row.usage.output_visible = in.integer();
    row.usage.reasoning = in.integer();
    row.usage.source = in.name<UsageSource>();
    row.cost = in.amount();
    row.price_id = in.text();
    row.baseline = in.amount();
    row.baseline_id = in.text();
    row.queue_us = in.integer();
    row.load_us = in.integer();
    row.ttft_us = in.integer();
    row.total_us = in.integer();
    row.router_us = in.integer();
    row.http_upstream = in.small();
    row.http_client = in.small();
    row.finish_reason = in.text();
    row.error_code = in.text();
    return row;
}

}  // namespace llmr::storage
