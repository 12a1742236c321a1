#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/config.hpp"
#include "core/error.hpp"
#include "core/local_only.hpp"
#include "core/types.hpp"
#include "routing/conversation.hpp"
#include "routing/local_share.hpp"
#include "routing/model_catalog.hpp"
#include "routing/model_name.hpp"
#include "routing/model_schedule.hpp"
#include "routing/price_book.hpp"

namespace llmr::routing {

/// Hard limit on attempts of one query.
inline constexpr std::size_t kMaxAttempts = 3;

/// What the policy needs to know of one query.
struct RouteQuery {
    std::string_view model;  ///< as the client wrote it
    Operation operation = Operation::chat;
    Classification classification;
    /// Compared with contexts, but for embeddings: there each input stands for itself.
    std::int64_t estimated_input_tokens = 0;
    std::int64_t max_output_tokens = 0;  ///< 0: not stated
    bool has_images = false;
    bool has_tools = false;
    std::optional<Locality> forced;        ///< x-router-route
    LocalOnly local_only = LocalOnly::no;  ///< what keeps it local; relaxes never
    /// Until the answer must have begun (x-router-deadline-ms).
    std::optional<std::chrono::milliseconds> time_left;
    /// The model that its conversation is with; null if it has none. Outlives the planning.
    const ConversationHome* conversation = nullptr;
};

/// The seams to the rest: all may be called while planning, none does I/O.
struct RouteContext {
    const Config& config;
    const ModelCatalog& catalog;
    const PriceBook& prices;
    /// Is the (upstream, model) pair worth trying now (breaker closed)? Empty: always.
    std::function<bool(std::size_t upstream_index, std::string_view model)> healthy = {};
    /// Asks the local share for a place at this external candidate. Called at most once, and only
    /// for a routed choice that wants to go external. Empty: never granted.
    std::function<Grant(const Candidate&, const ExternalClaim&)> request_external = {};
    /// Why this external candidate cannot be paid now; empty if it can. Asked before the share is.
    /// Empty function: everything can.
    std::function<std::string(const Candidate&)> unaffordable = {};
    /// How an upstream stands with a model now. Empty: as /api/ps last said, with no load.
    std::function<ModelView(std::size_t upstream_index, std::string_view model)> view = {};
};

/// The decision, the same for /router/explain and for dispatch. Pure but for `request_external`.
/// Every candidate considered is in the plan, chosen or skipped with its reason; there is always at
/// least one candidate.
/// `plan.external_reserved` is set when request_external granted. Images and tools need a model
/// that can handle them; a prompt beyond a model's context skips it. What no local model can serve
/// goes external if the share grants it, and is an error otherwise.
/// Embeddings never go external unless the client names such a model, code only if the client asks
/// for an external answer. local_only, `x-router-route: local` and auto:local never do.
/// A conversation stays with its model as long as that can serve it and the query is not much more
/// complex than the one it came with. With an external one it stays only if the share grants a
/// place, for which the better of both scores competes.
/// A model named by the client is tried wherever it is, and nothing else is.
/// Of several servers with the model those that have it in memory come first, of these the least
/// loaded. A server that is not expected to begin in `time_left` is skipped; if none is left, a
/// query that may leave goes external if the share grants it, and is refused otherwise.
/// Errors: model_not_found, invalid_parameter, context_length_exceeded, no_upstream,
/// external_not_allowed, deadline_exceeded (with when to come back).
Result<RoutePlan> plan_route(const RouteQuery& query, const RouteContext& context);
/// The same for a `query.model` that has been interpreted already.
Result<RoutePlan> plan_route(const ModelRequest& request, const RouteQuery& query,
                             const RouteContext& context);

/// Whether routed queries of this kind compete for the allowance by their score.
bool competes(QueryType type, int complexity, const Config& config);

/// The type that `x-router-type` or the model's name asks for, for the classifier's hints.
std::optional<QueryType> asked_type(const ModelRequest& request);

}  // namespace llmr::routing
