#include "routing/worst_case.hpp"

#include <algorithm>
#include <limits>

namespace llmr::routing {
namespace {

__extension__ using Wide = __int128;

std::int64_t saturated(Wide value) {
    constexpr Wide kMost = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::clamp<Wide>(value, 0, kMost));
}

PicoUsd dearest_input(const Rates& rates) {
    return std::max({rates.input, rates.cache_read.value_or(0), rates.cache_write.value_or(0),
                     rates.cache_write_1h.value_or(0)});
}

PicoUsd dearest_output(const Rates& rates) {
    return std::max(rates.output, rates.reasoning.value_or(0));
}

PicoUsd cost_at(const Rates& rates, const TokenBound& tokens) {
    return saturated(Wide{tokens.input} * dearest_input(rates) +
                     Wide{tokens.output} * dearest_output(rates));
}

std::int64_t most_of_one_answer(const RequestSize& request) {
    // A limit that is none (Ollama's -1) or makes no sense bounds nothing.
    if (request.output_limit && *request.output_limit > 0) return *request.output_limit;
    if (request.context_length && *request.context_length > 0) return *request.context_length;
    return kMostOutputTokens;
}

}  // namespace

TokenBound most_tokens(const RequestSize& request) {
    TokenBound most;
    most.input = saturated(Wide{request.body_bytes} + kMostTemplateTokens +
                           Wide{request.images} * kMostImageTokens +
                           Wide{request.unseen_sources} * kMostUnseenTokens);
    if (request.embedding) return most;
    const std::int64_t answers = std::max<std::int64_t>(request.answers, 1);
    const Wide predicted = request.predicts_output ? request.body_bytes : 0;
    most.output = saturated((Wide{most_of_one_answer(request)} + predicted) * answers);
    return most;
}

PicoUsd most_cost(const Price& price, const TokenBound& tokens) {
    PicoUsd most = cost_at(price, tokens);
    for (const PriceLevel& level : price.levels) {
        if (level.above < tokens.input) most = std::max(most, cost_at(level.rates, tokens));
    }
    return most;
}

}  // namespace llmr::routing
