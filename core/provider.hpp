#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/types.hpp"

namespace llmr {

/// The header that carries a key or a token.
enum class AuthScheme : std::uint8_t {
    bearer,          ///< Authorization: Bearer KEY
    x_api_key,       ///< Anthropic
    azure_api_key,   ///< api-key: KEY; an Entra token goes as bearer
    x_goog_api_key,  ///< Gemini API; an OAuth token (Vertex AI) goes as bearer
};
/// "Authorization: Bearer", "x-api-key", ...
std::string_view to_string(AuthScheme scheme);

/// What a server that speaks OpenAI's dialect takes of it. Requests are adapted to these before
/// they leave (providers/adapt_request).
struct RequestRules {
    bool developer_role = false;         ///< the role "developer"; else it becomes "system"
    bool max_completion_tokens = false;  ///< that name; else "max_tokens"
    bool json_object = true;             ///< response_format json_object; else a permissive schema
    bool json_schema = true;     ///< response_format json_schema; else json_object and a sentence
    bool named_tool = true;      ///< tool_choice as an object; else "required" of that tool alone
    bool local_sampling = true;  ///< top_k, min_p, repetition_penalty
    bool store = false;          ///< `store`
    bool embeddings = true;
};

/// One provider: a row of the catalogue. What differs between providers is data here; code only
/// where the protocol differs (Dialect, Azure's paths, tokens).
struct Provider {
    std::string_view name;   ///< in front of model names ("azure/..."), and of the upstream
    std::string_view title;  ///< for people
    std::array<std::string_view, 3> aliases;  ///< further prefixes and values of LLM_PROVIDER
    Dialect dialect = Dialect::openai_chat;
    AuthScheme auth = AuthScheme::bearer;
    std::string_view base_url;      ///< empty: must be given
    std::string_view url_variable;  ///< where it is given
    std::string_view key_variable;
    bool wants_key = true;           ///< false: usually there is none
    std::string_view seller;         ///< prefix in the price book; empty: no list price
    std::string_view default_model;  ///< where LLM_EXTERNAL_MODEL is not set; empty: must be named
    std::string_view host_end;       ///< end of its host names, to know it by a base URL
    RequestRules rules;
};

/// In the order in which upstreams are tried where nothing else decides.
std::span<const Provider> provider_catalog();
/// By name or alias, any case. Null: there is none.
const Provider* find_provider(std::string_view name);
/// By the host of a base URL; the row of any OpenAI-compatible server if nobody owns it.
const Provider& provider_of_host(std::string_view host);
/// Any server that speaks OpenAI's dialect.
const Provider& generic_provider();

/// Splits "provider/model" where the first part names a provider. Nothing if it does not.
struct ProviderModel {
    const Provider* provider = nullptr;
    std::string_view model;
};
std::optional<ProviderModel> split_provider(std::string_view name);

}  // namespace llmr
