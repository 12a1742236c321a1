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

std::vector<metrics::LocalQueue> local_queues(Worker& worker) {
    std::vector<metrics::LocalQueue> queues;
    const auto& upstreams = worker.config()->upstreams;
    for (std::size_t i = 0; i < upstreams.size(); ++i) {
        if (upstreams[i].locality != Locality::local) continue;
        const routing::HostView view = worker.services().admission->host_view(i);
        queues.push_back({i, view.waiting, view.in_flight});
    }
    return queues;
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

net::Task<void> metrics(RequestContext& context) {
    Worker& worker = context.worker;
    Services& services = worker.services();
    const routing::ShareSnapshot share = services.share->snapshot();
    metrics::Gauges gauges;
    if (share.total > 0) {
        gauges.local_share_percent =
            100.0 * double(share.total - share.external) / double(share.total);
    }
    gauges.local_share_target_percent = worker.config()->local_threshold;
    gauges.allowance = share.allowance;
    gauges.open_connections = services.open_connections;
    gauges.in_flight = services.in_flight;
    gauges.ledger_queue = static_cast<std::int64_t>(services.ledger->queued());
    gauges.ledger_failed_commits = services.ledger->failed_commits();
    gauges.ledger_spilled = services.ledger->spilled_total();
    gauges.ledger_rows_dropped = services.ledger->rows_dropped();
    gauges.ledger_state = static_cast<std::int64_t>(services.ledger->state());
    gauges.models_installed =
        static_cast<std::int64_t>(worker.landscape()->catalog.models().size());
    for (const UpstreamHealth& upstream : worker.landscape()->upstreams) {
        gauges.upstream_up.push_back(upstream.up);
    }
    gauges.local_queues = local_queues(worker);
    Reply reply = text_reply(services.metrics->render(gauges));
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_await context.client.send(std::move(reply));
}

/// Ollama's greeting, which its clients probe for.
net::Task<void> root(RequestContext& context) {
    Reply reply = text_reply("Ollama is running");
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
