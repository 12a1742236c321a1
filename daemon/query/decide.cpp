#include "daemon/query/decide.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "classifier/classifier.hpp"
#include "classifier/features.hpp"
#include "core/text.hpp"
#include "daemon/privacy.hpp"
#include "daemon/query/budget_access.hpp"
#include "daemon/query/share_weight.hpp"
#include "daemon/request_context.hpp"
#include "routing/policy.hpp"

namespace llmr::daemon {
namespace {

/// What embeddings would cost elsewhere: no chat model's price fits them.
constexpr const char* kEmbeddingBaseline = "text-embedding-3-small";

std::optional<Error> read_route(std::string_view value, RequestHints& hints) {
    if (value.empty() || iequals(value, "auto")) return {};
    if (iequals(value, "local")) {
        hints.route = Locality::local;
    } else if (iequals(value, "external")) {
        hints.route = Locality::external;
    } else {
        return Error(Errc::invalid_parameter, "x-router-route must be local or external",
                     "x-router-route");
    }
    return {};
}

std::optional<Error> check_privacy(std::string_view value) {
    if (value.empty() || iequals(value, "local-only")) return {};
    // A typo here must not send a private prompt out.
    return Error(Errc::invalid_parameter, "x-router-privacy must be local-only",
                 "x-router-privacy");
}

std::optional<Error> read_type(std::string_view value, RequestHints& hints) {
    if (value.empty()) return {};
    hints.type = parse_query_type(to_lower(value));
    if (!hints.type) {
        return Error(Errc::invalid_parameter,
                     "x-router-type must be one of embedding, code, simple, summarization, "
                     "extraction, medium, complex",
                     "x-router-type");
    }
    return {};
}

std::optional<Error> read_deadline(std::string_view value, SteadyTime arrived,
                                   RequestHints& hints) {
    constexpr int kDayMs = 86'400'000;
    if (value.empty()) return {};
    int ms = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), ms);
    if (fault != std::errc{} || end != value.data() + value.size() || ms < 1 || ms > kDayMs) {
        return Error(Errc::invalid_parameter,
                     "x-router-deadline-ms must be a whole number from 1 to 86400000",
                     "x-router-deadline-ms");
    }
    hints.answer_by = arrived + std::chrono::milliseconds(ms);
    return {};
}

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

/// Takes places from the share on the policy's behalf.
class ShareAccess {
public:
    /// `weigh`: what the query counts if it goes to this candidate.
    using Weigh = std::function<routing::ShareWeight(const Candidate*)>;
    ShareAccess(routing::LocalShare& share, ShareMode mode, Weigh weigh)
        : share_(share), mode_(mode), weigh_(std::move(weigh)) {}

    routing::Grant request_external(const Candidate& candidate, routing::ExternalClaim claim) {
        claim.weight = weigh_(&candidate);
        if (mode_ == ShareMode::peek) return grant_ = share_.would_grant(claim);
        ticket_ = share_.decide(claim);
        return grant_ = ticket_->grant;
    }
    routing::Grant grant() const { return grant_; }

    /// Numbers the query if the policy never asked.
    routing::LocalShare::Ticket settle(const RoutePlan& plan) {
        if (mode_ == ShareMode::peek) return {};
        const bool external =
            !plan.candidates.empty() && plan.candidates.front().locality == Locality::external;
        if (!ticket_) {
            const routing::ShareWeight weight =
                weigh_(plan.candidates.empty() ? nullptr : &plan.candidates.front());
            ticket_ = external ? share_.record(true, weight)
                               : share_.decide(routing::ExternalClaim{false, {}, weight});
        }
        // Granted, and yet the plan begins locally: the place goes back.
        if (ticket_->external && !external) share_.give_back(*ticket_);
        return *ticket_;
    }

    void abandon() {
        if (ticket_ && ticket_->external) share_.give_back(*ticket_);
    }

private:
    routing::LocalShare& share_;
    ShareMode mode_;
    Weigh weigh_;
    std::optional<routing::LocalShare::Ticket> ticket_;
    routing::Grant grant_ = routing::Grant::not_asked;
};

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

}  // namespace

Result<RequestHints> RequestHints::read(const RequestContext& context) {
    RequestHints hints;
    auto fault = read_route(trim(context.header("x-router-route")), hints);
    if (!fault) fault = check_privacy(trim(context.header("x-router-privacy")));
    if (!fault) fault = read_type(trim(context.header("x-router-type")), hints);
    if (!fault) {
        fault = read_deadline(trim(context.header("x-router-deadline-ms")), context.arrived, hints);
    }
    if (fault) return *fault;
    hints.local_only = local_only_of(context);
    hints.body = context.body();
    hints.key_id = context.key_id;
    hints.session = repair_utf8(trim(context.header("x-router-session")).substr(0, 128));
    return hints;
}

Result<Decision> decide(Worker& worker, const ChatRequest& request, const RequestHints& hints,
                        ShareMode mode) {
    Services& services = worker.services();
    const Config& config = *worker.config();
    const routing::ModelCatalog& catalog = worker.landscape()->catalog;

    auto model = routing::interpret_model(request.model, config, catalog, *services.prices);
    if (!model) return model.error();

    Decision decision;
    const auto& features = decision.features = classifier::extract_features(request);
    classifier::Hints type_hints;
    // What an embedding is the endpoint says.
    if (!is_embedding(request.operation))
        type_hints.type = hints.type ? hints.type : routing::asked_type(*model);
    decision.classification = classifier::classify(features, type_hints);
    decision.input_tokens = features.estimated_tokens;
    decision.routed = model->automatic;
    decision.message_count = request.messages.size();
    look_up_conversation(worker, request, hints, decision);

    routing::RouteQuery query;
    query.model = request.model;
    query.operation = request.operation;
    query.classification = decision.classification;
    query.estimated_input_tokens = features.estimated_tokens;
    query.max_output_tokens = request.max_output_tokens.value_or(0);
    query.has_images = request.image_count > 0;
    query.has_tools = request.tool_count > 0;
    query.forced = hints.route;
    query.local_only = hints.local_only;
    // Who asks for a type asks for its model.
    const bool stays = decision.conversation && decision.conversation->home && !type_hints.type;
    if (stays) query.conversation = &*decision.conversation->home;

    ShareAccess share(*services.share, mode, [&](const Candidate* candidate) {
        return share_weight(worker, request, hints, candidate, features.estimated_tokens);
    });
    const SteadyTime now = steady_now();
    if (hints.answer_by) {
        query.time_left =
            std::max(std::chrono::duration_cast<std::chrono::milliseconds>(*hints.answer_by - now),
                     std::chrono::milliseconds(0));
    }
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
    auto plan = routing::plan_route(*model, query, context);
    if (!plan) {
        share.abandon();
        return plan.error();
    }
    decision.plan = std::move(*plan);
    if (is_embedding(request.operation) && model->baseline_model.empty()) {
        decision.plan.baseline_model = kEmbeddingBaseline;
    }
    decision.grant = share.grant();
    decision.ticket = share.settle(decision.plan);
    decision.plan.decision_seq = decision.ticket.seq;
    return decision;
}

}  // namespace llmr::daemon
