#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "core/types.hpp"

namespace llmr::routing {

/// Pico-USD per token of each bucket. A price that is not stated is absent: never zero, never a
/// guess.
struct Rates {
    PicoUsd input = 0;
    PicoUsd output = 0;
    std::optional<PicoUsd> cache_read;      ///< absent: billed as input
    std::optional<PicoUsd> cache_write;     ///< absent: billed as input
    std::optional<PicoUsd> cache_write_1h;  ///< absent: billed as any cache write
    std::optional<PicoUsd> reasoning;       ///< absent: billed as output
    bool operator==(const Rates&) const = default;
};

/// What holds instead of the plain rates for a class of service, for long prompts, or both.
struct PriceLevel {
    ServiceTier service = ServiceTier::standard;
    std::int64_t above = 0;  ///< more prompt tokens than this: the whole request costs `rates`
    Rates rates;
    bool operator==(const PriceLevel&) const = default;
};

/// What one model costs from a day on. The base are the standard rates of a prompt of any length.
struct Price : Rates {
    std::string id;                  ///< the book's name for the model
    std::int64_t from_ms = 0;        ///< UTC; valid from then until a later price of the same name
    std::vector<PriceLevel> levels;  ///< by service, then by length
    bool operator==(const Price&) const = default;
};

/// The level that a request of this class and prompt length is billed at. Null if the model is not
/// sold that way: then its cost is unknown.
const Rates* rates_for(const Price& price, ServiceTier service, std::int64_t prompt_tokens);

/// The one function that prices tokens, for streams and non-streams alike. Rates are whole pico-USD
/// and the sum is exact: nothing is rounded. Negative counts are nothing. Saturates at the largest
/// PicoUsd instead of overflowing. Nothing where rates_for gives none.
std::optional<PicoUsd> cost_of(const Usage& usage, const Price& price, ServiceTier service);
/// The same for the standard class, which every price has.
PicoUsd cost_of(const Usage& usage, const Price& price);

/// The name of the level used, for the ledger: the book's name, then what is out of the ordinary:
/// "gpt-5.5;from=2026-09-01;tier=priority;above=272000".
std::string price_id(const Price& price, ServiceTier service, std::int64_t prompt_tokens);

}  // namespace llmr::routing
