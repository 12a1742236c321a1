#include "daemon/explanation.hpp"

#include <chrono>

#include "core/json.hpp"
#include "daemon/experience.hpp"
#include "daemon/share_json.hpp"

namespace llmr::daemon {
namespace {

void write_features(JsonWriter& json, const classifier::Features& features) {
    const classifier::Turn& last = features.last;
    json.key("features")
        .begin_object()
        .field("operation", to_string(features.operation))
        .field("estimated_input_tokens", features.estimated_tokens)
        .field("turns", features.turns)
        .field("images", features.image_count)
        .field("tools", features.tool_count)
        .field("wants_json", features.wants_json)
        .field("words", features.words)
        .field("supplied_words", std::int64_t{last.supplied_words})
        .field("sentences", std::int64_t{last.sentences})
        .field("questions", std::int64_t{last.questions})
        .field("requests", std::int64_t{last.requests})
        .field("code_fences", std::int64_t{last.fences})
        .field("arithmetic", last.arithmetic)
        .field("leans_on_earlier_turn", classifier::leans_on_context(last))
        .field("read_in_samples", features.sampled)
        .end_object();
}

std::string_view answer_of(routing::Grant grant) {
    switch (grant) {
        case routing::Grant::not_asked:
            break;
        case routing::Grant::granted:
            return "granted";
        case routing::Grant::used_up:
            return "used up";
        case routing::Grant::below_cut:
            return "kept for queries that gain more";
    }
    return "not asked";
}

void write_allowance(JsonWriter& json, routing::Grant answer, const Services& services,
                     const Config& config) {
    json.key("allowance")
        .begin_object()
        .field("answer", answer_of(answer))
        .field("target_local_pct", config.local_threshold);
    write_share_state(json, services.share->snapshot(), config.share_unit);
    json.end_object();
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
        if (candidate.context_length > 0) json.field("context", candidate.context_length);
        if (candidate.locality == Locality::local)
            write_queue(json, admission.view(candidate.upstream_index, candidate.model));
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

double shift_of(const Services& services, QueryType type) {
    return services.experience->shifts()[static_cast<std::size_t>(type)];
}

}  // namespace

std::string explanation(const Decision& decision, const Services& services, const Config& config,
                        LocalOnly local_only) {
    const Classification& classified = decision.classification;
    const Candidate& first = decision.plan.candidates.front();
    std::string body;
    JsonWriter json(body);
    json.begin_object()
        .field("type", to_string(classified.type))
        .field("complexity", classified.complexity)
        .field("score", classified.score)
        .field("calibration_shift",
               config.online_calibration ? shift_of(services, classified.type) : 0.0)
        .field("estimated_input_tokens", decision.input_tokens);
    json.key("reasons").begin_array();
    for (const Reason& reason : classified)
        json.value(render(reason));
    json.end_array();
    write_features(json, decision.features);
    json.field("model", first.model)
        .field("upstream", first.upstream)
        .field("local", first.locality == Locality::local)
        .field("reason", decision.plan.reason);
    json.key("local_only");
    local_only == LocalOnly::no ? json.null() : json.value(to_string(local_only));
    write_allowance(json, decision.grant, services, config);
    write_plan(json, decision.plan, *services.admission);
    json.end_object();
    return body;
}

}  // namespace llmr::daemon
