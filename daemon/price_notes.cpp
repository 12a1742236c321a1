#include "daemon/price_notes.hpp"

#include <fmt/format.h>

#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

constexpr std::int64_t kExampleTokens = 1000;

std::string example(const std::string& model, const routing::Price& price) {
    Usage usage;
    usage.input_uncached = kExampleTokens;
    usage.output_visible = kExampleTokens;
    return fmt::format("price of {} ({}): 1,000 tokens in and 1,000 out cost ${}", model, price.id,
                       format_usd(cost_of(usage, price)));
}

std::string complaint(const std::string& model, const UpstreamConfig& upstream) {
    const bool azure = routing::seller_of(upstream).starts_with("azure");
    return fmt::format("no price is known for {} at {}: its costs are recorded as unknown; {}",
                       model, upstream.name,
                       azure ? "name what it runs in LLM_AZURE_DEPLOYMENT_MODELS, or give it a "
                               "price in LLM_PRICES_FILE"
                             : "LLM_PRICES_FILE can give it one");
}

}  // namespace

PriceNotes price_notes(const Config& config, const routing::PriceBook& book, std::int64_t now_ms) {
    PriceNotes notes;
    if (config.external_model.empty()) return notes;
    const std::string& model = config.external_model;
    for (const UpstreamConfig& upstream : config.upstreams) {
        if (upstream.locality != Locality::external || upstream.dialect == Dialect::ollama)
            continue;
        if (const auto* price = routing::find_price(book, config, upstream, model, {}, now_ms))
            notes.known.push_back(example(model, *price));
        else
            notes.missing.push_back(complaint(model, upstream));
    }
    return notes;
}

}  // namespace llmr::daemon
