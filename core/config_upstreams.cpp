#include "core/config_upstreams.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/config_models.hpp"
#include "core/config_tokens.hpp"
#include "core/host_class.hpp"

namespace llmr::config {
namespace {

constexpr std::string_view kOllamaUrl = "http://127.0.0.1:11434";
constexpr std::string_view kOllamaUrlFromContainer = "http://host.docker.internal:11434";
constexpr std::string_view kGlobal = "global";

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

/// Variables that only the router reads. Others may be there for clients, to reach the router.
bool is_own_variable(std::string_view name) {
    return name.starts_with("LLM_") || name.starts_with("EMBEDDING_") || name == "OLLAMA_URL";
}

/// False if `given` is not to be used.
bool usable(const GivenUrl& given, Draft& draft, std::vector<std::string>& errors) {
    if (!leads_back(given.url, draft.config.listen)) return true;
    if (is_own_variable(given.variable)) {
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
    } else if (!has_credential(upstream)) {
        draft.warnings.push_back(
            fmt::format("{} has no key: set {} if it wants one", upstream.base_url, variables));
    } else if (url.scheme == "http") {
        draft.warnings.push_back(fmt::format(
            "{} gets key and prompts unencrypted; https was probably meant", upstream.base_url));
    }
}

void add_server(UpstreamConfig upstream, const BaseUrl& url, std::string_view key_variables,
                Draft& draft) {
    upstream.base_url = url.text();
    upstream.locality = locality_of(url);
    warn_about_key(upstream, url, key_variables, draft);
    draft.config.upstreams.push_back(std::move(upstream));
}

std::optional<GivenUrl> url_of(const Draft& draft, const std::string& name) {
    const auto found = draft.urls.find(name);
    if (found == draft.urls.end()) return std::nullopt;
    return found->second;
}

std::vector<Secret> keys_of(const Draft& draft, const std::string& name) {
    const auto found = draft.keys.find(name);
    return found == draft.keys.end() ? std::vector<Secret>() : found->second;
}

/// Whether LLM_BASE_URL and LLM_API_KEY are this provider's.
bool is_main(const Draft& draft, const Provider& provider) {
    const Provider* const chosen = find_provider(draft.provider);
    if (!chosen || chosen == &generic_provider()) return provider.name == "openai";
    return chosen == &provider;
}

UpstreamConfig server_of(const Provider& provider) {
    UpstreamConfig upstream;
    upstream.name = provider.name;
    upstream.dialect = provider.dialect;
    upstream.provider = provider.name;
    return upstream;
}

/// LLM_BASE_URL may be anybody's: its host says whose.
void recognise(UpstreamConfig& upstream, const BaseUrl& url) {
    const Provider& owner = provider_of_host(url.host);
    upstream.provider = owner.dialect == upstream.dialect ? owner.name : generic_provider().name;
}

/// A provider with a URL and keys, and nothing else to say.
void add_provider(const Provider& provider, Draft& draft, std::vector<std::string>& errors) {
    const std::string name(provider.name);
    const bool main = is_main(draft, provider);
    std::optional<GivenUrl> url = main ? url_of(draft, "") : std::nullopt;
    const std::optional<GivenUrl> own = url_of(draft, name);
    if (url && own && !(url->url == own->url))
        draft.warnings.push_back(fmt::format("{0} and {1} are both set and differ: {0} is used",
                                             url->variable, own->variable));
    if (!url) url = own;
    UpstreamConfig upstream = server_of(provider);
    if (main) upstream.api_keys = keys_of(draft, "");
    if (upstream.api_keys.empty()) upstream.api_keys = keys_of(draft, name);
    std::string variables(provider.key_variable);
    if (main) variables = "LLM_API_KEY or " + variables;
    if (url && usable(*url, draft, errors)) {
        if (name == "openai") recognise(upstream, url->url);
        add_server(std::move(upstream), url->url, variables, draft);
        return;
    }
    const bool wanted = !provider.wants_key && is_asked_for(draft, provider);
    if (!upstream.api_keys.empty() || wanted)
        add_server(std::move(upstream), *parse_external_url(provider.base_url), variables, draft);
}

/// The URL in front of Azure's paths: /openai for the dated API, /openai/v1 for the other.
BaseUrl azure_base(BaseUrl url, bool dated) {
    constexpr std::string_view kDated = "/openai";
    constexpr std::string_view kUndated = "/openai/v1";
    for (const std::string_view ending : {kUndated, kDated}) {
        if (!url.path.ends_with(ending)) continue;
        url.path.resize(url.path.size() - ending.size());
        break;
    }
    url.path += dated ? kDated : kUndated;
    return url;
}

void add_azure(const AzureDraft& given, std::string name, Draft& draft,
               std::vector<std::string>& errors) {
    if (!given.endpoint || !usable(*given.endpoint, draft, errors)) return;
    UpstreamConfig upstream = server_of(*find_provider("azure"));
    upstream.name = std::move(name);
    upstream.api_keys = given.keys;
    const bool dated =
        given.api_version != "v1" && !given.endpoint->url.path.ends_with("/openai/v1");
    if (dated) upstream.api_version = given.api_version;
    upstream.token = azure_token(draft.entra, !upstream.api_keys.empty(), errors);
    if (upstream.token.kind != TokenKind::none) upstream.api_keys.clear();
    add_server(std::move(upstream), azure_base(given.endpoint->url, dated),
               "LLM_AZURE_OPENAI_API_KEY", draft);
}

/// A key is for the host that it was given for; those of Azure are in the same hands.
bool may_share_keys(const BaseUrl& a, const BaseUrl& b) {
    const auto is_azure = [](const BaseUrl& url) {
        return provider_of_host(url.host).name == "azure";
    };
    return a.host == b.host || (is_azure(a) && is_azure(b));
}

/// What the variables of embeddings leave open is as for chat.
AzureDraft embedding_azure(const Draft& draft) {
    AzureDraft merged = draft.embedding_azure;
    if (!merged.endpoint) merged.endpoint = draft.azure.endpoint;
    if (merged.keys.empty()) merged.keys = keys_of(draft, "embedding");
    const bool trusted = merged.endpoint && draft.azure.endpoint &&
                         may_share_keys(merged.endpoint->url, draft.azure.endpoint->url);
    if (merged.keys.empty() && trusted) merged.keys = draft.azure.keys;
    if (merged.api_version.empty()) merged.api_version = draft.azure.api_version;
    return merged;
}

void add_azures(Draft& draft, std::vector<std::string>& errors) {
    if (is_main(draft, *find_provider("azure"))) {
        if (!draft.azure.endpoint) draft.azure.endpoint = url_of(draft, "");
        if (draft.azure.keys.empty()) draft.azure.keys = keys_of(draft, "");
    }
    add_azure(draft.azure, "azure", draft, errors);
    if (draft.embedding_provider != "azure") return;
    const AzureDraft& own = draft.embedding_azure;
    if (own.endpoint || !own.keys.empty() || !own.api_version.empty())
        add_azure(embedding_azure(draft), "azure-embedding", draft, errors);
}

void add_vertex(Draft& draft, std::vector<std::string>& errors) {
    VertexDraft& vertex = draft.vertex;
    const Provider& provider = *find_provider("vertex_ai");
    if (vertex.project.empty() && is_asked_for(draft, provider))
        vertex.project = vertex.project_hint;
    if (vertex.project.empty()) return;
    const std::string host = vertex.location == kGlobal
                                 ? "aiplatform.googleapis.com"
                                 : vertex.location + "-aiplatform.googleapis.com";
    BaseUrl url = *parse_external_url("https://" + host);
    if (vertex.url) url = vertex.url->url;
    url.path += fmt::format("/v1/projects/{}/locations/{}/publishers/google", vertex.project,
                            vertex.location);
    UpstreamConfig upstream = server_of(provider);
    upstream.token = vertex_token(vertex, errors);
    add_server(std::move(upstream), url, provider.key_variable, draft);
}

/// Embeddings at a URL or with a key of their own.
void add_embedding_server(Draft& draft, std::vector<std::string>& errors) {
    const Provider* const provider = find_provider(draft.embedding_provider);
    if (!provider || provider->dialect == Dialect::ollama || provider->name == "azure") return;
    const auto url = url_of(draft, "embedding");
    std::vector<Secret> keys = keys_of(draft, "embedding");
    if (!url && keys.empty()) return;
    const std::string base(upstream_name(*provider));
    UpstreamConfig upstream = server_of(*provider);
    upstream.name = base + "-embedding";
    std::optional<BaseUrl> place;
    if (url && usable(*url, draft, errors)) place = url->url;
    for (const UpstreamConfig& other : draft.config.upstreams) {
        if (other.name != base) continue;
        const BaseUrl there = *parse_external_url(other.base_url);
        if (!place) place = there;
        // A key is for the host that it was given for, and for no other.
        if (keys.empty() && place->host == there.host) keys = other.api_keys;
    }
    if (!place && !provider->base_url.empty()) place = *parse_external_url(provider->base_url);
    if (!place) return;
    if (keys.empty() && &provider_of_host(place->host) == provider) keys = keys_of(draft, base);
    upstream.api_keys = std::move(keys);
    add_server(std::move(upstream), *place, "EMBEDDING_API_KEY", draft);
}

/// LLM_BASE_URL and EMBEDDING_BASE_URL of an Ollama.
void add_ollama_urls(Draft& draft) {
    const auto add = [&draft](const std::string& provider, const std::string& name) {
        const auto url = url_of(draft, name);
        if (provider != "ollama" || !url) return;
        if (const auto parsed = parse_ollama_url(url->url.text()))
            draft.ollama_urls.push_back({*parsed, url->variable});
    };
    const std::size_t named = draft.ollama_urls.size();
    if (named == 0) add(draft.provider, "");
    add(draft.embedding_provider, "embedding");
}

void add_ollamas(Draft& draft, bool in_container, std::vector<std::string>& errors) {
    const std::size_t errors_before = errors.size();
    for (const GivenUrl& given : draft.ollama_urls) {
        if (usable(given, draft, errors)) add_ollama(given.url, draft);
    }
    if (draft.config.upstreams.empty() && errors.size() == errors_before) {
        add_ollama(*parse_ollama_url(in_container ? kOllamaUrlFromContainer : kOllamaUrl), draft);
    }
}

void add_header(UpstreamConfig& upstream, std::string_view name, const std::string& value) {
    if (!value.empty()) upstream.headers.push_back({std::string(name), Secret(value)});
}

void add_headers(Draft& draft, std::vector<std::string>& errors) {
    for (UpstreamConfig& upstream : draft.config.upstreams) {
        if (upstream.provider == "openrouter") {
            add_header(upstream, "HTTP-Referer", draft.site_url);
            add_header(upstream, "X-OpenRouter-Title", draft.app_name);
        }
        for (const DraftHeader& entry : draft.headers) {
            const bool for_all = entry.upstream.empty() && upstream.dialect != Dialect::ollama;
            if (for_all || entry.upstream == upstream.name)
                upstream.headers.push_back(entry.header);
        }
    }
    for (const DraftHeader& entry : draft.headers)
        check_upstream_name("LLM_EXTRA_HEADERS", entry.upstream, draft.config, errors);
}

}  // namespace

void build_upstreams(Draft& draft, bool in_container, std::vector<std::string>& errors) {
    draft.config.upstreams.clear();
    add_ollama_urls(draft);
    add_ollamas(draft, in_container, errors);
    for (const Provider& provider : provider_catalog()) {
        if (provider.dialect == Dialect::ollama) continue;
        if (provider.name == "azure")
            add_azures(draft, errors);
        else if (provider.name == "vertex_ai")
            add_vertex(draft, errors);
        else
            add_provider(provider, draft, errors);
    }
    add_embedding_server(draft, errors);
    add_headers(draft, errors);
}

void check_upstream_name(std::string_view variable, std::string_view name, const Config& config,
                         std::vector<std::string>& errors) {
    std::vector<std::string_view> names;
    for (const UpstreamConfig& upstream : config.upstreams)
        names.push_back(upstream.name);
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
    errors.push_back(fmt::format("{}: there is no upstream {}; nearest valid: {}", variable, name,
                                 nearest_of(name, names)));
}

}  // namespace llmr::config
