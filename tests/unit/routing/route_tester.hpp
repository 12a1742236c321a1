#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "routing/policy.hpp"
#include "tests/unit/routing/fixtures.hpp"

namespace llmr::routing::fixtures {

/// Plans queries against a small installation, and writes plans as one line.
class RouteTester {
public:
    explicit RouteTester(std::vector<LocalModel> models = default_models(), Config from = config())
        : config_(std::move(from)), catalog_(std::move(models), config_) {}

    bool grants = false;            ///< what the share answers
    std::set<std::string> failing;  ///< "upstream/model" whose breaker is open
    Grant refusal = Grant::used_up;
    int asked = 0;                      ///< times the share was asked
    std::optional<double> asked_score;  ///< what competed, the last time

    std::map<std::string, ModelView> views;  ///< by "upstream/model"

    Result<RoutePlan> plan(const RouteQuery& query) {
        RouteContext context{config_, catalog_, prices_, {}, {}};
        context.healthy = [this](std::size_t upstream_index, std::string_view name) {
            return failing.count(config_.upstreams[upstream_index].name + "/" +
                                 std::string(name)) == 0;
        };
        context.request_external = [this](const Candidate&, const ExternalClaim& claim) {
            ++asked;
            asked_score = claim.score;
            return grants ? Grant::granted : refusal;
        };
        context.view = [this](std::size_t upstream_index, std::string_view name) {
            const auto found =
                views.find(config_.upstreams[upstream_index].name + "/" + std::string(name));
            return found == views.end() ? ModelView{} : found->second;
        };
        return plan_route(query, context);
    }

    /// "ollama/mistral:7b openai/gpt-4o-mini"; an error as its code.
    std::string route(const RouteQuery& query) {
        const Result<RoutePlan> made = plan(query);
        if (!made) return std::string(code_string(made.error().code));
        std::string text;
        for (const Candidate& candidate : made->candidates) {
            text += (text.empty() ? "" : " ") + candidate.upstream + "/" + candidate.model;
        }
        return text;
    }

    /// Why a pair was skipped; empty if it was not.
    static std::string skipped(const RoutePlan& plan, const std::string& upstream,
                               const std::string& name) {
        for (const Skipped& entry : plan.skipped) {
            if (entry.upstream == upstream && entry.model == name) return entry.why;
        }
        return {};
    }

private:
    Config config_;
    ModelCatalog catalog_;
    PriceBook prices_ = *PriceBook::parse("gpt-4o\t2.5\t10\t-\t-\ngpt-4o-mini\t0.15\t0.6\t-\t-\n");
};

inline RouteQuery query(QueryType type, int complexity, std::string_view name = "auto") {
    RouteQuery result;
    result.model = name;
    result.classification.type = type;
    result.classification.complexity = complexity;
    result.estimated_input_tokens = 100;
    if (type == QueryType::embedding) result.operation = Operation::embed;
    return result;
}

inline Config with_fallback(FallbackPolicy policy, Config from = config()) {
    from.fallback_policy = policy;
    return from;
}

}  // namespace llmr::routing::fixtures
