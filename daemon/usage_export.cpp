#include "daemon/usage_export.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"
#include "core/time_zone.hpp"
#include "core/usd_amount.hpp"
#include "daemon/time_param.hpp"
#include "storage/rollup_writer.hpp"

namespace llmr::daemon {
namespace {

using Line = std::vector<std::string>;

/// The columns of one kind of file. A kind fits if all that are named are there.
struct ExportKind {
    std::string_view name;
    std::string_view day;
    std::string_view model;
    std::string_view requests;              ///< empty: not in this kind; so for all below
    std::array<std::string_view, 4> input;  ///< added up
    std::string_view output;
    std::string_view cost;
};
constexpr ExportKind kKinds[] = {
    {"OpenAI usage",
     "start_time_iso",
     "model",
     "num_model_requests",
     {"input_tokens"},
     "output_tokens",
     ""},
    {"OpenAI costs", "start_time_iso", "line_item", "", {}, "", "amount_value"},
    {"Anthropic usage",
     "usage_date_utc",
     "model_version",
     "",
     {"usage_input_tokens_no_cache", "usage_input_tokens_cache_write_5m",
      "usage_input_tokens_cache_write_1h", "usage_input_tokens_cache_read"},
     "usage_output_tokens",
     ""},
    {"Anthropic costs", "usage_date_utc", "model", "", {}, "", "cost_usd"},
};

/// Takes one CSV line (RFC 4180; quoted fields may hold line ends) from the front of `text`.
Line take_line(std::string_view& text) {
    Line fields(1);
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            if (c != '"') {
                fields.back() += c;
            } else if (at + 1 < text.size() && text[at + 1] == '"') {
                fields.back() += '"';
                ++at;
            } else {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            fields.emplace_back();
        } else if (c == '\n') {
            ++at;
            break;
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    text.remove_prefix(at);
    return fields;
}

class Columns {
public:
    explicit Columns(Line head) : head_(std::move(head)) {}

    bool has(std::string_view name) const { return name.empty() || index(name) < head_.size(); }
    bool fit(const ExportKind& kind) const {
        return has(kind.day) && has(kind.model) && has(kind.requests) && has(kind.output) &&
               has(kind.cost) &&
               std::all_of(kind.input.begin(), kind.input.end(),
                           [this](std::string_view name) { return has(name); });
    }
    std::string_view at(const Line& line, std::string_view name) const {
        const std::size_t found = index(name);
        return found < line.size() ? trim(line[found]) : std::string_view();
    }

private:
    std::size_t index(std::string_view name) const {
        return static_cast<std::size_t>(std::find(head_.begin(), head_.end(), name) -
                                        head_.begin());
    }
    Line head_;
};

Result<std::int64_t> count_of(std::string_view text) {
    if (text.empty()) return 0;
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return Error(Errc::invalid_parameter, fmt::format("\"{}\" is not a count", text));
    return value;
}

/// Half a unit of the last decimal that is printed.
PicoUsd rounding_of(std::string_view decimal) {
    const std::size_t point = decimal.find('.');
    const std::size_t decimals = point == std::string_view::npos ? 0 : decimal.size() - point - 1;
    PicoUsd unit = kPicoPerUsd;
    for (std::size_t i = 0; i < decimals; ++i)
        unit /= 10;
    return unit / 2;
}

void add(std::optional<std::int64_t>& sum, std::int64_t value) {
    sum = sum.value_or(0) + value;
}

/// Adds what one line says.
Result<void> add_line(const ExportKind& kind, const Columns& columns, const Line& line,
                      UsageExport& out) {
    auto instant = parse_instant(columns.at(line, kind.day), TimeZone(), kind.day);
    if (!instant) return instant.error();
    const std::int64_t day = storage::day_of(*instant);
    std::string_view model = columns.at(line, kind.model);
    // "gpt-4o-mini-2024-07-18, input" is one of several lines of a model.
    model = model.substr(0, model.find(','));
    if (!kind.cost.empty() && columns.at(line, kind.cost).empty()) return {};
    if (kind.cost.empty() && model.empty()) return {};  // a day without use
    ProviderUsage& usage = out.days[{day, comparable_model(model)}];
    out.first_day_ms = out.first_day_ms == 0 ? day : std::min(out.first_day_ms, day);
    out.last_day_ms = std::max(out.last_day_ms, day);
    if (!kind.cost.empty()) {
        const std::string_view text = columns.at(line, kind.cost);
        const auto cost = parse_usd_amount(text);
        if (!cost) return Error(Errc::invalid_parameter, fmt::format("\"{}\" is no amount", text));
        add(usage.cost, *cost);
        usage.rounding += rounding_of(text);
        return {};
    }
    for (const auto& [name, sum] :
         {std::pair{kind.requests, &usage.requests}, std::pair{kind.output, &usage.output_tokens},
          std::pair{kind.input[0], &usage.input_tokens},
          std::pair{kind.input[1], &usage.input_tokens},
          std::pair{kind.input[2], &usage.input_tokens},
          std::pair{kind.input[3], &usage.input_tokens}}) {
        if (name.empty()) continue;
        const auto count = count_of(columns.at(line, name));
        if (!count) return count.error();
        add(*sum, *count);
    }
    return {};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Removes "-20240718" or "-2024-07-18" from the end.
void drop_snapshot_date(std::string& name) {
    for (const std::string_view form : {"-dddd-dd-dd", "-dddddddd"}) {
        if (name.size() <= form.size()) continue;
        const std::string_view end = std::string_view(name).substr(name.size() - form.size());
        const bool fits = std::equal(end.begin(), end.end(), form.begin(), [](char c, char f) {
            return f == 'd' ? is_digit(c) : c == f;
        });
        if (fits && end.substr(1, 2) == "20") {
            name.resize(name.size() - form.size());
            return;
        }
    }
}

}  // namespace

std::string comparable_model(std::string_view name) {
    std::string out = to_lower(trim(name));
    out.erase(0, out.rfind('/') + 1);
    std::replace_if(out.begin(), out.end(), [](char c) { return c == ' ' || c == '.'; }, '-');
    drop_snapshot_date(out);
    if (out.ends_with("-latest")) out.resize(out.size() - 7);
    return out;
}

Result<UsageExport> parse_usage_export(std::string_view csv) {
    if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
    Line head = take_line(csv);
    for (std::string& name : head)
        name = to_lower(trim(name));
    const Columns columns(std::move(head));
    const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const ExportKind& one) { return columns.fit(one); });
    if (kind == std::end(kKinds))
        return Error(Errc::invalid_parameter,
                     "the columns are neither those of OpenAI's usage or cost export "
                     "(start_time_iso ...) nor of Anthropic's (usage_date_utc ...)");
    UsageExport out;
    out.kind = kind->name;
    for (int number = 2; !csv.empty(); ++number) {
        const Line line = take_line(csv);
        if (line.size() == 1 && line.front().empty()) continue;
        if (auto added = add_line(*kind, columns, line, out); !added)
            return Error(Errc::invalid_parameter,
                         fmt::format("line {}: {}", number, added.error().message));
    }
    return out;
}

}  // namespace llmr::daemon
