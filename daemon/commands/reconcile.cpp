#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "core/text.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/usage_export.hpp"
#include "storage/daily_usage.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::daemon::commands {
namespace {

using DayModel = std::pair<std::int64_t, std::string>;

/// The ledger's side of one day and model.
struct Ours {
    std::int64_t attempts = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    PicoUsd cost = 0;
    std::int64_t without_cost = 0;
};

/// Added up as the file tells models apart, or does not.
std::map<DayModel, Ours> add_up(const std::vector<storage::DailyUsage>& days,
                                const ReconcileOptions& options, bool by_model) {
    std::map<DayModel, Ours> sums;
    for (const storage::DailyUsage& day : days) {
        if (!options.upstream.empty() && day.upstream != options.upstream) continue;
        Ours& sum = sums[{day.day_ms, by_model ? comparable_model(day.model) : std::string()}];
        sum.attempts += day.attempts;
        sum.input_tokens += day.input_uncached + day.cache_read + day.cache_write;
        sum.output_tokens += day.output_tokens;
        sum.cost += day.cost;
        sum.without_cost += day.without_cost;
    }
    return sums;
}

/// Prints what differs and counts it.
class Differences {
public:
    void compare(const DayModel& of, const Ours& ours, const ProviderUsage& theirs) {
        count(of, "requests", ours.attempts, theirs.requests);
        count(of, "input tokens", ours.input_tokens, theirs.input_tokens);
        count(of, "output tokens", ours.output_tokens, theirs.output_tokens);
        if (!theirs.cost) return;
        const PicoUsd apart = ours.cost - *theirs.cost;
        if (apart <= theirs.rounding && -apart <= theirs.rounding) return;
        line(of, "cost", "$" + format_usd(ours.cost), "$" + format_usd(*theirs.cost),
             (apart > 0 ? "+" : "") + format_usd(apart));
        if (ours.without_cost > 0)
            fmt::print("{:<12}{:<28}{} attempts here have no price\n", "", "", ours.without_cost);
    }
    int found() const { return found_; }

private:
    void count(const DayModel& of, std::string_view what, std::int64_t ours,
               const std::optional<std::int64_t>& theirs) {
        if (theirs && ours != *theirs)
            line(of, what, std::to_string(ours), std::to_string(*theirs),
                 fmt::format("{:+}", ours - *theirs));
    }
    void line(const DayModel& of, std::string_view what, std::string_view ours,
              std::string_view theirs, std::string_view apart) {
        if (found_++ == 0)
            fmt::print("{:<12}{:<28}{:<15}{:>18}{:>18}{:>16}\n", "Day (UTC)", "Model", "", "ledger",
                       "provider", "difference");
        fmt::print("{:<12}{:<28}{:<15}{:>18}{:>18}{:>16}\n", iso8601(of.first).substr(0, 10),
                   of.second.empty() ? "(all models)" : of.second, what, ours, theirs, apart);
    }
    int found_ = 0;
};

/// A file that has a figure for one day has it for all.
ProviderUsage nothing_of(const UsageExport& file) {
    const ProviderUsage& any = file.days.begin()->second;
    const auto zero = [](const auto& value) {
        return value ? std::optional<std::int64_t>(0) : std::nullopt;
    };
    return {zero(any.requests), zero(any.input_tokens), zero(any.output_tokens), zero(any.cost), 0};
}

}  // namespace

int reconcile(const ReconcileOptions& options) {
    const auto config = load_with_ledger();
    if (!config) return kExitConfig;
    std::ifstream stream(options.file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream),
                           std::istreambuf_iterator<char>()};
    if (!stream && text.empty()) {
        fmt::print(stderr, "{}: cannot be read\n", options.file);
        return kExitUsage;
    }
    const auto file = parse_usage_export(text);
    if (!file || file->days.empty()) {
        fmt::print(stderr, "{}: {}\n", options.file,
                   file ? "says nothing of any day" : file.error().message);
        return kExitUsage;
    }
    const auto days = storage::read_daily_usage(
        config->db_path, {file->first_day_ms, file->last_day_ms + storage::kDayMs});
    if (!days) {
        fmt::print(stderr, "{}\n", days.error().message);
        return kExitConfig;  // 1 is for differences
    }
    const bool by_model = !file->days.begin()->first.second.empty();
    const auto ours = add_up(*days, options, by_model);
    std::map<DayModel, ProviderUsage> theirs = file->days;
    for (const auto& [of, sums] : ours)
        theirs.try_emplace(of, nothing_of(*file));
    Differences differences;
    for (const auto& [of, usage] : theirs) {
        const auto found = ours.find(of);
        differences.compare(of, found == ours.end() ? Ours{} : found->second, usage);
    }
    fmt::print("{}: {} to {}, {} days and models compared, {} differences\n", file->kind,
               iso8601(file->first_day_ms).substr(0, 10), iso8601(file->last_day_ms).substr(0, 10),
               theirs.size(), differences.found());
    return differences.found() == 0 ? kExitOk : kExitFailure;
}

}  // namespace llmr::daemon::commands
