#include "core/upstream_config.hpp"

namespace llmr {

std::string_view to_string(TokenKind kind) {
    switch (kind) {
        case TokenKind::none:
            return "none";
        case TokenKind::fixed:
            return "ready-made token";
        case TokenKind::entra_secret:
            return "Entra client credentials";
        case TokenKind::entra_workload:
            return "Entra workload identity";
        case TokenKind::entra_managed:
            return "Entra managed identity";
        case TokenKind::entra_app_service:
            return "Entra managed identity (App Service)";
        case TokenKind::google_file:
            return "Google credentials file";
        case TokenKind::google_metadata:
            return "Google metadata server";
    }
    return "none";
}

const Provider& provider_of(const UpstreamConfig& upstream) {
    if (const Provider* const named = find_provider(upstream.provider)) return *named;
    switch (upstream.dialect) {
        case Dialect::ollama:
            return *find_provider("ollama");
        case Dialect::anthropic:
            return *find_provider("anthropic");
        case Dialect::gemini:
            return *find_provider("gemini");
        default:
            return generic_provider();
    }
}

}  // namespace llmr
