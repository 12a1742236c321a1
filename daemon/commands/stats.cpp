#include <cstdio>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/money.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/stats_groups.hpp"
#include "daemon/stats_json.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon::commands {
namespace {

using storage::GroupTotals;

/// "1,234,567"
std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

/// "3.20 s", "85.3 ms", "640 us": three digits that mean something.
std::string duration(double micros) {
    if (micros >= 1e6) return fmt::format("{:.2f} s", micros / 1e6);
    if (micros >= 1e3) return fmt::format("{:.1f} ms", micros / 1e3);
    return fmt::format("{:.0f} us", micros);
}

std::string average(const GroupTotals& totals) {
    if (totals.latency_count == 0) return "-";
    return duration(double(totals.latency_us_sum) / double(totals.latency_count));
}

std::string percentile(std::int64_t count, std::int64_t micros) {
    return count == 0 ? "-" : duration(double(micros));
}

void print_summary(const storage::Stats& stats, double target) {
    const double local = local_percentage(stats);
    fmt::print("Queries     {}   local {} ({:.2f}%)   external {}   target {:g}%   {}\n",
               grouped(stats.total.queries), grouped(stats.local.queries), local,
               grouped(stats.external.queries), target,
               local >= target ? "on target" : "BELOW TARGET");
    fmt::print("Cost        ${}   saved ${} of ${}\n", format_usd(stats.total.cost_pico),
               format_usd(stats.total.savings_pico), format_usd(stats.total.baseline_pico));
    if (stats.total.energy_pico > 0) {
        fmt::print("            ${} for power (an estimate)   saved ${} after it\n",
                   format_usd(stats.total.energy_pico),
                   format_usd(stats.total.savings_pico - stats.total.energy_pico));
    }
    if (stats.total.unknown_cost > 0) {
        fmt::print("            {} attempts have no known price\n",
                   grouped(stats.total.unknown_cost));
    }
    fmt::print("Tokens      {} in   {} out   ({} attempts reported, {} estimated)\n",
               grouped(stats.total.input_tokens), grouped(stats.total.output_tokens),
               grouped(stats.usage_reported), grouped(stats.usage_estimated));
    fmt::print("Ended       {} ok   {} errors   {} cancelled   {} interrupted   {} fallbacks\n",
               grouped(stats.total.ok), grouped(stats.total.errors), grouped(stats.total.cancelled),
               grouped(stats.interrupted), grouped(stats.fallbacks));
}

void print_latency(const storage::Stats& stats) {
    fmt::print("\n{:<12}{:>10}{:>10}{:>10}{:>10}{:>14}\n", "Latency", "mean", "p50", "p90", "p99",
               "first token");
    const auto line = [](const char* name, const GroupTotals& totals,
                         const storage::LatencyStats& latency, const storage::LatencyStats& ttft) {
        fmt::print("{:<12}{:>10}{:>10}{:>10}{:>10}{:>14}\n", name, average(totals),
                   percentile(latency.count, latency.p50_us),
                   percentile(latency.count, latency.p90_us),
                   percentile(latency.count, latency.p99_us), percentile(ttft.count, ttft.p50_us));
    };
    line("local", stats.local, stats.latency_local, stats.ttft_local);
    line("external", stats.external, stats.latency_external, stats.ttft_external);
}

void print_groups(const char* title, const std::vector<GroupTotals>& groups) {
    if (groups.empty()) return;
    fmt::print("\n{:<28}{:>10}{:>8}{:>14}{:>14}{:>16}\n", title, "queries", "share", "tokens",
               "mean", "cost");
    std::int64_t all = 0;
    for (const GroupTotals& group : groups)
        all += group.queries;
    for (const GroupTotals& group : groups) {
        fmt::print("{:<28}{:>10}{:>7.1f}%{:>14}{:>14}{:>16}\n", group.name, grouped(group.queries),
                   all == 0 ? 0.0 : 100.0 * double(group.queries) / double(all),
                   grouped(group.input_tokens + group.output_tokens), average(group),
                   "$" + format_usd(group.cost_pico));
    }
}

void print_inexact() {
    fmt::print("            not exact: rows of an hour that the range cuts were deleted\n");
}

/// The names of a group as one text: "gpt-4o-mini openai".
std::string label_of(const GroupTable::Row& row, const GroupTable& table) {
    if (!table.labels.empty() && table.labels.front() == "from") {
        // "2026-03-29T00:00" is enough to tell days and hours of one zone apart.
        return row.labels.front().text.substr(0, 16);
    }
    if (!table.labels.empty() && table.labels.front() == "key")
        return row.labels.front().text.empty() ? "(no key)" : row.labels.front().text;
    std::string label;
    for (const Cell& cell : row.labels)
        if (cell.quoted) label += (label.empty() ? "" : " ") + cell.text;
    return label;
}

int print_grouped(storage::LedgerReader& reader, GroupQuestion question, bool json) {
    if (json) {
        const auto text = groups_text(reader, question);
        fmt::print(text ? stdout : stderr, "{}\n", text ? *text : text.error().message);
        return text ? kExitOk : kExitFailure;
    }
    const auto table = read_groups(reader, question);
    if (!table) {
        fmt::print(stderr, "{}: {}\n", table.error().param, table.error().message);
        return kExitFailure;
    }
    std::vector<GroupTotals> groups;
    for (const GroupTable::Row& row : table->rows) {
        groups.push_back(row.figures);
        groups.back().name = label_of(row, *table);
    }
    if (!table->exact) print_inexact();
    print_groups(table->labels.empty() ? "Total" : table->labels.front().data(), groups);
    return kExitOk;
}

void print_range(const Config& config, const RangeParams& when) {
    fmt::print("Ledger      {}", config.db_path);
    if (when.has_from) fmt::print("   from {}", when.zone.iso8601(when.range.from_ms));
    if (when.has_to) fmt::print("   to {}", when.zone.iso8601(when.range.to_ms));
    fmt::print("\n");
}

}  // namespace

int stats(const StatsOptions& options) {
    const auto config = load_with_ledger();
    if (!config) return kExitConfig;
    auto when = range_of(options);
    auto by = parse_group_by(options.group_by);
    if (!when || !by) {
        fmt::print(stderr, "--{}: {}\n", when ? "group-by" : when.error().param,
                   when ? by.error().message : when.error().message);
        return kExitUsage;
    }
    storage::LedgerReader reader(config->db_path);
    if (*by != GroupBy::none) {
        if (!options.json) print_range(*config, *when);
        return print_grouped(reader, {*when, *by, TableFormat::json, config->key_names, utc_ms()},
                             options.json);
    }
    auto read = reader.stats(when->range);
    if (!read) {
        fmt::print(stderr, "{}\n", read.error().message);
        return kExitFailure;
    }
    const auto exact = reader.exact_by_hour({when->range.from_ms, when->range.to_ms});
    if (options.json) {
        StatsContext context;
        context.exact = exact && *exact;
        context.target_local_pct = config->local_threshold;
        context.share.total = read->total.queries;
        context.share.external = read->external.queries;
        context.since_ms = when->range.from_ms;
        context.until_ms = when->has_to ? when->range.to_ms : 0;
        if (auto periods = share_periods(reader, utc_ms()))
            context.share_periods = std::move(*periods);
        fmt::print("{}\n", stats_json(*read, context));
        return kExitOk;
    }
    print_range(*config, *when);
    if (!exact || !*exact) print_inexact();
    print_summary(*read, config->local_threshold);
    print_latency(*read);
    print_groups("By type", read->by_type);
    print_groups("By model", read->by_model);
    return kExitOk;
}

}  // namespace llmr::daemon::commands
