#include <algorithm>
#include <utility>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/privacy.hpp"
#include "daemon/upstream_status.hpp"

namespace llmr::daemon::handlers {
namespace {

bool any_upstream_up(const Landscape& landscape) {
    return std::any_of(landscape.upstreams.begin(), landscape.upstreams.end(),
                       [](const UpstreamHealth& upstream) { return upstream.up; });
}

void write_upstreams(JsonWriter& json, const Config& config, const Landscape& landscape) {
    json.key("upstreams").begin_array();
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
        json.begin_object();
        write_upstream_state(json, config.upstreams[i], health_of(landscape, i));
        json.end_object();
    }
    json.end_array();
}

void write_roles(JsonWriter& json, const routing::ModelCatalog& catalog) {
    json.key("models").begin_object();
    for (const QueryType type : kAllQueryTypes) {
        const routing::RoleChoice& role = catalog.role(type);
        json.key(to_string(type));
        role.model == nullptr ? json.null() : json.value(role.model->name);
    }
    json.end_object().key("notes").begin_array();
    for (const QueryType type : kAllQueryTypes) {
        if (!catalog.role(type).note.empty()) json.value(catalog.role(type).note);
    }
    for (const std::string& error : catalog.errors())
        json.value(error);
    json.end_array();
}

}  // namespace

/// Liveness: 200 as long as the process serves; what is wrong stands in the body.
net::Task<void> health(RequestContext& context) {
    Worker& worker = context.worker;
    Services& services = worker.services();
    const Landscape& landscape = *worker.landscape();
    std::string body;
    JsonWriter json(body);
    const bool healthy = any_upstream_up(landscape) && landscape.catalog.errors().empty();
    json.begin_object().field("status", healthy ? "ok" : "degraded");
    if (context.authorised) {
        json.field("version", services.version)
            .field("simulated", services.simulated)
            .field("privacy",
                   local_only_of(*worker.config()) == LocalOnly::no ? "off" : "local-only")
            .field("uptime_seconds", (utc_ms() - services.started_ms) / 1000);
        write_upstreams(json, *worker.config(), landscape);
        write_roles(json, landscape.catalog);
        json.key("ledger")
            .begin_object()
            .field("mode",
                   worker.config()->ledger_mode == LedgerMode::durable ? "durable" : "async")
            .field("state", storage::to_string(services.ledger->state()))
            .field("queued_rows", services.ledger->queued())
            .field("spilled_rows", services.ledger->spilled_waiting())
            .field("failed_commits", services.ledger->failed_commits());
        if (const std::string aside = services.ledger->put_aside(); !aside.empty())
            json.field("damaged_file_put_aside", aside);
        json.end_object();
    }
    json.end_object();
    Reply reply = json_reply(std::move(body));
    if (services.simulated) reply.add("x-router-simulated", "1");
    co_await context.client.send(std::move(reply));
}

/// Readiness: may a load balancer send queries here now?
net::Task<void> ready(RequestContext& context) {
    Services& services = context.worker.services();
    const bool up =
        services.ready && !services.draining && any_upstream_up(*context.worker.landscape());
    std::string body;
    JsonWriter(body).begin_object().field("ready", up).end_object();
    Reply reply = json_reply(std::move(body), up ? 200 : 503);
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
