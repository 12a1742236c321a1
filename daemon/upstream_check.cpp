#include "daemon/upstream_check.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "daemon/live_check.hpp"
#include "daemon/price_notes.hpp"
#include "daemon/privacy.hpp"
#include "daemon/upstream_fetch.hpp"
#include "daemon/worker.hpp"
#include "providers/advice.hpp"
#include "providers/target.hpp"
#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

/// The path of the request that costs nothing and needs a valid credential.
std::string list_path(const UpstreamConfig& upstream) {
    switch (upstream.dialect) {
        case Dialect::ollama:
            return "/api/tags";
        case Dialect::anthropic:
            return "/v1/models?limit=1000";
        case Dialect::gemini:
            return "/models?pageSize=1000";
        default:
            return providers::path_at(upstream, {}, "/models");
    }
}

/// The names in a list of any dialect: data[].id, models[].name, publisherModels[].name.
std::vector<std::string> names_in(std::string_view answer) {
    std::vector<std::string> names;
    const auto root = thread_json_parser().parse(answer);
    if (!root) return names;
    for (const char* const member : {"data", "models", "publisherModels"}) {
        const auto list = get_value(*root, member);
        simdjson::dom::array items;
        if (!list || list->get(items) != simdjson::SUCCESS) continue;
        for (const simdjson::dom::element item : items) {
            const auto id = get_string(item, "id");
            const auto name = id ? id : get_string(item, "name");
            if (!name) continue;
            // Google's names are paths.
            const bool path = name->starts_with("models/") || name->starts_with("publishers/");
            names.emplace_back(path ? name->substr(name->rfind('/') + 1) : *name);
        }
    }
    return names;
}

std::string describe_auth(const UpstreamConfig& upstream) {
    if (upstream.token.kind != TokenKind::none)
        return fmt::format("Authorization: Bearer, token by {}", to_string(upstream.token.kind));
    if (upstream.api_keys.empty()) return "none";
    std::vector<std::string> ids;
    for (const Secret& key : upstream.api_keys)
        ids.push_back(key_id(sha256(key.reveal())));
    return fmt::format("{}, key id {}", to_string(provider_of(upstream).auth),
                       fmt::join(ids, ", "));
}

/// What is wrong with the connection, as a person would look for it.
std::string connection_advice(const Error& error, const UpstreamConfig& upstream) {
    if (error.message.find("certificate") != std::string::npos)
        return "LLM_CA_FILE takes the certificate of a private authority";
    if (running_in_container() && upstream.base_url.find("://localhost") != std::string::npos)
        return "in a container localhost is the container; the host is host.docker.internal";
    if (upstream.locality == Locality::local)
        return fmt::format("is {} running there? The variable is {}", provider_of(upstream).title,
                           provider_of(upstream).url_variable);
    return "check the network, LLM_PROXY and NO_PROXY";
}

/// A base URL that lacks /v1 is the usual mistake: the answer to the right path proves it.
net::Task<std::string> path_advice(Worker& worker, std::size_t index,
                                   const UpstreamConfig& upstream) {
    const bool plain = upstream.dialect == Dialect::openai_chat && upstream.provider != "azure";
    if (!plain) co_return std::string();
    auto answer = co_await fetch_from(worker, index, "/v1/models", {}, LocalOnly::no);
    if (!answer) co_return std::string();
    co_return fmt::format("the URL lacks /v1: {}/v1", upstream.base_url);
}

net::Task<std::string> advice_about(Worker& worker, std::size_t index, Error error) {
    const std::shared_ptr<const Config> config = worker.config();
    const UpstreamConfig& upstream = config->upstreams[index];
    if (error.upstream_status == 404) {
        std::string advice = co_await path_advice(worker, index, upstream);
        if (!advice.empty()) co_return advice;
    }
    std::string advice = providers::advice_for(error, upstream, "the model");
    if (!advice.empty()) co_return advice;
    const bool connection = error.code == Errc::upstream_unreachable;
    co_return connection ? connection_advice(error, upstream) : std::string();
}

/// Models that queries may be sent to there, with whether they embed.
std::vector<std::pair<std::string, bool>> configured_models(const Config& config,
                                                            const UpstreamConfig& upstream) {
    std::vector<std::pair<std::string, bool>> models;
    for (const ExternalModel& model : config.external_models)
        if (model.upstream == upstream.name) models.emplace_back(model.model, false);
    const auto& embedding = config.embedding_model;
    if (embedding && embedding->upstream == upstream.name)
        models.emplace_back(embedding->model, true);
    return models;
}

void note_price(Worker& worker, const Config& config, const UpstreamConfig& upstream,
                ModelCheck& model) {
    if (upstream.locality == Locality::local) return;
    const auto* price =
        routing::find_price(*worker.services().prices, config, upstream, model.name, {}, utc_ms());
    if (!price) {
        model.price_missing = true;
        model.advice = price_advice(upstream);
        return;
    }
    model.price = example_cost(*price);
}

/// "claude-haiku-4-5-20251001" is what "claude-haiku-4-5" stands for; lists have the dated name
/// only.
bool is_snapshot_of(std::string_view name, std::string_view model) {
    if (!name.starts_with(model)) return false;
    name.remove_prefix(model.size());
    return name.size() == 9 && name.front() == '-' &&
           name.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

/// Servers list what they serve; Azure lists what could be deployed.
void note_listed(const std::vector<std::string>& names, const UpstreamConfig& upstream,
                 ModelCheck& model) {
    if (upstream.provider == "azure" || names.empty()) return;
    const auto same = [&model](const std::string& name) {
        return iequals(name, model.name) || is_snapshot_of(name, model.name);
    };
    model.listed = std::any_of(names.begin(), names.end(), same);
    if (!*model.listed) model.nearest = nearest_names(model.name, names);
}

}  // namespace

net::Task<UpstreamCheck> check_upstream(Worker& worker, std::size_t upstream_index, bool live) {
    const std::shared_ptr<const Config> config = worker.config();
    const UpstreamConfig& upstream = config->upstreams[upstream_index];
    UpstreamCheck check;
    check.name = upstream.name;
    check.title = provider_of(upstream).title;
    check.locality = to_string(upstream.locality);
    const std::string path = list_path(upstream);
    check.url = upstream.base_url + path;
    check.auth = describe_auth(upstream);
    check.barred = is_barred(*config, upstream);
    if (check.barred) co_return check;

    std::vector<std::string> names;
    // Vertex AI lists no models for a project: a free count of tokens says as much.
    const bool counts = upstream.provider == "vertex_ai";
    const auto models = configured_models(*config, upstream);
    std::string asked = path;
    std::string body;
    if (counts) {
        const std::string model = models.empty() ? std::string(provider_of(upstream).default_model)
                                                 : models.front().first;
        asked = "/models/" + model + ":countTokens";
        body = R"({"contents":[{"role":"user","parts":[{"text":"ok"}]}]})";
        check.url = upstream.base_url + asked;
    }
    auto answer = co_await fetch_from(worker, upstream_index, asked, body, LocalOnly::no);
    if (answer) {
        check.works = true;
        names = names_in(*answer);
        check.models_found = names.size();
    } else {
        check.error = answer.error().message;
        check.advice = co_await advice_about(worker, upstream_index, answer.error());
    }
    for (const auto& [name, embeds] : models) {
        ModelCheck model;
        model.name = name;
        note_listed(names, upstream, model);
        note_price(worker, *config, upstream, model);
        if (live && check.works) {
            auto result = co_await ask_live(worker, upstream_index, name, embeds);
            if (result)
                model.live = std::move(*result);
            else
                model.live_error = result.error().message;
        }
        check.models.push_back(std::move(model));
    }
    co_return check;
}

}  // namespace llmr::daemon
