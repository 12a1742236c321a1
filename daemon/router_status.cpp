#include "daemon/router_status.hpp"

#include <chrono>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "daemon/share_json.hpp"
#include "daemon/upstream_status.hpp"

namespace llmr::daemon {
namespace {

std::string_view name_of(routing::Breaker::State state) {
    switch (state) {
        case routing::Breaker::State::closed:
            break;
        case routing::Breaker::State::open:
            return "open";
        case routing::Breaker::State::half_open:
            return "half_open";
    }
    return "closed";
}

class StatusWriter {
public:
    StatusWriter(Worker& worker, JsonWriter& json)
        : worker_(worker), json_(json), now_(steady_now()) {}

    void upstreams() {
        const auto& configured = worker_.config()->upstreams;
        json_.key("upstreams").begin_array();
        for (std::size_t i = 0; i < configured.size(); ++i)
            upstream(i, configured[i]);
        json_.end_array();
    }

private:
    void upstream(std::size_t index, const UpstreamConfig& upstream) {
        json_.begin_object();
        write_upstream_state(json_, upstream, health_of(*worker_.landscape(), index));
        json_.key("models").begin_array();
        for (const routing::LocalModel& one : worker_.landscape()->catalog.models()) {
            if (one.upstream_index == index) local_model(index, one);
        }
        for (const ExternalModel& one : worker_.config()->external_models) {
            if (one.upstream == upstream.name) model(index, one.model);
        }
        json_.end_array().end_object();
    }

    void local_model(std::size_t index, const routing::LocalModel& one) {
        const routing::ModelView view = worker_.services().admission->view(index, one.name);
        json_.begin_object()
            .field("name", one.name)
            .field("in_memory", view.loaded)
            .field("in_flight", view.in_flight)
            .field("waiting", view.waiting)
            .field("expected_wait_ms",
                   std::chrono::duration_cast<std::chrono::milliseconds>(view.wait).count());
        breaker(index, one.name);
    }

    /// Of a server that says nothing of its memory.
    void model(std::size_t index, const std::string& name) {
        json_.begin_object().field("name", name);
        json_.key("in_memory").null().key("in_flight").null().key("waiting").null();
        json_.key("expected_wait_ms").null();
        breaker(index, name);
    }

    void breaker(std::size_t index, const std::string& name) {
        json_.field("breaker", name_of(worker_.breakers().state(index, name, now_))).end_object();
    }

    Worker& worker_;
    JsonWriter& json_;
    SteadyTime now_;
};

}  // namespace

std::string router_status(Worker& worker) {
    Services& services = worker.services();
    const std::int64_t now = utc_ms();
    std::string body;
    JsonWriter json(body);
    json.begin_object()
        .field("time", now)
        .field("version", services.version)
        .field("simulated", services.simulated)
        .field("uptime_seconds", (now - services.started_ms) / 1000)
        .field("in_flight", services.in_flight.load())
        .field("open_connections", services.open_connections.load())
        .field("target_local_pct", worker.config()->local_threshold);
    json.key("local_share").begin_object();
    write_share_state(json, services.share->snapshot(), worker.config()->share_unit);
    json.end_object();
    json.key("ledger")
        .begin_object()
        .field("state", storage::to_string(services.ledger->state()))
        .field("queued_rows", services.ledger->queued())
        .end_object();
    StatusWriter(worker, json).upstreams();
    json.end_object();
    return body;
}

}  // namespace llmr::daemon
