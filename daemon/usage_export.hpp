#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/money.hpp"

namespace llmr::daemon {

/// What a provider says of one model on one UTC day. Absent: the file does not say.
struct ProviderUsage {
    std::optional<std::int64_t> requests;
    std::optional<std::int64_t> input_tokens;  ///< everything processed, cached or not
    std::optional<std::int64_t> output_tokens;
    std::optional<PicoUsd> cost;
    PicoUsd rounding = 0;  ///< how far the cost may be off because amounts were printed rounded
};

/// A usage or cost export, added up. The model's name is as `comparable_model` writes it; empty
/// where the file does not tell models apart.
struct UsageExport {
    std::string kind;  ///< "OpenAI usage", "OpenAI costs", "Anthropic usage", "Anthropic costs"
    std::map<std::pair<std::int64_t, std::string>, ProviderUsage> days;  ///< by (day, model)
    std::int64_t first_day_ms = 0;
    std::int64_t last_day_ms = 0;
};

/// Reads a provider's CSV file; which one it is, is seen from its columns. Errors
/// (invalid_parameter): no known set of columns, a line that does not parse, with its number.
Result<UsageExport> parse_usage_export(std::string_view csv);

/// A model's name without vendor, snapshot date and spelling: "openai/gpt-4o-mini-2024-07-18" and
/// "GPT-4o mini" are both "gpt-4o-mini".
std::string comparable_model(std::string_view name);

}  // namespace llmr::daemon
