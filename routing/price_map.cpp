#include "routing/price_map.hpp"

#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::routing {
namespace {

enum Bucket : std::uint8_t { input, output, read, write, write_1h, reasoning, kBuckets };

/// The words for a bucket in either format; a longer one stands before its own beginning.
constexpr std::array<std::pair<std::string_view, Bucket>, 12> kBucketNames{{
    {"input_cost_per_token", input},
    {"output_cost_per_token", output},
    {"cache_read_input_token_cost", read},
    {"cache_creation_input_token_cost_above_1hr", write_1h},
    {"cache_creation_input_token_cost", write},
    {"output_cost_per_reasoning_token", reasoning},
    {"input", input},
    {"output", output},
    {"cache_read", read},
    {"cache_write_1h", write_1h},
    {"cache_write", write},
    {"reasoning", reasoning},
}};

/// Class of service and length: what a group of amounts holds for.
using LevelKey = std::pair<ServiceTier, std::int64_t>;
using Amounts = std::array<std::optional<PicoUsd>, kBuckets>;

/// One model's amounts, and the first fault among them.
struct Entry {
    std::map<LevelKey, Amounts> levels;
    std::string fault;
    bool left_out = false;
};

/// A price per token from here on is one per million in the wrong unit. What is merely above the
/// limit of any price, or finer than a pico-USD, stands in maps that people use: such an entry is
/// left out.
constexpr PicoUsd kWrongUnit = kPicoPerUsd / 100;

bool may_be_left_out(std::string_view value) {
    const Result<PicoUsd> usd = parse_usd(value);
    return usd && *usd < kWrongUnit;
}

/// "200k_tokens" or "272000" at the front of `text`.
std::optional<std::int64_t> take_length(std::string_view& text) {
    std::int64_t tokens = 0;
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), tokens);
    if (failed != std::errc() || tokens < 1 || tokens > 1'000'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    if (text.starts_with("k_tokens")) {
        text.remove_prefix(8);
        tokens *= 1000;
    }
    return tokens;
}

/// What follows a bucket's name: "_above_200k_tokens", "_priority", both, or nothing. False if it
/// is anything else.
bool read_suffix(std::string_view suffix, LevelKey& level) {
    constexpr std::string_view kAbove = "_above_";
    if (suffix.starts_with(kAbove)) {
        suffix.remove_prefix(kAbove.size());
        const auto length = take_length(suffix);
        if (!length) return false;
        level.second = *length;
    }
    if (suffix.empty()) return true;
    if (!suffix.starts_with('_')) return false;
    const ServiceTier service = parse_service_tier(suffix.substr(1));
    if (service == ServiceTier::standard) return false;
    level.first = service;
    return true;
}

void add_amount(Entry& entry, std::string_view key, std::string_view value, LevelKey group) {
    for (const auto& [name, bucket] : kBucketNames) {
        LevelKey level = group;
        if (!key.starts_with(name)) continue;
        if (!read_suffix(key.substr(name.size()), level)) continue;
        if (value == "null") return;
        if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
        const Result<PicoUsd> price = parse_usd_per_token(value);
        if (price) {
            entry.levels[level][bucket] = *price;
        } else if (may_be_left_out(value)) {
            entry.left_out = true;
        } else if (entry.fault.empty()) {
            entry.fault =
                std::string(key) + " " + std::string(value) + ": " + price.error().message;
        }
        return;
    }
}

void add_amounts(Entry& entry, std::string_view object, LevelKey level) {
    for_each_member(object, [&](std::string_view key, std::string_view value) {
        add_amount(entry, key, value, level);
    });
}

Entry read_own(std::string_view model) {
    Entry entry;
    const LevelKey plain{ServiceTier::standard, 0};
    if (const auto costs = find_member(model, "cost_per_token")) add_amounts(entry, *costs, plain);
    if (const auto tiers = find_member(model, "above_prompt_tokens")) {
        for_each_member(*tiers, [&](std::string_view key, std::string_view amounts) {
            if (const auto length = take_length(key))
                add_amounts(entry, amounts, {ServiceTier::standard, *length});
        });
    }
    if (const auto tiers = find_member(model, "service_tier")) {
        for_each_member(*tiers, [&](std::string_view key, std::string_view amounts) {
            const ServiceTier service = parse_service_tier(key);
            if (service != ServiceTier::standard) add_amounts(entry, amounts, {service, 0});
        });
    }
    return entry;
}

/// Long prompts cost what is not stated for them as short ones do. A class of service is only sold
/// if its prices are stated; an output that is free in any class need not be.
std::optional<Rates> rates_of(const LevelKey& level, Amounts amounts, const Amounts& base) {
    if (level.first == ServiceTier::standard) {
        for (const Bucket bucket : {input, output, read, write, write_1h}) {
            if (!amounts[bucket]) amounts[bucket] = base[bucket];
        }
    } else if (base[output] == 0 && !amounts[output]) {
        amounts[output] = 0;
    }
    if (!amounts[input] || !amounts[output]) return std::nullopt;
    Rates rates;
    rates.input = *amounts[input];
    rates.output = *amounts[output];
    rates.cache_read = amounts[read];
    rates.cache_write = amounts[write];
    rates.cache_write_1h = amounts[write_1h];
    if (amounts[reasoning] != amounts[output]) rates.reasoning = amounts[reasoning];
    return rates;
}

/// False if the entry is not priced by token.
bool add_rows(std::string_view name, const Entry& entry, std::vector<PriceRow>& rows) {
    const auto plain = entry.levels.find(LevelKey{ServiceTier::standard, 0});
    if (plain == entry.levels.end()) return false;
    const Amounts& base = plain->second;
    if (!base[input] || !base[output] || (*base[input] == 0 && *base[output] == 0)) return false;
    for (const auto& [level, amounts] : entry.levels) {
        const auto rates = rates_of(level, amounts, base);
        if (!rates) continue;
        PriceRow& row = rows.emplace_back();
        row.name = to_lower(name);
        row.service = level.first;
        row.above = level.second;
        row.rates = *rates;
    }
    return true;
}

void leave_out(PriceMap& map, std::string_view name) {
    constexpr std::size_t kNamed = 5;
    if (map.left_out++ < kNamed) map.first_left_out.emplace_back(name);
}

}  // namespace

Result<PriceMap> parse_price_map(std::string_view json) {
    JsonParser parser;
    if (const auto root = parser.parse(json); !root) return root.error();
    const auto models = find_member(json, "models");
    PriceMap map;
    std::optional<Error> fault;
    const bool is_object =
        for_each_member(models.value_or(json), [&](std::string_view name, std::string_view model) {
            if (fault || name == "sample_spec") return;
            if (!model.starts_with('{')) return leave_out(map, name);
            Entry entry;
            if (models)
                entry = read_own(model);
            else
                add_amounts(entry, model, {ServiceTier::standard, 0});
            if (!entry.fault.empty()) {
                fault = Error(Errc::invalid_parameter,
                              "entry \"" + std::string(name) + "\", " + entry.fault);
            } else if (entry.left_out || !add_rows(name, entry, map.rows)) {
                leave_out(map, name);
            }
        });
    if (fault) return *fault;
    if (!is_object) return Error(Errc::invalid_parameter, "expected an object of models");
    return map;
}

}  // namespace llmr::routing
