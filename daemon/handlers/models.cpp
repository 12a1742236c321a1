#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/known_models.hpp"
#include "daemon/privacy.hpp"
#include "daemon/query_string.hpp"
#include "daemon/time_param.hpp"
#include "daemon/upstream_fetch.hpp"

namespace llmr::daemon::handlers {
namespace {

/// Whose API this is, told while no Ollama is up: clients switch features by it, and would take our
/// own number for that of an Ollama from years ago.
constexpr std::string_view kOllamaVersion = "0.33.0";

net::Task<void> reply_with(RequestContext& context, Result<std::string> body) {
    Reply reply = body ? json_reply(std::move(*body)) : error_reply(context.dialect, body.error());
    co_await context.client.send(std::move(reply));
}

bool is_anthropic(const RequestContext& context) {
    return context.dialect == Dialect::anthropic;
}

Result<providers::ModelPage> read_page(std::string_view query) {
    auto params = parse_query(query, {"limit", "before_id", "after_id", "beta"});
    if (!params) return params.error();
    providers::ModelPage page;
    page.before_id = param_at(*params, "before_id");
    page.after_id = param_at(*params, "after_id");
    const std::string_view limit = param_at(*params, "limit");
    if (limit.empty()) return page;
    const auto [end, fault] =
        std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
    const bool whole = fault == std::errc() && end == limit.data() + limit.size();
    if (!whole || page.limit < 1 || page.limit > 1000)
        return Error(Errc::invalid_parameter, "limit must be a whole number from 1 to 1000",
                     "limit");
    return page;
}

Result<std::string> anthropic_models(RequestContext& context) {
    const auto page = read_page(context.query);
    if (!page) return page.error();
    return providers::anthropic_model_list(listed_models(context.worker), *page);
}

/// The name in the body of /api/show; old clients write `name`.
Result<std::string> name_asked_for(RequestContext& context) {
    auto root = thread_json_parser().parse(context.body());
    if (!root) return root.error();
    std::string name(get_string(*root, "model").value_or(get_string(*root, "name").value_or("")));
    if (name.empty()) return Error(Errc::missing_parameter, "model is required", "model");
    return name;
}

/// The entries of {"models": [...]}.
void add_entries(const std::string& answer, std::vector<std::string>& entries) {
    auto root = thread_json_parser().parse(answer);
    simdjson::dom::array models;
    if (!root || (*root)["models"].get(models) != simdjson::SUCCESS) return;
    for (const simdjson::dom::element model : models)
        entries.push_back(to_json(model));
}

/// "0.33.0" of "v0.33.0-rc2": some clients read nothing but dotted numbers. Empty if there are
/// none.
std::string_view dotted_number(std::string_view version) {
    if (version.starts_with('v')) version.remove_prefix(1);
    version = version.substr(0, version.find_first_not_of("0123456789."));
    while (version.ends_with('.'))
        version.remove_suffix(1);
    return version.find('.') == version.npos ? std::string_view() : version;
}

}  // namespace

net::Task<void> openai_models(RequestContext& context) {
    Result<std::string> body = is_anthropic(context)
                                   ? anthropic_models(context)
                                   : providers::openai_model_list(listed_models(context.worker));
    return reply_with(context, std::move(body));
}

net::Task<void> openai_model(RequestContext& context) {
    const auto model = known_model(context.worker, context.tail);
    if (!model) return reply_with(context, model.error());
    return reply_with(context, is_anthropic(context) ? providers::anthropic_model(*model)
                                                     : providers::openai_model(*model));
}

net::Task<void> ollama_tags(RequestContext& context) {
    return reply_with(context, providers::ollama_model_list(listed_models(context.worker)));
}

net::Task<void> ollama_ps(RequestContext& context) {
    const std::shared_ptr<const Config> config = context.worker.config();
    std::vector<std::string> loaded;
    const LocalOnly local_only = local_only_of(context);
    for (std::size_t i = 0; i < config->upstreams.size(); ++i) {
        if (config->upstreams[i].dialect != Dialect::ollama) continue;
        auto answer = co_await fetch_from(context.worker, i, "/api/ps", {}, local_only);
        if (answer) add_entries(*answer, loaded);  // /health says which upstream is down
    }
    std::string body = providers::ollama_loaded_list(listed_models(context.worker), loaded);
    Reply reply = json_reply(std::move(body));
    co_await context.client.send(std::move(reply));
}

net::Task<void> ollama_show(RequestContext& context) {
    const auto name = name_asked_for(context);
    if (!name) {
        co_await reply_with(context, name.error());
        co_return;
    }
    const std::shared_ptr<const Landscape> landscape = context.worker.landscape();
    const auto installed = landscape->catalog.find(*name);
    if (installed.empty()) {
        const auto model = known_model(context.worker, *name);
        Result<std::string> body = Error(Errc::model_not_found, "model '" + *name + "' not found");
        if (model) body = providers::ollama_show_virtual(*model);
        co_await reply_with(context, std::move(body));
        co_return;
    }
    // Old servers read `name`, new ones `model`: replacing the one that was sent keeps both.
    auto root = thread_json_parser().parse(context.body());
    const std::string_view key = root && get_string(*root, "model") ? "model" : "name";
    std::string body = replace_member(context.body(), key, json_quote(installed.front()->name))
                           .value_or(std::string(context.body()));
    auto answer = co_await fetch_from(context.worker, installed.front()->upstream_index,
                                      "/api/show", std::move(body), local_only_of(context));
    if (answer) answer = providers::with_short_times(std::move(*answer));
    co_await reply_with(context, std::move(answer));
}

net::Task<void> ollama_version(RequestContext& context) {
    // Clients switch features by Ollama's version, so it is the upstream's own where one is up.
    std::string_view version = kOllamaVersion;
    const std::shared_ptr<const Landscape> landscape = context.worker.landscape();
    for (const UpstreamHealth& upstream : landscape->upstreams) {
        const std::string_view seen = dotted_number(upstream.version);
        if (!upstream.up || seen.empty()) continue;
        version = seen;
        break;
    }
    std::string body;
    JsonWriter(body).begin_object().field("version", version).end_object();
    return reply_with(context, std::move(body));
}

/// Ollama's cloud, which `ollama` asks about before it signs in: not through a router.
net::Task<void> ollama_status(RequestContext& context) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("cloud").begin_object();
    json.field("disabled", true).field("source", "config").end_object().end_object();
    return reply_with(context, std::move(body));
}

}  // namespace llmr::daemon::handlers
