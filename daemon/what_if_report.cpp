// The figures of a replay, for programs and for people.
#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "daemon/share_json.hpp"
#include "daemon/what_if.hpp"

namespace llmr::daemon {
namespace {

using routing::ReplayTotals;

void write_totals(JsonWriter& json, std::string_view name, const ReplayTotals& totals) {
    json.key(name)
        .begin_object()
        .field("local_percentage", local_percent(totals.queries, totals.external))
        .field("external_queries", totals.external)
        .raw_field("cost", format_usd(totals.cost))
        .raw_field("baseline_cost", format_usd(totals.baseline))
        .raw_field("savings", format_usd(totals.savings))
        .field("unpriced_queries", totals.unpriced)
        .end_object();
}

std::string with_sign(PicoUsd amount) {
    return (amount < 0 ? "-$" : "+$") + format_usd(amount < 0 ? -amount : amount);
}

std::string money(PicoUsd amount) {
    return amount < 0 ? "-$" + format_usd(-amount) : "$" + format_usd(amount);
}

std::string money_line(std::string_view name, PicoUsd recorded, PicoUsd replayed) {
    return fmt::format("{:<18}{:>18}{:>18}{:>18}\n", name, money(recorded), money(replayed),
                       with_sign(replayed - recorded));
}

}  // namespace

std::string what_if_json(const WhatIfReport& report) {
    const routing::ReplayResult& result = report.result;
    std::string body;
    JsonWriter json(body);
    json.begin_object()
        .field("queries", result.replayed.queries)
        .field("from", result.first_ms)
        .field("to", result.last_ms)
        .field("local_threshold", report.local_threshold)
        .field("complexity_threshold", report.complexity_threshold);
    write_totals(json, "recorded", result.recorded);
    write_totals(json, "replayed", result.replayed);
    json.field("moved_to_local", result.moved_to_local)
        .field("moved_to_external", result.moved_to_external);
    json.key("models").begin_array();
    for (const auto& [name, model] : report.models) {
        json.begin_object()
            .field("model", name)
            .field("recorded_queries", model.recorded)
            .field("replayed_queries", model.replayed)
            .end_object();
    }
    json.end_array().key("notes").begin_array();
    for (const std::string& note : report.notes)
        json.value(note);
    json.end_array().end_object();
    return body;
}

std::string what_if_text(const WhatIfReport& report) {
    const ReplayTotals& was = report.result.recorded;
    const ReplayTotals& now = report.result.replayed;
    if (now.queries == 0) return "The ledger has no finished query in this range.\n";
    std::string text = fmt::format(
        "{} queries from {} to {}, replayed by LLM_LOCAL_THRESHOLD={:g} "
        "LLM_COMPLEXITY_THRESHOLD={}\n\n",
        now.queries, iso8601(report.result.first_ms), iso8601(report.result.last_ms),
        report.local_threshold, report.complexity_threshold);
    text += fmt::format("{:<18}{:>18}{:>18}{:>18}\n", "", "recorded", "replayed", "difference");
    const double was_local = local_percent(was.queries, was.external);
    const double now_local = local_percent(now.queries, now.external);
    text += fmt::format("{:<18}{:>17.2f}%{:>17.2f}%{:>+17.2f}%\n", "Local share", was_local,
                        now_local, now_local - was_local);
    text += fmt::format("{:<18}{:>18}{:>18}{:>+18}\n", "External queries", was.external,
                        now.external, now.external - was.external);
    text += money_line("Cost", was.cost, now.cost);
    text += money_line("Savings", was.savings, now.savings);
    text += fmt::format("\n{} queries move outside, {} come back.\n",
                        report.result.moved_to_external, report.result.moved_to_local);
    text += fmt::format("\n{:<36}{:>18}{:>18}\n", "Model", "recorded", "replayed");
    for (const auto& [name, model] : report.models)
        text += fmt::format("{:<36}{:>18}{:>18}\n", name, model.recorded, model.replayed);
    text += "\n";
    for (const std::string& note : report.notes)
        text += fmt::format("Note: {}.\n", note);
    return text;
}

}  // namespace llmr::daemon
