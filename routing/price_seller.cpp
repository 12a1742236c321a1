#include "routing/price_seller.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/text.hpp"

namespace llmr::routing {
namespace {

/// Ends of host names and who sells there; the more special one first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kHosts{{
    {"api.openai.com", "openai"},
    {"openrouter.ai", "openrouter"},
    {".openai.azure.com", "azure"},
    {".cognitiveservices.azure.com", "azure"},
    {".services.ai.azure.com", "azure_ai"},
    {".inference.ai.azure.com", "azure_ai"},
    {"api.anthropic.com", "anthropic"},
    {"api.deepseek.com", "deepseek"},
    {"generativelanguage.googleapis.com", "gemini"},
    {"aiplatform.googleapis.com", "vertex_ai"},
}};

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, std::min(url.find('/'), url.size()));
    return url.substr(0, std::min(url.find(':'), url.size()));
}

}  // namespace

std::string_view seller_of(const UpstreamConfig& upstream) {
    const std::string host = to_lower(host_of(upstream.base_url));
    for (const auto& [end, seller] : kHosts) {
        if (!host.ends_with(end)) continue;
        const std::size_t before = host.size() - end.size();
        if (before == 0 || end.front() == '.' || host[before - 1] == '.' || host[before - 1] == '-')
            return seller;
    }
    // Any server that speaks OpenAI's dialect may go by the name "openai".
    for (const auto& [end, seller] : kHosts) {
        if (seller != "openai" && iequals(upstream.name, seller)) return seller;
    }
    return {};
}

const Price* find_price(const PriceBook& book, const Config& config, const UpstreamConfig& upstream,
                        std::string_view model, std::string_view served, std::int64_t at_ms) {
    const std::string_view seller = seller_of(upstream);
    std::string_view listed = model;
    if (seller.starts_with("azure")) {
        const auto& deployments = config.azure_deployment_models;
        const auto found = deployments.find(std::string(model));
        if (found != deployments.end()) listed = found->second;
    }
    if (const Price* price = book.find(listed, seller, at_ms)) return price;
    if (served.empty() || served == listed) return nullptr;
    return book.find(served, seller, at_ms);
}

}  // namespace llmr::routing
