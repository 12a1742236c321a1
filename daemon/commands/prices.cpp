#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/text.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "routing/price_file.hpp"

namespace llmr::daemon::commands {
namespace {

using routing::Price;
using routing::PriceBook;
using routing::Rates;

constexpr std::size_t kLabelWidth = 26;
constexpr std::size_t kPriceWidth = 12;

/// "1,234,567"
std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    return digits;
}

std::string per_million(std::optional<PicoUsd> rate) {
    return rate ? format_usd_per_million(*rate) : "-";
}

Usage example_usage(const PricesOptions& options) {
    Usage usage;
    usage.cache_read = std::min(options.cached, options.input);
    usage.input_uncached = options.input - usage.cache_read;
    usage.output_visible = options.output;
    usage.source = UsageSource::reported;
    return usage;
}

std::string example_cost(const Price& price, ServiceTier service, const Usage& usage) {
    const auto cost = cost_of(usage, price, service);
    return cost ? "$" + format_usd(*cost) : "not sold";
}

void print_rates(std::string_view label, const Rates& rates) {
    fmt::print("  {:<{}}", label, kLabelWidth);
    for (const auto& rate : {std::optional(rates.input), std::optional(rates.output),
                             rates.cache_read, rates.cache_write, rates.cache_write_1h}) {
        fmt::print("{:>{}}", per_million(rate), kPriceWidth);
    }
    fmt::print("\n");
}

void print_price(const Price& price) {
    fmt::print("{}, in USD per million tokens", price.id);
    if (price.from_ms > 0) fmt::print(", from {}", iso8601(price.from_ms).substr(0, 10));
    fmt::print("\n  {:<{}}", "", kLabelWidth);
    for (const char* column : {"input", "output", "cache read", "cache write", "write 1h"}) {
        fmt::print("{:>{}}", column, kPriceWidth);
    }
    fmt::print("\n");
    print_rates("standard", price);
    for (const routing::PriceLevel& level : price.levels) {
        std::string label(to_string(level.service));
        if (level.above > 0) label += fmt::format(" above {} in", grouped(level.above));
        print_rates(label, level.rates);
    }
    if (price.reasoning) fmt::print("  reasoning {}\n", format_usd_per_million(*price.reasoning));
}

void print_examples(const Price& price, const PricesOptions& options) {
    const Usage usage = example_usage(options);
    fmt::print("\nA call with {} tokens in ({} cached) and {} out costs\n", grouped(options.input),
               grouped(usage.cache_read), grouped(options.output));
    for (const ServiceTier service :
         {ServiceTier::standard, ServiceTier::batch, ServiceTier::flex, ServiceTier::priority}) {
        const bool sold = std::any_of(
            price.levels.begin(), price.levels.end(),
            [service](const routing::PriceLevel& level) { return level.service == service; });
        if (service != ServiceTier::standard && !sold) continue;
        fmt::print("  {:<{}}{:>{}}\n", to_string(service), kLabelWidth,
                   example_cost(price, service, usage), kPriceWidth);
    }
}

void print_all(const PriceBook& book, const PricesOptions& options, std::int64_t now_ms) {
    const Usage usage = example_usage(options);
    const std::vector<std::string> names = book.names();
    std::size_t width = 0;
    for (const std::string& name : names)
        width = std::max(width, name.size());
    fmt::print("{:<{}}{:>{}}{:>{}}{:>{}}  {} in ({} cached), {} out\n", "USD per million tokens",
               width, "input", kPriceWidth, "output", kPriceWidth, "cache read", kPriceWidth,
               grouped(options.input), grouped(usage.cache_read), grouped(options.output));
    for (const std::string& name : names) {
        const Price* const price = book.find(name, {}, now_ms);
        if (!price || price->id != name) continue;  // its price begins later
        fmt::print("{:<{}}{:>{}}{:>{}}{:>{}}  {}\n", name, width, per_million(price->input),
                   kPriceWidth, per_million(price->output), kPriceWidth,
                   per_million(price->cache_read), kPriceWidth,
                   example_cost(*price, ServiceTier::standard, usage));
    }
}

const Price* look_up(const PriceBook& book, const Config& config, const std::string& model,
                     std::int64_t now_ms) {
    const auto deployment = config.azure_deployment_models.find(model);
    if (deployment != config.azure_deployment_models.end())
        return book.find(deployment->second, "azure", now_ms);
    return book.find(model, {}, now_ms);
}

int unknown(const PriceBook& book, const std::string& model) {
    std::string message = fmt::format("no price is known for '{}'", model);
    const char* separator = "; nearest: ";
    for (const std::string& name : nearest_names(model, book.names())) {
        message += separator + name;
        separator = ", ";
    }
    fmt::print(stderr, "{}\nLLM_PRICES_FILE can give it one (docs/prices.md)\n", message);
    return kExitFailure;
}

}  // namespace

int prices(const PricesOptions& options) {
    const ConfigResult loaded = load_config(process_environment());
    for (const std::string& error : loaded.errors)
        fmt::print(stderr, "error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    const auto book = routing::load_prices(loaded.config->prices_file);
    if (!book) {
        fmt::print(stderr, "error: LLM_PRICES_FILE: {}\n", book.error().message);
        return kExitConfig;
    }
    const std::int64_t now_ms = utc_ms();
    if (options.model.empty()) {
        print_all(*book, options, now_ms);
        return kExitOk;
    }
    const Price* const price = look_up(*book, *loaded.config, options.model, now_ms);
    if (!price) return unknown(*book, options.model);
    print_price(*price);
    print_examples(*price, options);
    return kExitOk;
}

}  // namespace llmr::daemon::commands
