#include "daemon/query/query_log.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/log.hpp"

namespace llmr::daemon {
namespace {

log::Field number(std::string_view name, std::int64_t value) {
    return {name, std::to_string(value), true};
}

std::string milliseconds(std::int64_t micros) {
    return fmt::format("{}.{:03}", micros / 1000, micros % 1000);
}

}  // namespace

void log_attempt(const storage::AttemptRow& row) {
    if (!log::debugging()) return;
    std::vector<log::Field> fields{
        {"id", row.request_id},
        number("attempt", row.attempt),
        {"type", std::string(to_string(row.type))},
        number("complexity", row.complexity),
        {"model", row.model},
        {"upstream", row.upstream},
        {"local", row.locality == Locality::local ? "true" : "false", true},
        {"status", std::string(to_string(row.status))},
        number("input_tokens", row.usage.input_total()),
        number("output_tokens", row.usage.output_total()),
        {"cost_usd", row.cost ? format_usd(*row.cost) : "null", true},
        {"ms", milliseconds(row.total_us), true}};
    if (!row.error_code.empty()) fields.push_back({"error", row.error_code});
    fields.push_back({"reason", row.reason});
    log::debug_fields(row.final ? "query" : "attempt", fields);
}

void log_refusal(std::string_view request_id, Errc code) {
    if (!log::debugging()) return;
    const log::Field fields[] = {{"id", std::string(request_id)},
                                 {"status", "refused"},
                                 {"error", std::string(code_string(code))}};
    log::debug_fields("query", fields);
}

}  // namespace llmr::daemon
