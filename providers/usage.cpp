#include "providers/usage.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

using Member = TokenCounts::Count TokenCounts::*;

// Where a count may stand; of several places for one count the first that is there counts. An empty
// parent is the usage object itself.
struct Place {
    Member count;
    std::string_view parent;
    std::string_view key;
};

constexpr std::array kOpenAi{
    Place{&TokenCounts::input, "", "prompt_tokens"},
    Place{&TokenCounts::input, "", "input_tokens"},
    Place{&TokenCounts::cache_read, "prompt_tokens_details", "cached_tokens"},
    Place{&TokenCounts::cache_read, "input_tokens_details", "cached_tokens"},
    Place{&TokenCounts::cache_read, "", "prompt_cache_hit_tokens"},
    Place{&TokenCounts::cache_miss, "", "prompt_cache_miss_tokens"},
    Place{&TokenCounts::cache_write, "prompt_tokens_details", "cache_write_tokens"},
    Place{&TokenCounts::cache_write, "input_tokens_details", "cache_write_tokens"},
    Place{&TokenCounts::output, "", "completion_tokens"},
    Place{&TokenCounts::output, "", "output_tokens"},
    Place{&TokenCounts::reasoning, "completion_tokens_details", "reasoning_tokens"},
    Place{&TokenCounts::reasoning, "output_tokens_details", "reasoning_tokens"},
    Place{&TokenCounts::total, "", "total_tokens"},
};
constexpr std::array kAnthropic{
    Place{&TokenCounts::input, "", "input_tokens"},
    Place{&TokenCounts::cache_read, "", "cache_read_input_tokens"},
    Place{&TokenCounts::cache_write, "", "cache_creation_input_tokens"},
    Place{&TokenCounts::cache_write_5m, "cache_creation", "ephemeral_5m_input_tokens"},
    Place{&TokenCounts::cache_write_1h, "cache_creation", "ephemeral_1h_input_tokens"},
    Place{&TokenCounts::output, "", "output_tokens"},
    Place{&TokenCounts::reasoning, "output_tokens_details", "thinking_tokens"},
};
constexpr std::array kGemini{
    Place{&TokenCounts::input, "", "promptTokenCount"},
    Place{&TokenCounts::input_extra, "", "toolUsePromptTokenCount"},
    Place{&TokenCounts::cache_read, "", "cachedContentTokenCount"},
    Place{&TokenCounts::output, "", "candidatesTokenCount"},
    Place{&TokenCounts::reasoning, "", "thoughtsTokenCount"},
    Place{&TokenCounts::total, "", "totalTokenCount"},
};
constexpr std::array kOllama{
    Place{&TokenCounts::input, "", "prompt_eval_count"},
    Place{&TokenCounts::output, "", "eval_count"},
};
constexpr std::array kTimings{
    Place{&TokenCounts::input, "", "prompt_n"},
    Place{&TokenCounts::cache_read, "", "cache_n"},
    Place{&TokenCounts::output, "", "predicted_n"},
};

enum class Reasoning : std::uint8_t {
    inside,      // part of the output
    outside,     // beside it
    total_tells  // inside, unless the total only adds up with it beside
};

struct Rule {
    std::span<const Place> places;
    bool cache_inside;  // part of the input
    Reasoning reasoning;
    bool needs_both;  // one count without the other is no usage
};

// In the order of UsageShape.
constexpr std::array kRules{
    Rule{kOpenAi, true, Reasoning::total_tells, false},
    Rule{kAnthropic, false, Reasoning::inside, false},
    Rule{kGemini, true, Reasoning::outside, false},
    Rule{kOllama, true, Reasoning::inside, false},
    Rule{kTimings, false, Reasoning::inside, true},
};

constexpr std::array<Member, 10> kAllCounts{
    &TokenCounts::input,          &TokenCounts::input_extra, &TokenCounts::cache_read,
    &TokenCounts::cache_miss,     &TokenCounts::cache_write, &TokenCounts::cache_write_5m,
    &TokenCounts::cache_write_1h, &TokenCounts::output,      &TokenCounts::reasoning,
    &TokenCounts::total,
};

const Rule& rule_of(UsageShape shape) {
    return kRules[static_cast<std::size_t>(shape)];
}

// No sum of these overflows, and no model has ever seen so many.
constexpr std::int64_t kMostTokens = 1'000'000'000'000'000;

// Puts counts into buckets, and remembers whether one of them had to be bent to fit.
class Buckets {
public:
    Buckets(const Rule& rule, const TokenCounts& counts) : rule_(rule), counts_(counts) {}

    Usage fill() {
        fill_output();
        fill_input();
        check_total();
        usage_.source = consistent_ ? UsageSource::reported : UsageSource::estimated;
        return usage_;
    }

private:
    std::int64_t value(const TokenCounts::Count& count) {
        const std::int64_t given = count.value_or(0);
        const std::int64_t held = std::clamp<std::int64_t>(given, 0, kMostTokens);
        expect(held == given);
        return held;
    }

    void expect(bool holds) { consistent_ = consistent_ && holds; }

    // Takes `part` out of `rest`.
    std::int64_t take(std::int64_t part, std::int64_t& rest) {
        const std::int64_t taken = std::min(part, rest);
        expect(taken == part);
        rest -= taken;
        return taken;
    }

    // What the counts say before they are put into buckets; the output comes first.
    std::int64_t prompt() {
        std::int64_t input = value(counts_.input) + value(counts_.input_extra);
        const std::int64_t read = value(counts_.cache_read);
        if (!counts_.input && counts_.cache_miss) {
            input = read + value(counts_.cache_miss);
        } else if (!counts_.input && counts_.total) {
            input = value(counts_.total) - usage_.output_total();
            expect(input >= 0);
            input = std::max<std::int64_t>(input, 0);
        }
        if (!rule_.cache_inside) input += read + cache_write();
        if (counts_.cache_miss) expect(read + value(counts_.cache_miss) == input);
        return input;
    }

    std::int64_t cache_write() {
        const std::int64_t parts = value(counts_.cache_write_5m) + value(counts_.cache_write_1h);
        if (!counts_.cache_write) return parts;
        const bool split = counts_.cache_write_5m || counts_.cache_write_1h;
        if (split) expect(parts == value(counts_.cache_write));
        return value(counts_.cache_write);
    }

    void fill_input() {
        std::int64_t rest = prompt();
        usage_.cache_read = take(value(counts_.cache_read), rest);
        usage_.cache_write = take(cache_write(), rest);
        usage_.input_uncached = rest;
        std::int64_t written = usage_.cache_write;
        usage_.cache_write_1h = take(value(counts_.cache_write_1h), written);
    }

    void fill_output() {
        std::int64_t output = value(counts_.output);
        std::int64_t reasoning = value(counts_.reasoning);
        if (rule_.reasoning == Reasoning::outside) {
            output += reasoning;
        } else if (rule_.reasoning == Reasoning::total_tells) {
            const std::int64_t beside = beyond_output();
            // Some count reasoning beside the completion, and some name it nowhere but in the
            // total.
            if (reasoning == 0) reasoning = beside;
            if (reasoning == beside) output += reasoning;
        }
        usage_.reasoning = take(reasoning, output);
        usage_.output_visible = output;
    }

    // What the total holds beyond prompt and completion; 0 if it does not tell.
    std::int64_t beyond_output() const {
        if (!counts_.total || !counts_.input || !counts_.output) return 0;
        for (const std::int64_t count : {*counts_.total, *counts_.input, *counts_.output}) {
            if (count < 0 || count > kMostTokens) return 0;
        }
        return std::max<std::int64_t>(*counts_.total - *counts_.input - *counts_.output, 0);
    }

    void check_total() {
        if (!counts_.total) return;
        expect(usage_.input_total() + usage_.output_total() == *counts_.total);
    }

    const Rule& rule_;
    const TokenCounts& counts_;
    Usage usage_;
    bool consistent_ = true;
};

}  // namespace

TokenCounts read_counts(UsageShape shape, simdjson::dom::element usage) {
    TokenCounts counts;
    for (const Place& place : rule_of(shape).places) {
        if (counts.*place.count) continue;
        const auto object = place.parent.empty() ? usage : get_value(usage, place.parent);
        if (object) counts.*place.count = get_int(*object, place.key);
    }
    return counts;
}

void merge_counts(TokenCounts& so_far, const TokenCounts& newer) {
    for (const Member count : kAllCounts) {
        if (newer.*count) so_far.*count = newer.*count;
    }
}

Usage to_usage(UsageShape shape, const TokenCounts& counts) {
    const Rule& rule = rule_of(shape);
    const bool has_input = counts.input || counts.cache_miss || counts.total;
    if (!has_input && !counts.output) return {};
    if (rule.needs_both && (!counts.input || !counts.output)) return {};
    return Buckets(rule, counts).fill();
}

}  // namespace llmr::providers
