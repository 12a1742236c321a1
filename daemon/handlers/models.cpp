#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/privacy.hpp"
#include "daemon/upstream_fetch.hpp"
#include "providers/codec.hpp"
#include "routing/model_name.hpp"

namespace llmr::daemon::handlers {
namespace {

/// Virtual models first, then what is installed, each name once.
std::vector<providers::ModelEntry> listed_models(Worker& worker) {
    std::vector<providers::ModelEntry> entries;
    for (std::string& name : routing::virtual_models()) {
        providers::ModelEntry entry;
        entry.name = std::move(name);
        entry.owned_by = "llm-router";
        entry.modified_ms = worker.services().started_ms;
        entries.push_back(std::move(entry));
    }
    std::set<std::string> seen;
    for (const routing::LocalModel& model : worker.landscape()->catalog.models()) {
        if (!seen.insert(model.name).second) continue;
        providers::ModelEntry entry;
        entry.name = model.name;
        entry.owned_by = "library";
        entry.modified_ms = model.modified_ms;
        entry.tags_json = model.tags_json;
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// The largest window an installed chat model offers: what the virtual models can promise.
std::int64_t largest_context(const routing::ModelCatalog& catalog) {
    std::int64_t largest = 4096;
    for (const routing::LocalModel& model : catalog.models()) {
        if (model.completion) largest = std::max(largest, model.context_length);
    }
    return largest;
}

net::Task<void> reply_error(RequestContext& context, Error error) {
    Reply reply = error_reply(context.dialect, error);
    co_await context.client.send(std::move(reply));
}

}  // namespace

net::Task<void> openai_models(RequestContext& context) {
    Reply reply = json_reply(providers::openai_model_list(listed_models(context.worker)));
    co_await context.client.send(std::move(reply));
}

net::Task<void> ollama_tags(RequestContext& context) {
    Reply reply = json_reply(providers::ollama_model_list(listed_models(context.worker)));
    co_await context.client.send(std::move(reply));
}

net::Task<void> ollama_ps(RequestContext& context) {
    const std::shared_ptr<const Config> config = context.worker.config();
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("models").begin_array();
    const LocalOnly local_only = local_only_of(context);
    for (std::size_t i = 0; i < config->upstreams.size(); ++i) {
        if (config->upstreams[i].dialect != Dialect::ollama) continue;
        auto answer = co_await fetch_from(context.worker, i, "/api/ps", {}, local_only);
        if (!answer) continue;  // /health says which upstream is down
        auto root = thread_json_parser().parse(*answer);
        simdjson::dom::array models;
        if (!root || (*root)["models"].get(models) != simdjson::SUCCESS) continue;
        for (const simdjson::dom::element model : models)
            json.value(model);
    }
    json.end_array().end_object();
    Reply reply = json_reply(std::move(body));
    co_await context.client.send(std::move(reply));
}

net::Task<void> ollama_show(RequestContext& context) {
    auto root = thread_json_parser().parse(context.body());
    std::optional<Error> fault;
    std::string name;
    if (!root) {
        fault = root.error();
    } else {
        name = get_string(*root, "model").value_or(get_string(*root, "name").value_or(""));
        if (name.empty()) fault = Error(Errc::missing_parameter, "model is required", "model");
    }
    if (fault) {
        co_await reply_error(context, *fault);
        co_return;
    }
    const std::shared_ptr<const Landscape> landscape = context.worker.landscape();
    const auto installed = landscape->catalog.find(name);
    if (installed.empty() && routing::is_virtual_model(name)) {
        const std::int64_t window = largest_context(landscape->catalog);
        Reply reply = json_reply(providers::ollama_show_virtual(name, window));
        co_await context.client.send(std::move(reply));
        co_return;
    }
    if (installed.empty()) {
        Error error(Errc::model_not_found, fmt::format("model '{}' not found", name));
        co_await reply_error(context, std::move(error));
        co_return;
    }
    // Old servers read `name`, new ones `model`: replacing the one that was sent keeps both.
    const std::string_view key = get_string(*root, "model") ? "model" : "name";
    std::string body = replace_member(context.body(), key, json_quote(installed.front()->name))
                           .value_or(std::string(context.body()));
    auto answer = co_await fetch_from(context.worker, installed.front()->upstream_index,
                                      "/api/show", std::move(body), local_only_of(context));
    if (!answer) {
        co_await reply_error(context, answer.error());
        co_return;
    }
    Reply reply = json_reply(std::move(*answer));
    co_await context.client.send(std::move(reply));
}

net::Task<void> ollama_version(RequestContext& context) {
    // Clients switch features by Ollama's version, so it is the upstream's own where one is up.
    std::string version = context.worker.services().version;
    for (const UpstreamHealth& upstream : context.worker.landscape()->upstreams) {
        if (upstream.up && !upstream.version.empty()) {
            version = upstream.version;
            break;
        }
    }
    std::string body;
    JsonWriter(body).begin_object().field("version", version).end_object();
    Reply reply = json_reply(std::move(body));
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
