#include "core/config_upstreams.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/host_class.hpp"

namespace llmr::config {
namespace {

constexpr std::string_view kOllamaUrl = "http://127.0.0.1:11434";
constexpr std::string_view kOllamaUrlFromContainer = "http://host.docker.internal:11434";
constexpr std::string_view kOpenaiUrl = "https://api.openai.com/v1";
constexpr std::string_view kAnthropicUrl = "https://api.anthropic.com";
constexpr std::array<std::string_view, 3> kUrlVariables{"OLLAMA_URL", "LLM_BASE_URL",
                                                        "LLM_ANTHROPIC_URL"};

Locality locality_of(const BaseUrl& url) {
    return is_private_host(url.host) ? Locality::local : Locality::external;
}

bool leads_back(const BaseUrl& url, const std::vector<ListenAddress>& listen) {
    return std::any_of(listen.begin(), listen.end(), [&url](const ListenAddress& address) {
        if (url.effective_port() != std::to_string(address.port)) return false;
        if (url.host == address.host) return true;
        const bool everywhere = address.host == "0.0.0.0" || address.host == "::";
        return is_loopback_host(url.host) && (everywhere || is_loopback_host(address.host));
    });
}

/// False if `given` is not to be used.
bool usable(const GivenUrl& given, Draft& draft, std::vector<std::string>& errors) {
    if (!leads_back(given.url, draft.config.listen)) return true;
    const bool own_name = std::find(kUrlVariables.begin(), kUrlVariables.end(), given.variable) !=
                          kUrlVariables.end();
    if (own_name) {
        errors.push_back(fmt::format(
            "{}: \"{}\" is the address of this router itself; give that of the model server",
            given.variable, given.url.text()));
    } else {
        draft.warnings.push_back(
            fmt::format("{} is ignored: it is the address of this router", given.variable));
    }
    return false;
}

void add_ollama(const BaseUrl& url, Draft& draft) {
    std::vector<UpstreamConfig>& upstreams = draft.config.upstreams;
    const std::string base_url = url.text();
    const auto same = [&base_url](const UpstreamConfig& u) { return u.base_url == base_url; };
    if (std::any_of(upstreams.begin(), upstreams.end(), same)) {
        draft.warnings.push_back(fmt::format("OLLAMA_URL names {} twice", base_url));
        return;
    }
    UpstreamConfig upstream;
    upstream.name = upstreams.empty() ? "ollama" : fmt::format("ollama-{}", upstreams.size() + 1);
    upstream.dialect = Dialect::ollama;
    upstream.base_url = base_url;
    upstream.locality = locality_of(url);
    if (upstream.locality == Locality::external && draft.config.privacy == Privacy::local_only) {
        draft.warnings.push_back(fmt::format(
            "OLLAMA_URL: {} is external and not used: LLM_PRIVACY=local-only", base_url));
    }
    upstreams.push_back(std::move(upstream));
}

void warn_about_key(const UpstreamConfig& upstream, const BaseUrl& url, std::string_view variables,
                    Draft& draft) {
    if (upstream.locality == Locality::local) return;
    if (draft.config.privacy == Privacy::local_only) {
        draft.warnings.push_back(
            fmt::format("{}, its key and LLM_EXTERNAL_MODEL are not used: LLM_PRIVACY=local-only",
                        upstream.base_url));
    } else if (upstream.api_key.empty()) {
        draft.warnings.push_back(
            fmt::format("{} has no key: set {} if it wants one", upstream.base_url, variables));
    } else if (url.scheme == "http") {
        draft.warnings.push_back(fmt::format(
            "{} gets key and prompts unencrypted; https was probably meant", upstream.base_url));
    }
}

void add_external(UpstreamConfig upstream, const BaseUrl& url, std::string_view key_variables,
                  Draft& draft) {
    upstream.base_url = url.text();
    upstream.locality = locality_of(url);
    warn_about_key(upstream, url, key_variables, draft);
    draft.config.upstreams.push_back(std::move(upstream));
}

/// A server exists if its URL or its key is set.
void add_if_meant(const std::optional<GivenUrl>& given, std::string_view default_url,
                  UpstreamConfig upstream, std::string_view key_variables, Draft& draft,
                  std::vector<std::string>& errors) {
    if (given && usable(*given, draft, errors)) {
        add_external(std::move(upstream), given->url, key_variables, draft);
    } else if (!upstream.api_key.empty()) {
        add_external(std::move(upstream), *parse_external_url(default_url), key_variables, draft);
    }
}

UpstreamConfig named(std::string_view name, Dialect dialect, const Secret& key) {
    UpstreamConfig upstream;
    upstream.name = name;
    upstream.dialect = dialect;
    upstream.api_key = key;
    return upstream;
}

}  // namespace

void build_upstreams(Draft& draft, bool in_container, std::vector<std::string>& errors) {
    draft.config.upstreams.clear();
    const std::size_t errors_before = errors.size();
    for (const GivenUrl& given : draft.ollama_urls) {
        if (usable(given, draft, errors)) add_ollama(given.url, draft);
    }
    if (draft.config.upstreams.empty() && errors.size() == errors_before) {
        add_ollama(*parse_ollama_url(in_container ? kOllamaUrlFromContainer : kOllamaUrl), draft);
    }
    const Secret& openai_key = draft.external_key.empty() ? draft.openai_key : draft.external_key;
    add_if_meant(draft.external_url, kOpenaiUrl, named("openai", Dialect::openai_chat, openai_key),
                 "LLM_API_KEY or OPENAI_API_KEY", draft, errors);
    add_if_meant(draft.anthropic_url, kAnthropicUrl,
                 named("anthropic", Dialect::anthropic, draft.anthropic_key), "ANTHROPIC_API_KEY",
                 draft, errors);
}

}  // namespace llmr::config
