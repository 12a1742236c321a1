#include <chrono>
#include <utility>

#include "core/json.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/query/decide.hpp"
#include "providers/codec.hpp"

namespace llmr::daemon::handlers {
namespace {

/// Which request this is, from its members: the body may be that of any endpoint.
struct Shape {
    Dialect dialect = Dialect::openai_chat;
    Operation operation = Operation::chat;
};

Shape shape_of(simdjson::dom::element body) {
    Shape shape;
    if (get_value(body, "input")) {
        shape.operation = Operation::embed;
    } else if (get_value(body, "prompt")) {
        shape = {Dialect::ollama, Operation::generate};
    } else if (get_value(body, "options") || get_value(body, "keep_alive")) {
        shape.dialect = Dialect::ollama;
    }
    return shape;
}

void write_queue(JsonWriter& json, const routing::ModelView& view) {
    json.field("in_memory", view.loaded)
        .field("in_flight", view.in_flight)
        .field("waiting", view.waiting)
        .field("expected_wait_ms",
               std::chrono::duration_cast<std::chrono::milliseconds>(view.wait).count());
}

void write_plan(JsonWriter& json, const RoutePlan& plan, const routing::Admission& admission) {
    json.key("plan").begin_array();
    int position = 1;
    for (const Candidate& candidate : plan.candidates) {
        json.begin_object()
            .field("attempt", position++)
            .field("upstream", candidate.upstream)
            .field("model", candidate.model)
            .field("local", candidate.locality == Locality::local)
            .field("why", candidate.why);
        if (candidate.locality == Locality::local) {
            write_queue(json, admission.view(candidate.upstream_index, candidate.model));
        }
        json.end_object();
    }
    for (const Skipped& skipped : plan.skipped) {
        json.begin_object()
            .key("attempt")
            .null()
            .field("upstream", skipped.upstream)
            .field("model", skipped.model)
            .field("skipped", true)
            .field("why", skipped.why)
            .end_object();
    }
    json.end_array();
}

std::string explanation(const Decision& decision, const routing::Admission& admission,
                        LocalOnly local_only) {
    const Classification& classified = decision.classification;
    std::string body;
    JsonWriter json(body);
    json.begin_object()
        .field("type", to_string(classified.type))
        .field("complexity", classified.complexity)
        .field("score", classified.score)
        .field("estimated_input_tokens", decision.input_tokens);
    json.key("reasons").begin_array();
    for (const Reason& reason : classified)
        json.value(render(reason));
    json.end_array();
    const Candidate& first = decision.plan.candidates.front();
    json.field("model", first.model)
        .field("upstream", first.upstream)
        .field("local", first.locality == Locality::local)
        .field("reason", decision.plan.reason);
    json.key("local_only");
    local_only == LocalOnly::no ? json.null() : json.value(to_string(local_only));
    write_plan(json, decision.plan, admission);
    json.end_object();
    return body;
}

}  // namespace

net::Task<void> explain(RequestContext& context) {
    Reply reply;
    auto hints = RequestHints::read(context);
    auto root = thread_json_parser().parse(context.body());
    if (!hints) {
        reply = error_reply(context.dialect, hints.error());
    } else if (!root) {
        reply = error_reply(context.dialect, root.error());
    } else {
        const Shape shape = shape_of(*root);
        auto request = providers::parse_request(shape.dialect, shape.operation, *root);
        if (!request) {
            reply = error_reply(context.dialect, request.error());
        } else {
            const routing::Admission& admission = *context.worker.services().admission;
            auto decision = decide(context.worker, *request, *hints, ShareMode::peek);
            reply = decision ? json_reply(explanation(*decision, admission, hints->local_only))
                             : error_reply(context.dialect, decision.error());
        }
    }
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
