#include "routing/price.hpp"

#include <algorithm>
#include <limits>

#include "core/text.hpp"

namespace llmr::routing {
namespace {

/// The length from which a prompt is a long one, or 0 if it is not.
std::int64_t long_from(const Price& price, std::int64_t prompt_tokens) {
    std::int64_t above = 0;
    for (const PriceLevel& level : price.levels) {
        if (level.service == ServiceTier::standard && level.above < prompt_tokens) {
            above = std::max(above, level.above);
        }
    }
    return above;
}

PicoUsd sum_of(const Usage& usage, const Rates& rates) {
    __extension__ using Wide = __int128;
    Wide sum = 0;
    const auto add = [&sum](std::int64_t tokens, PicoUsd rate) {
        if (tokens > 0) sum += static_cast<Wide>(tokens) * rate;
    };
    const PicoUsd write = rates.cache_write.value_or(rates.input);
    const std::int64_t for_an_hour = std::clamp<std::int64_t>(
        usage.cache_write_1h, 0, std::max<std::int64_t>(usage.cache_write, 0));
    add(usage.input_uncached, rates.input);
    add(usage.cache_read, rates.cache_read.value_or(rates.input));
    add(usage.cache_write - for_an_hour, write);
    add(for_an_hour, rates.cache_write_1h.value_or(write));
    add(usage.output_visible, rates.output);
    add(usage.reasoning, rates.reasoning.value_or(rates.output));
    constexpr PicoUsd kMost = std::numeric_limits<PicoUsd>::max();
    return sum > kMost ? kMost : static_cast<PicoUsd>(sum);
}

}  // namespace

const Rates* rates_for(const Price& price, ServiceTier service, std::int64_t prompt_tokens) {
    const std::int64_t above = long_from(price, prompt_tokens);
    if (service == ServiceTier::standard && above == 0) return &price;
    for (const PriceLevel& level : price.levels) {
        if (level.service == service && level.above == above) return &level.rates;
    }
    return nullptr;
}

std::optional<PicoUsd> cost_of(const Usage& usage, const Price& price, ServiceTier service) {
    const Rates* const rates = rates_for(price, service, usage.input_total());
    if (!rates) return std::nullopt;
    return sum_of(usage, *rates);
}

PicoUsd cost_of(const Usage& usage, const Price& price) {
    // The standard class has a level for every length that long_from can name.
    return *cost_of(usage, price, ServiceTier::standard);
}

std::string price_id(const Price& price, ServiceTier service, std::int64_t prompt_tokens) {
    std::string id = price.id;
    if (price.from_ms > 0) {
        const std::string time = iso8601(price.from_ms);
        const bool midnight = time.ends_with("T00:00:00.000Z");
        id += ";from=" + (midnight ? time.substr(0, time.find('T')) : time);
    }
    if (service != ServiceTier::standard) id += ";tier=" + std::string(to_string(service));
    const std::int64_t above = long_from(price, prompt_tokens);
    if (above > 0) id += ";above=" + std::to_string(above);
    return id;
}

}  // namespace llmr::routing
