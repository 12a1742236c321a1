#include "providers/gemini_vectors.hpp"

#include <cstdint>

#include "core/json.hpp"
#include "providers/usage.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

/// More tokens than a text can have.
constexpr std::int64_t kTooMany = std::int64_t{1} << 40;

}  // namespace

std::optional<std::vector<element>> gemini_vectors(element root) {
    const bool vertex = get_value(root, "predictions").has_value();
    const auto list = get_value(root, vertex ? "predictions" : "embeddings");
    simdjson::dom::array items;
    if (!list || list->get(items) != simdjson::SUCCESS) return std::nullopt;
    std::vector<element> vectors;
    for (const element item : items) {
        const auto holder = vertex ? get_value(item, "embeddings") : item;
        const auto values = holder ? get_value(*holder, "values") : std::nullopt;
        if (!values) return std::nullopt;
        vectors.push_back(*values);
    }
    return vectors;
}

Usage gemini_embedding_usage(element root) {
    if (const auto metadata = get_value(root, "usageMetadata"))
        return read_usage(UsageShape::gemini, *metadata);
    const auto predictions = get_value(root, "predictions");
    simdjson::dom::array items;
    if (!predictions || predictions->get(items) != simdjson::SUCCESS) return {};
    TokenCounts counts;
    for (const element item : items) {
        const auto embeddings = get_value(item, "embeddings");
        const auto statistics = embeddings ? get_value(*embeddings, "statistics") : std::nullopt;
        const auto tokens = statistics ? get_int(*statistics, "token_count") : std::nullopt;
        if (tokens && *tokens >= 0 && *tokens < kTooMany)
            counts.input = counts.input.value_or(0) + *tokens;
    }
    return to_usage(UsageShape::gemini, counts);
}

}  // namespace llmr::providers
