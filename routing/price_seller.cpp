#include "routing/price_seller.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.hpp"

namespace llmr::routing {
namespace {

/// Azure's two catalogues have price lists of their own.
constexpr std::array<std::string_view, 2> kAzureAiHosts{".services.ai.azure.com",
                                                        ".inference.ai.azure.com"};

std::string_view host_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    url = url.substr(0, std::min(url.find('/'), url.size()));
    return url.substr(0, std::min(url.find(':'), url.size()));
}

}  // namespace

std::string_view seller_of(const UpstreamConfig& upstream) {
    const std::string host = to_lower(host_of(upstream.base_url));
    for (const std::string_view end : kAzureAiHosts)
        if (host.ends_with(end)) return "azure_ai";
    const Provider& owner = provider_of_host(host);
    if (!owner.seller.empty()) return owner.seller;
    // Any server that speaks OpenAI's dialect may go by the name "openai".
    const Provider* const said =
        find_provider(upstream.provider.empty() ? upstream.name : upstream.provider);
    return said && said->name != "openai" ? said->seller : std::string_view();
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
