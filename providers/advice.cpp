#include "providers/advice.hpp"

#include <fmt/format.h>

namespace llmr::providers {
namespace {

bool is_azure(const UpstreamConfig& upstream) {
    return upstream.provider == "azure";
}

/// What a way of signing in is made of.
std::string_view parts_of(TokenKind kind) {
    switch (kind) {
        case TokenKind::none:
            return "";
        case TokenKind::fixed:
            return "AZURE_AD_TOKEN, which is not renewed";
        case TokenKind::entra_secret:
            return "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET";
        case TokenKind::entra_workload:
            return "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE";
        case TokenKind::entra_managed:
            return "that this machine has an identity, and AZURE_CLIENT_ID; a key goes into "
                   "LLM_AZURE_OPENAI_API_KEY";
        case TokenKind::entra_app_service:
            return "IDENTITY_ENDPOINT, IDENTITY_HEADER and AZURE_CLIENT_ID";
        case TokenKind::google_file:
            return "GOOGLE_APPLICATION_CREDENTIALS";
        case TokenKind::google_metadata:
            return "that this machine has a service account; elsewhere "
                   "GOOGLE_APPLICATION_CREDENTIALS names a file";
    }
    return "";
}

std::string about_auth(const Error& error, const UpstreamConfig& upstream) {
    const Provider& provider = provider_of(upstream);
    // Without an answer of the upstream it is the identity service that refuses.
    const bool not_signed_in =
        error.upstream_status == 0 || upstream.token.kind == TokenKind::fixed;
    if (upstream.token.kind != TokenKind::none && not_signed_in)
        return fmt::format("the router signs in by {}; check {}", to_string(upstream.token.kind),
                           parts_of(upstream.token.kind));
    if (upstream.token.kind != TokenKind::none) {
        const char* const right =
            is_azure(upstream) ? "the role Cognitive Services OpenAI User, and LLM_AZURE_SCOPE"
                               : "the role Vertex AI User";
        return fmt::format("the router signs in by {}; check {}", to_string(upstream.token.kind),
                           right);
    }
    if (upstream.api_keys.empty())
        return fmt::format("no key is set; {} takes one", provider.key_variable);
    if (error.upstream_status == 403)
        return fmt::format("the key in {} may not do this", provider.key_variable);
    return fmt::format("check {}, and that it belongs to this endpoint", provider.key_variable);
}

std::string about_model(const UpstreamConfig& upstream, std::string_view model) {
    if (is_azure(upstream))
        return fmt::format(
            "Azure wants the name of a deployment, and {} is none; LLM_AZURE_DEPLOYMENT names it, "
            "and a new one needs some minutes",
            model);
    return "llm-router check lists the models that this server has";
}

std::string about_place(const UpstreamConfig& upstream) {
    if (is_azure(upstream))
        return "check LLM_AZURE_ENDPOINT and LLM_AZURE_API_VERSION; llm-router check shows the URL";
    const Provider& provider = provider_of(upstream);
    return fmt::format("check {}: the path may lack /v1 or have it twice", provider.url_variable);
}

}  // namespace

std::string advice_for(const Error& error, const UpstreamConfig& upstream, std::string_view model) {
    switch (error.code) {
        case Errc::upstream_auth:
            return about_auth(error, upstream);
        case Errc::model_not_found:
            return about_model(upstream, model);
        case Errc::upstream_not_found:
            return about_place(upstream);
        case Errc::rate_limited:
            return upstream.api_keys.size() > 1
                       ? "every key is limited; more keys, or a higher limit"
                       : "more keys in the same variable share the load";
        case Errc::insufficient_quota:
            return "the account's credit or quota is used up; add some, or name another model";
        case Errc::upstream_unavailable:
            return "the provider is overloaded or down; LLM_FALLBACK_MODEL can stand in";
        case Errc::upstream_timeout:
            return "LLM_EXTERNAL_FIRST_BYTE_SECONDS can give it more time";
        default:
            return {};
    }
}

Error with_advice(Error error, const UpstreamConfig& upstream, std::string_view model) {
    const std::string advice = advice_for(error, upstream, model);
    if (advice.empty()) return error;
    while (error.message.ends_with('.'))
        error.message.pop_back();
    error.message += fmt::format(" ({}: {})", upstream.name, advice);
    return error;
}

}  // namespace llmr::providers
