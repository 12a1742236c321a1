#include <cstdio>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/money.hpp"
#include "core/text.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/query_string.hpp"
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
    if (stats.total.unknown_cost > 0) {
        fmt::print("            {} attempts have no known price\n",
                   grouped(stats.total.unknown_cost));
    }
    fmt::print("Tokens      {} in   {} out   ({} attempts reported, {} estimated)\n",
               grouped(stats.total.input_tokens), grouped(stats.total.output_tokens),
               grouped(stats.usage_reported), grouped(stats.usage_estimated));
    fmt::print("Ended       {} ok   {} errors   {} cancelled   {} interrupted   {} fallbacks\n",
               grouped(stats.total.ok), grouped(stats.total.errors),
               grouped(stats.total.cancelled), grouped(stats.interrupted),
               grouped(stats.fallbacks));
}

void print_latency(const storage::Stats& stats) {
    fmt::print("\n{:<12}{:>10}{:>10}{:>10}{:>10}{:>14}\n", "Latency", "mean", "p50", "p90", "p99",
               "first token");
    const auto line = [](const char* name, const GroupTotals& totals,
                         const storage::LatencyStats& latency, const storage::LatencyStats& ttft) {
        fmt::print("{:<12}{:>10}{:>10}{:>10}{:>10}{:>14}\n", name, average(totals),
                   percentile(latency.count, latency.p50_us),
                   percentile(latency.count, latency.p90_us),
                   percentile(latency.count, latency.p99_us),
                   percentile(ttft.count, ttft.p50_us));
    };
    line("local", stats.local, stats.latency_local, stats.ttft_local);
    line("external", stats.external, stats.latency_external, stats.ttft_external);
}

void print_groups(const char* title, const std::vector<GroupTotals>& groups) {
    if (groups.empty()) return;
    fmt::print("\n{:<28}{:>10}{:>8}{:>14}{:>14}{:>16}\n", title, "queries", "share", "tokens",
               "mean", "cost");
    std::int64_t all = 0;
    for (const GroupTotals& group : groups) all += group.queries;
    for (const GroupTotals& group : groups) {
        fmt::print("{:<28}{:>10}{:>7.1f}%{:>14}{:>14}{:>16}\n", group.name,
                   grouped(group.queries),
                   all == 0 ? 0.0 : 100.0 * double(group.queries) / double(all),
                   grouped(group.input_tokens + group.output_tokens), average(group),
                   "$" + format_usd(group.cost_pico));
    }
}

}  // namespace

int stats(const StatsOptions& options) {
    const ConfigResult loaded = load_config(process_environment());
    for (const std::string& error : loaded.errors) fmt::print(stderr, "error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    auto since = parse_since(options.since, utc_ms());
    if (!since) {
        fmt::print(stderr, "--since: {}\n", since.error().message);
        return kExitUsage;
    }
    storage::LedgerReader reader(loaded.config->db_path);
    auto read = reader.stats(*since);
    if (!read) {
        fmt::print(stderr, "{}\n", read.error().message);
        return kExitFailure;
    }
    if (options.json) {
        StatsContext context;
        context.target_local_pct = loaded.config->local_threshold;
        context.share.total = read->total.queries;
        context.share.external = read->external.queries;
        context.since_ms = *since;
        fmt::print("{}\n", stats_json(*read, context));
        return kExitOk;
    }
    fmt::print("Ledger      {}{}\n", loaded.config->db_path,
               *since == 0 ? "" : "   since " + iso8601(*since));
    print_summary(*read, loaded.config->local_threshold);
    print_latency(*read);
    print_groups("By type", read->by_type);
    print_groups("By model", read->by_model);
    return kExitOk;
}

}  // namespace llmr::daemon::commands
