#include "routing/model_name.hpp"

#include <algorithm>

#include "core/find_upstream.hpp"
#include "core/text.hpp"
#include "routing/model_tag.hpp"

namespace llmr::routing {
namespace {

constexpr std::string_view kAuto = "auto";
constexpr std::string_view kLatest = ":latest";

/// "auto", "auto:code", "auto-local:latest", ... Nothing if the name is none of those.
std::optional<ModelRequest> parse_virtual(std::string_view asked) {
    std::string name = to_lower(asked);
    if (name.ends_with(kLatest)) name.resize(name.size() - kLatest.size());
    ModelRequest request;
    request.automatic = true;
    if (name.empty() || name == kAuto) return request;
    if (!name.starts_with("auto:") && !name.starts_with("auto-")) return std::nullopt;
    const std::string_view narrower = std::string_view(name).substr(kAuto.size() + 1);
    if (narrower == to_string(Locality::local)) {
        request.locality = Locality::local;
    } else if (narrower == to_string(Locality::external)) {
        request.locality = Locality::external;
    } else {
        request.type = parse_query_type(narrower);
        if (!request.type) return std::nullopt;
    }
    return request;
}

std::string resolve_alias(std::string_view asked, const Config& config) {
    const std::string exact(asked);
    if (const auto found = config.model_aliases.find(exact); found != config.model_aliases.end()) {
        return found->second;
    }
    const std::string wanted = with_tag(exact);
    for (const auto& [alias, target] : config.model_aliases) {
        if (iequals(with_tag(alias), wanted)) return target;
    }
    return exact;
}

bool is_ollama_alias(std::string_view provider) {
    return iequals(provider, "ollama") || iequals(provider, "ollama_chat");
}

/// An upstream whose row in the catalogue goes by that name.
std::optional<std::size_t> upstream_of_provider(std::string_view name, const Config& config) {
    const Provider* const provider = find_provider(name);
    if (!provider || provider->dialect == Dialect::ollama) return std::nullopt;
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
        if (config.upstreams[i].provider == provider->name) return i;
    }
    return std::nullopt;
}

/// The upstream a provider prefix stands for: one of that name, or of that provider; "openai" also
/// any server that speaks OpenAI's dialect, an external one first.
std::optional<std::size_t> upstream_of(std::string_view provider, const Config& config) {
    const auto& upstreams = config.upstreams;
    for (std::size_t i = 0; i < upstreams.size(); ++i) {
        if (iequals(upstreams[i].name, provider)) return i;
    }
    if (const auto index = upstream_of_provider(provider, config)) return index;
    if (!iequals(provider, "openai")) return std::nullopt;
    std::optional<std::size_t> local;
    for (std::size_t i = 0; i < upstreams.size(); ++i) {
        if (upstreams[i].dialect != Dialect::openai_chat) continue;
        if (upstreams[i].locality == Locality::external) return i;
        if (!local) local = i;
    }
    return local;
}

/// `provider/model` of a configured upstream. Nothing if the prefix names none, or an Ollama that
/// does not have the model.
std::optional<ModelRequest> parse_provider_name(std::string_view asked, const Config& config,
                                                const ModelCatalog& catalog) {
    const std::size_t slash = asked.find('/');
    if (slash == std::string_view::npos || slash + 1 == asked.size()) return std::nullopt;
    const std::string_view provider = asked.substr(0, slash);
    const std::string_view model = asked.substr(slash + 1);
    ModelRequest request;
    if (!is_ollama_alias(provider)) {
        request.upstream_index = upstream_of(provider, config);
        if (!request.upstream_index) return std::nullopt;
        if (config.upstreams[*request.upstream_index].dialect != Dialect::ollama) {
            request.exact_model = model;
            return request;
        }
    }
    for (const LocalModel* host : catalog.find(model)) {
        if (request.upstream_index && host->upstream_index != *request.upstream_index) continue;
        request.exact_model = host->name;
        return request;
    }
    return std::nullopt;
}

/// The model that EMBEDDING_PROVIDER computes embeddings with, by its bare name.
std::optional<ModelRequest> parse_embedder(std::string_view asked, const Config& config) {
    const auto& model = config.embedding_model;
    if (!model || !iequals(asked, model->model)) return std::nullopt;
    ModelRequest request;
    request.upstream_index = find_upstream(config, model->upstream);
    request.exact_model = model->model;
    return request;
}

Error not_found(std::string_view asked, const Config& config, const ModelCatalog& catalog) {
    std::vector<std::string> known = catalog.names();
    for (const std::string& name : virtual_models())
        known.push_back(name);
    for (const ExternalModel& model : config.external_models)
        known.push_back(model.model);
    std::string message = "model '" + std::string(asked) + "' not found";
    const char* separator = "; nearest: ";
    for (const std::string& name : nearest_names(asked, known)) {
        message += separator + name;
        separator = ", ";
    }
    return Error(Errc::model_not_found, std::move(message), "model");
}

}  // namespace

Result<ModelRequest> interpret_model(std::string_view asked, const Config& config,
                                     const ModelCatalog& catalog, const PriceBook& prices) {
    const std::string name(trim(resolve_alias(trim(asked), config)));
    if (const auto request = parse_virtual(name)) return *request;
    if (const auto hosts = catalog.find(name); !hosts.empty()) {
        ModelRequest request;
        request.exact_model = hosts.front()->name;
        return request;
    }
    if (const auto request = parse_provider_name(name, config, catalog)) return *request;
    if (const auto request = parse_embedder(name, config)) return *request;
    ModelRequest request;
    request.automatic = true;
    if (const Price* price = prices.find(name)) {
        request.baseline_model = price->id;
        return request;
    }
    for (const ExternalModel& model : config.external_models)
        if (iequals(name, model.model)) return request;
    // Claude Code and its kind ask for models that came out yesterday, several in one session.
    if (to_lower(name).starts_with("claude")) return request;
    return not_found(name, config, catalog);
}

std::vector<std::string> virtual_models() {
    const std::string prefix = std::string(kAuto) + "-";
    std::vector<std::string> names{std::string(kAuto)};
    names.push_back(prefix + std::string(to_string(Locality::local)));
    names.push_back(prefix + std::string(to_string(Locality::external)));
    for (const QueryType type : kAllQueryTypes)
        names.push_back(prefix + std::string(to_string(type)));
    for (std::string& name : names)
        name += kLatest;
    return names;
}

std::optional<QueryType> virtual_type(std::string_view name) {
    const auto request = parse_virtual(trim(name));
    return request ? request->type : std::nullopt;
}

bool is_virtual_model(std::string_view name) {
    return !trim(name).empty() && parse_virtual(trim(name)).has_value();
}

}  // namespace llmr::routing
