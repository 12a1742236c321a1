#include "core/provider.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace llmr {
namespace {

// Who takes what: each provider's API reference (docs/providers.md names the pages).
constexpr RequestRules kOpenai{true, true, true, true, true, false, true, true};
constexpr RequestRules kAzure{true, true, true, true, true, false, true, true};
constexpr RequestRules kOpenrouter{true, true, true, true, true, true, false, true};
constexpr RequestRules kDeepseek{false, false, true, false, true, false, false, false};
constexpr RequestRules kLmStudio{false, false, false, true, false, true, false, true};
constexpr RequestRules kVllm{true, true, true, true, true, true, false, true};
constexpr RequestRules kLitellm{true, true, true, true, true, true, false, true};
// Other dialects are not adapted, and of a server of unknown make nothing is known.
constexpr RequestRules kNoRules{true, true, true, true, true, true, true, true};

constexpr std::array kRows{
    Provider{"openai",
             "OpenAI",
             {},
             Dialect::openai_chat,
             AuthScheme::bearer,
             "https://api.openai.com/v1",
             "OPENAI_BASE_URL",
             "OPENAI_API_KEY",
             true,
             "openai",
             "gpt-4o-mini",
             "api.openai.com",
             kOpenai},
    Provider{"azure",
             "Azure OpenAI",
             {"azure_openai", "azure_ai"},
             Dialect::openai_chat,
             AuthScheme::azure_api_key,
             "",
             "LLM_AZURE_ENDPOINT",
             "LLM_AZURE_OPENAI_API_KEY",
             true,
             "azure",
             "",
             ".azure.com",
             kAzure},
    Provider{"anthropic",
             "Anthropic",
             {},
             Dialect::anthropic,
             AuthScheme::x_api_key,
             "https://api.anthropic.com",
             "LLM_ANTHROPIC_URL",
             "ANTHROPIC_API_KEY",
             true,
             "anthropic",
             "claude-haiku-4-5",
             "api.anthropic.com",
             kNoRules},
    Provider{"gemini",
             "Gemini API",
             {"google", "google_ai_studio"},
             Dialect::gemini,
             AuthScheme::x_goog_api_key,
             "https://generativelanguage.googleapis.com/v1beta",
             "GEMINI_API_BASE",
             "GEMINI_API_KEY",
             true,
             "gemini",
             "gemini-2.5-flash",
             "generativelanguage.googleapis.com",
             kNoRules},
    Provider{"vertex_ai",
             "Vertex AI",
             {"vertexai", "vertex"},
             Dialect::gemini,
             AuthScheme::bearer,
             "",
             "VERTEXAI_API_BASE",
             "GOOGLE_APPLICATION_CREDENTIALS",
             true,
             "vertex_ai",
             "gemini-2.5-flash",
             "aiplatform.googleapis.com",
             kNoRules},
    Provider{"deepseek",
             "DeepSeek",
             {},
             Dialect::openai_chat,
             AuthScheme::bearer,
             "https://api.deepseek.com",
             "DEEPSEEK_API_BASE",
             "DEEPSEEK_API_KEY",
             true,
             "deepseek",
             "deepseek-chat",
             "api.deepseek.com",
             kDeepseek},
    Provider{"openrouter",
             "OpenRouter",
             {},
             Dialect::openai_chat,
             AuthScheme::bearer,
             "https://openrouter.ai/api/v1",
             "OPENROUTER_API_BASE",
             "OPENROUTER_API_KEY",
             true,
             "openrouter",
             "openai/gpt-4.1-mini",
             "openrouter.ai",
             kOpenrouter},
    Provider{"lm_studio",
             "LM Studio",
             {"lmstudio"},
             Dialect::openai_chat,
             AuthScheme::bearer,
             "http://localhost:1234/v1",
             "LM_STUDIO_API_BASE",
             "LM_STUDIO_API_KEY",
             false,
             "",
             "",
             "",
             kLmStudio},
    Provider{"hosted_vllm",
             "vLLM",
             {"vllm"},
             Dialect::openai_chat,
             AuthScheme::bearer,
             "http://localhost:8000/v1",
             "HOSTED_VLLM_API_BASE",
             "HOSTED_VLLM_API_KEY",
             false,
             "",
             "",
             "",
             kVllm},
    Provider{"litellm_proxy",
             "LiteLLM proxy",
             {"litellm"},
             Dialect::openai_chat,
             AuthScheme::bearer,
             "http://localhost:4000",
             "LITELLM_PROXY_API_BASE",
             "LITELLM_PROXY_API_KEY",
             false,
             "",
             "",
             "",
             kLitellm},
    Provider{"ollama",
             "Ollama",
             {"ollama_chat"},
             Dialect::ollama,
             AuthScheme::bearer,
             "http://127.0.0.1:11434",
             "OLLAMA_URL",
             "",
             false,
             "",
             "",
             "",
             kNoRules},
};

// What a server of unknown make is given: the requests as they are.
constexpr Provider kGenericRow{"openai_compatible",
                               "OpenAI-compatible server",
                               {"custom", "openai_like"},
                               Dialect::openai_chat,
                               AuthScheme::bearer,
                               "",
                               "LLM_BASE_URL",
                               "LLM_API_KEY (or OPENAI_API_KEY)",
                               false,
                               "",
                               "",
                               "",
                               kNoRules};

bool is_called(const Provider& provider, std::string_view name) {
    const auto same = [name](std::string_view known) {
        return !known.empty() && iequals(known, name);
    };
    return same(provider.name) ||
           std::any_of(provider.aliases.begin(), provider.aliases.end(), same);
}

bool owns(const Provider& provider, std::string_view host) {
    const std::string_view end = provider.host_end;
    if (end.empty() || !host.ends_with(end)) return false;
    if (host.size() == end.size() || end.front() == '.') return true;
    const char before = host[host.size() - end.size() - 1];
    return before == '.' || before == '-';
}

}  // namespace

std::string_view to_string(AuthScheme scheme) {
    switch (scheme) {
        case AuthScheme::bearer:
            return "Authorization: Bearer";
        case AuthScheme::x_api_key:
            return "x-api-key";
        case AuthScheme::azure_api_key:
            return "api-key";
        case AuthScheme::x_goog_api_key:
            return "x-goog-api-key";
    }
    return "Authorization: Bearer";
}

std::span<const Provider> provider_catalog() {
    return kRows;
}

const Provider* find_provider(std::string_view name) {
    if (is_called(kGenericRow, name)) return &kGenericRow;
    for (const Provider& provider : kRows)
        if (is_called(provider, name)) return &provider;
    return nullptr;
}

const Provider& provider_of_host(std::string_view host) {
    const std::string lower = to_lower(host);
    for (const Provider& provider : kRows)
        if (owns(provider, lower)) return provider;
    return kGenericRow;
}

const Provider& generic_provider() {
    return kGenericRow;
}

std::optional<ProviderModel> split_provider(std::string_view name) {
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == name.size())
        return std::nullopt;
    const Provider* const provider = find_provider(name.substr(0, slash));
    if (!provider) return std::nullopt;
    return ProviderModel{provider, name.substr(slash + 1)};
}

}  // namespace llmr
