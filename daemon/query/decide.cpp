#include "daemon/query/decide.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "classifier/classifier.hpp"
#include "daemon/experience.hpp"
#include "daemon/query/budget_access.hpp"
#include "daemon/query/share_weight.hpp"
#include "routing/policy.hpp"
#include "routing/repeat_detector.hpp"

namespace llmr::daemon {
namespace {

/// What embeddings would cost elsewhere: no chat model's price fits them.
constexpr const char* kEmbeddingBaseline = "text-embedding-3-small";

/// Which conversation this is, and what is known of it. Changes nothing.
void look_up_conversation(Worker& worker, const ChatRequest& request, const RequestHints& hints,
                          Decision& decision) {
    const Config& config = *worker.config();
    if (config.sticky.count() == 0 || is_embedding(request.operation)) return;
    const bool named = !hints.session.empty();
    if (named) {
        decision.conversation_key = routing::session_key(hints.key_id, hints.session);
    } else if (request.operation == Operation::chat) {
        decision.conversation_key = routing::content_key(hints.key_id, request);
    }
    if (!decision.conversation_key || !(named || routing::has_answers(request))) return;
    decision.conversation = worker.services().conversations.find(*decision.conversation_key,
                                                                 steady_now(), config.sticky);
}

/// Why the budget keeps this query from a candidate; empty if it does not.
std::string unaffordable(Worker& worker, const ChatRequest& request, const RequestHints& hints,
                         const Candidate& candidate) {
    const routing::Budget& budget = *worker.services().budget;
    if (!budget.limited()) return {};
    const std::int64_t now_ms = utc_ms();
    const auto bound = worst_case(worker, *worker.config(), request, hints.body,
                                  candidate.upstream_index, candidate.model, now_ms);
    std::optional<PicoUsd> cost;
    if (bound) cost = bound->cost;
    return routing::describe(budget.check(hints.key_id, cost, now_ms));
}

/// Classifies, and looks up what else is known of the query.
void look_at(Worker& worker, const ChatRequest& request, const RequestHints& hints,
             const routing::ModelRequest& model, Decision& decision) {
    const SteadyTime began = steady_now();
    decision.features = classifier::extract_features(request);
    classifier::Hints type_hints;
    // What an embedding is the endpoint says.
    if (!is_embedding(request.operation))
        type_hints.type = hints.type ? hints.type : routing::asked_type(model);
    if (worker.config()->online_calibration)
        type_hints.shifts = worker.services().experience->shifts();
    decision.classification = classifier::classify(decision.features, type_hints);
    decision.classification_us = micros_between(began, steady_now());
    decision.output_limited = request.max_output_tokens.has_value();
    decision.input_tokens = decision.features.estimated_tokens;
    decision.routed = model.automatic;
    decision.type_asked = type_hints.type.has_value();
    decision.message_count = request.messages.size();
    look_up_conversation(worker, request, hints, decision);
}

routing::RouteQuery route_query(const ChatRequest& request, const RequestHints& hints,
                                const Decision& decision, SteadyTime now) {
    routing::RouteQuery query;
    query.model = request.model;
    query.operation = request.operation;
    query.classification = decision.classification;
    query.estimated_input_tokens = decision.input_tokens;
    query.max_output_tokens = request.max_output_tokens.value_or(0);
    query.has_images = request.image_count > 0;
    query.has_tools = request.tool_count > 0;
    query.forced = hints.route;
    query.local_only = hints.local_only;
    // Who asks for a type asks for its model.
    const auto& conversation = decision.conversation;
    if (conversation && conversation->home && !decision.type_asked)
        query.conversation = &*conversation->home;
    if (hints.answer_by) {
        query.time_left =
            std::max(std::chrono::duration_cast<std::chrono::milliseconds>(*hints.answer_by - now),
                     std::chrono::milliseconds(0));
    }
    return query;
}

/// To be asked once a query: it remembers the answer.
bool is_repeated(Worker& worker, const ChatRequest& request, const RequestHints& hints,
                 SteadyTime now) {
    if (!worker.config()->online_calibration || is_embedding(request.operation)) return false;
    return worker.services().experience->is_repeated(
        routing::user_hash(hints.key_id, hints.session), routing::turn_hash(request), now);
}

void count_decision(Worker& worker, const Decision& decision) {
    auto& metrics = *worker.services().metrics;
    metrics.observe_classification(worker.index(), decision.classification_us);
    if (decision.grant == routing::Grant::granted)
        metrics.count_allowance(worker.index(), metrics::Allowance::granted);
    if (decision.grant == routing::Grant::used_up)
        metrics.count_allowance(worker.index(), metrics::Allowance::refused);
    if (decision.grant == routing::Grant::below_cut)
        metrics.count_allowance(worker.index(), metrics::Allowance::below_cut);
}

}  // namespace

Result<Decision> decide(Worker& worker, const ChatRequest& request, const RequestHints& hints,
                        ShareMode mode) {
    Services& services = worker.services();
    const Config& config = *worker.config();
    const routing::ModelCatalog& catalog = worker.landscape()->catalog;

    if (hints.type == QueryType::embedding && !is_embedding(request.operation))
        return Error(Errc::invalid_parameter,
                     "x-router-type: embedding is for endpoints of embeddings", "x-router-type");
    auto model = routing::interpret_model(request.model, config, catalog, *services.prices);
    if (!model) return model.error();
    Decision decision;
    look_at(worker, request, hints, *model, decision);

    ShareAccess share(*services.share, mode, [&](const Candidate* candidate) {
        return share_weight(worker, request, hints, candidate, decision.input_tokens);
    });
    const SteadyTime now = steady_now();
    const routing::RouteContext context{
        config,
        catalog,
        *services.prices,
        [&](std::size_t upstream, std::string_view name) {
            return worker.available(upstream, name, now);
        },
        [&](const Candidate& candidate, const routing::ExternalClaim& claim) {
            return share.request_external(candidate, claim);
        },
        [&](const Candidate& candidate) { return unaffordable(worker, request, hints, candidate); },
        [&](std::size_t upstream, std::string_view name) {
            return services.admission->view(upstream, name);
        }};
    auto plan = routing::plan_route(*model, route_query(request, hints, decision, now), context);
    if (!plan) {
        share.abandon();
        return plan.error();
    }
    decision.plan = std::move(*plan);
    if (is_embedding(request.operation) && model->baseline_model.empty())
        decision.plan.baseline_model = kEmbeddingBaseline;
    decision.grant = share.grant();
    decision.ticket = share.settle(decision.plan);
    decision.plan.decision_seq = decision.ticket.seq;
    if (mode == ShareMode::peek) return decision;
    decision.repeated = is_repeated(worker, request, hints, now);
    count_decision(worker, decision);
    return decision;
}

}  // namespace llmr::daemon
