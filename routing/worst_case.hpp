#pragma once

#include <cstdint>
#include <optional>

#include "core/money.hpp"
#include "routing/price.hpp"

namespace llmr::routing {

/// What of a request bounds the tokens that it can be billed for.
struct RequestSize {
    std::int64_t body_bytes = 0;
    std::int64_t images = 0;
    /// What the provider reads that is not in the body: files, videos, search results.
    std::int64_t unseen_sources = 0;
    bool embedding = false;                      ///< no output
    std::int64_t answers = 1;                    ///< `n`
    std::optional<std::int64_t> output_limit;    ///< of one answer, as the client states it
    std::optional<std::int64_t> context_length;  ///< of the model, if it is known
    bool predicts_output = false;  ///< the body holds a prediction; rejected parts of it are billed
};

struct TokenBound {
    std::int64_t input = 0;
    std::int64_t output = 0;
    bool operator==(const TokenBound&) const = default;
};

/// An image costs no more than this, however small its file: gpt-4o-mini bills 48,169 tokens for
/// one of eight tiles, the most of any model sold today.
inline constexpr std::int64_t kMostImageTokens = 50'000;
/// What a provider puts around a request: chat template, its own instructions for tools and JSON.
inline constexpr std::int64_t kMostTemplateTokens = 2'048;
/// The largest context sold today, for what the router does not see.
inline constexpr std::int64_t kMostUnseenTokens = 2'000'000;
/// What a model may answer at most where neither the query nor the model says.
inline constexpr std::int64_t kMostOutputTokens = 128'000;

/// The most tokens that a request can be billed for. One token of text is at least one byte of the
/// body, and one of sound at least one byte of its base64; the rest are the constants above. Pure.
TokenBound most_tokens(const RequestSize& request);

/// The most that so many tokens cost: all of them in the dearest bucket, at the dearest class of
/// service and prompt length that can apply. cost_of() of a usage within `tokens` is never more,
/// for any class of service. Saturates at the largest PicoUsd.
PicoUsd most_cost(const Price& price, const TokenBound& tokens);

}  // namespace llmr::routing
