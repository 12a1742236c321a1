#include "core/config_models.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr::config {
namespace {

constexpr std::string_view kDefaultModel = "gpt-4o-mini";
constexpr std::string_view kDefaultEmbedding = "text-embedding-3-small";
constexpr std::array kChatTypes{QueryType::code,       QueryType::simple, QueryType::summarization,
                                QueryType::extraction, QueryType::medium, QueryType::complex};

const UpstreamConfig* upstream_named(const Draft& draft, std::string_view name) {
    for (const UpstreamConfig& upstream : draft.config.upstreams)
        if (upstream.name == name) return &upstream;
    return nullptr;
}

/// That of LLM_PROVIDER, or else the first beside Ollama that serves chat.
const UpstreamConfig* main_upstream(const Draft& draft) {
    const Provider* const chosen = find_provider(draft.provider);
    const std::string_view name =
        chosen && chosen->dialect != Dialect::ollama ? upstream_name(*chosen) : "openai";
    if (const UpstreamConfig* const upstream = upstream_named(draft, name)) return upstream;
    for (const UpstreamConfig& upstream : draft.config.upstreams)
        if (upstream.dialect != Dialect::ollama && !upstream.name.ends_with("-embedding"))
            return &upstream;
    return nullptr;
}

bool runs_in_the_cloud(std::string_view model) {
    return model.ends_with(":cloud") || model.ends_with("-cloud");
}

/// Servers that serve or sell what others made have the maker in front of their names.
bool takes_vendor_names(const Provider& provider) {
    constexpr std::array<std::string_view, 5> kThose{"openai_compatible", "openrouter",
                                                     "litellm_proxy", "hosted_vllm", "lm_studio"};
    return std::find(kThose.begin(), kThose.end(), provider.name) != kThose.end();
}

ExternalModel at(const UpstreamConfig& upstream, std::string_view model) {
    return {upstream.name, std::string(model)};
}

/// Nothing: it is a local model, or nobody has it.
std::optional<ExternalModel> resolve(std::string_view name, Draft& draft) {
    const UpstreamConfig* const main = main_upstream(draft);
    const auto split = split_provider(name);
    if (!split) {
        if (main) return at(*main, name);
        return ExternalModel{"", std::string(name)};
    }
    if (split->provider->dialect == Dialect::ollama) {
        if (runs_in_the_cloud(split->model)) return ExternalModel{"", std::string(split->model)};
        draft.local_model = split->model;
        return std::nullopt;
    }
    const UpstreamConfig* const own = upstream_named(draft, upstream_name(*split->provider));
    if (own) return at(*own, split->model);
    if (main && takes_vendor_names(provider_of(*main))) return at(*main, name);
    // OpenAI's names are prices, too: what savings are counted against.
    if (split->provider->name == "openai") return ExternalModel{"", std::string(split->model)};
    draft.warnings.push_back(
        fmt::format("{} is not used: {} is not configured; set {}", name, split->provider->title,
                    split->provider->wants_key ? split->provider->key_variable
                                               : split->provider->url_variable));
    return ExternalModel{"", std::string(name)};
}

/// The model of an upstream when nobody names one.
std::string default_model(const UpstreamConfig& upstream, const Draft& draft) {
    if (upstream.name == "azure") return draft.azure.deployment;
    const Provider& provider = provider_of(upstream);
    if (&provider == &generic_provider()) return std::string(kDefaultModel);
    return std::string(provider.default_model);
}

void add_default(Draft& draft) {
    const UpstreamConfig* const main = main_upstream(draft);
    if (!main) {
        draft.config.external_models.push_back({"", std::string(kDefaultModel)});
        return;
    }
    const std::string model = default_model(*main, draft);
    if (model.empty()) {
        draft.warnings.push_back(
            fmt::format("{} is not used: name one of its models in LLM_EXTERNAL_MODEL",
                        provider_of(*main).title));
        draft.config.external_models.push_back({"", std::string(kDefaultModel)});
        return;
    }
    draft.config.external_models.push_back({main->name, model});
}

/// With LLM_AZURE_DEPLOYMENT the model that is named is what the deployment is priced as.
void apply_deployment(Draft& draft) {
    const std::string& deployment = draft.azure.deployment;
    if (deployment.empty()) return;
    for (ExternalModel& model : draft.config.external_models) {
        if (model.upstream != "azure" || model.model == deployment) continue;
        draft.config.azure_deployment_models.emplace(deployment, model.model);
        model.model = deployment;
        return;
    }
}

void resolve_external(Draft& draft) {
    std::vector<std::string> names = draft.external_models;
    names.insert(names.end(), draft.fallback_models.begin(), draft.fallback_models.end());
    std::vector<ExternalModel>& models = draft.config.external_models;
    for (const std::string& name : names) {
        const auto model = resolve(name, draft);
        if (!model) continue;
        if (std::find(models.begin(), models.end(), *model) == models.end())
            models.push_back(*model);
    }
    if (models.empty()) add_default(draft);
    apply_deployment(draft);
}

void resolve_embedding(Draft& draft) {
    const Provider* const provider = find_provider(draft.embedding_provider);
    if (!provider || provider->dialect == Dialect::ollama) return;
    const std::string base(upstream_name(*provider));
    const UpstreamConfig* upstream = upstream_named(draft, base + "-embedding");
    if (!upstream) upstream = upstream_named(draft, base);
    if (!upstream) {
        draft.warnings.push_back(
            fmt::format("EMBEDDING_PROVIDER is {}, which is not configured; embeddings stay with "
                        "Ollama. Set {}",
                        provider->name, provider->key_variable));
        return;
    }
    std::string model = draft.embedding_model;
    if (provider->name == "azure" && !draft.embedding_azure.deployment.empty()) {
        const std::string& deployment = draft.embedding_azure.deployment;
        if (!model.empty() && model != deployment)
            draft.config.azure_deployment_models.emplace(deployment, model);
        model = deployment;
    }
    if (const auto split = split_provider(model); split && split->provider == provider)
        model = std::string(split->model);
    if (model.empty()) model = kDefaultEmbedding;
    draft.config.embedding_model = ExternalModel{upstream->name, model};
    if (upstream->locality == Locality::external)
        draft.warnings.push_back(fmt::format(
            "embeddings go to {}, which is external: they count against the local share",
            upstream->base_url));
}

void resolve_local(Draft& draft) {
    if (draft.local_model.empty()) return;
    std::string model = draft.local_model;
    if (const auto split = split_provider(model); split && split->provider->name == "ollama")
        model = std::string(split->model);
    for (const QueryType type : kChatTypes) {
        RoleModel& role = draft.config.role_models[type];
        if (!role.named_by_operator) role = RoleModel{model, true};
    }
}

}  // namespace

std::string_view upstream_name(const Provider& provider) {
    return &provider == &generic_provider() ? "openai" : provider.name;
}

bool is_asked_for(const Draft& draft, const Provider& provider) {
    if (find_provider(draft.provider) == &provider) return true;
    if (find_provider(draft.embedding_provider) == &provider) return true;
    const auto names_it = [&provider](const std::string& name) {
        const auto split = split_provider(name);
        return split && split->provider == &provider;
    };
    return std::any_of(draft.external_models.begin(), draft.external_models.end(), names_it) ||
           std::any_of(draft.fallback_models.begin(), draft.fallback_models.end(), names_it);
}

void resolve_models(Draft& draft) {
    draft.config.external_models.clear();
    resolve_external(draft);
    resolve_embedding(draft);
    resolve_local(draft);
}

}  // namespace llmr::config
