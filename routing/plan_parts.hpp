#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "routing/local_candidates.hpp"
#include "routing/policy.hpp"

/// What the routed and the named plan are made of.
namespace llmr::routing {

std::string upstream_name(const RouteContext& context, std::size_t index);
bool is_healthy(const RouteContext& context, const Candidate& candidate);
Candidate candidate_of(const LocalModel& model, const RouteContext& context, std::string why);
Skipped skipped_of(const Candidate& candidate, std::string why);

/// Where a routed query may go when it goes external, best first: the configured models, on their
/// servers or on an Ollama that runs them in its cloud.
std::vector<Candidate> external_targets(const RouteContext& context);

/// A configured server nearby that is no Ollama; asked only when no Ollama can fill the role.
std::optional<Candidate> local_stand_in(const RouteContext& context);

/// Best first: in memory, then the least loaded, then in the order they had.
void order_hosts(std::vector<const LocalModel*>& hosts, const RouteContext& context);

/// Skips the local candidates that are not expected to begin in the time the query has left. If
/// there were some and none is left: what the client is told.
std::optional<Error> drop_late(std::vector<Candidate>& candidates, const RouteQuery& query,
                               const RouteContext& context, RoutePlan& plan);

/// " (LLM_PRIVACY=local-only)"; empty where nothing demands it.
std::string because_of(LocalOnly rule);

/// In the words OpenAI uses, which clients look for.
Error context_exceeded(std::int64_t longest_context, std::int64_t input_tokens);

/// The plan for a query whose model is ours to choose.
Result<RoutePlan> plan_routed(const ModelRequest& request, const RouteQuery& query,
                              const RouteContext& context);

/// The plan for a model that the client named: that model on every server that has it.
Result<RoutePlan> plan_named(const ModelRequest& request, const RouteQuery& query,
                             const RouteContext& context);

}  // namespace llmr::routing
