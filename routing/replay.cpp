#include "routing/replay.hpp"

#include <algorithm>

#include "routing/policy.hpp"

namespace llmr::routing {
namespace {

class Replay {
public:
    Replay(const Config& config, const ExternalPrice& price)
        : config_(config),
          price_(price),
          share_(config.local_threshold, config.local_window, empty_history(config)) {}

    ReplayedQuery route(const RecordedQuery& query) {
        const std::optional<PicoUsd> cost_outside = price_(query);
        const bool external = place(query, weigh(query, cost_outside));
        const ReplayedQuery done{&query, external, external != query.external};
        add(result_.recorded, query, query.external, recorded_cost(query));
        add(result_.replayed, query, external,
            external     ? cost_outside
            : done.moved ? PicoUsd{0}
                         : recorded_cost(query));
        result_.moved_to_local += done.moved && !external;
        result_.moved_to_external += done.moved && external;
        if (result_.first_ms == 0 || query.started_ms < result_.first_ms)
            result_.first_ms = query.started_ms;
        result_.last_ms = std::max(result_.last_ms, query.started_ms);
        return done;
    }
    const ReplayResult& result() const { return result_; }

private:
    static ShareHistory empty_history(const Config& config) {
        ShareHistory history;
        if (config.share_unit != ShareUnit::queries) history.weights.emplace();
        return history;
    }

    static std::optional<PicoUsd> recorded_cost(const RecordedQuery& query) {
        if (query.cost_unknown) return std::nullopt;
        return query.cost;
    }

    /// What is recorded takes the place of what was estimated when the query came.
    ShareWeight weigh(const RecordedQuery& query, std::optional<PicoUsd> cost_outside) const {
        const std::int64_t tokens = query.usage.input_total() + query.usage.output_total();
        switch (config_.share_unit) {
            case ShareUnit::queries:
                break;
            case ShareUnit::tokens:
                return {tokens, tokens};
            case ShareUnit::cost:
                return {query.baseline.value_or(0), cost_outside.value_or(0)};
        }
        return {};
    }

    /// Takes or gives a place as the router would; whether the query ends outside.
    bool place(const RecordedQuery& query, const ShareWeight& weight) {
        if (query.choice == Choice::named) return share_.record(query.external, weight).external;
        ExternalClaim claim;
        claim.weight = weight;
        // An ability that no local model has is none by other settings either.
        if (query.choice == Choice::must_leave) {
            claim.wants = true;
        } else if (query.choice == Choice::routed &&
                   competes(query.type, query.complexity, config_)) {
            claim.wants = true;
            claim.score = query.score;
        }
        LocalShare::Ticket ticket = share_.decide(claim);
        if (ticket.external || !query.fell_back) return ticket.external;
        // The local model failed then and would have failed again.
        if (config_.fallback_policy == FallbackPolicy::never) return false;
        return share_.move_external(ticket, config_.fallback_policy == FallbackPolicy::allowance);
    }

    static void add(ReplayTotals& totals, const RecordedQuery& query, bool external,
                    std::optional<PicoUsd> cost) {
        ++totals.queries;
        totals.external += external;
        totals.unpriced += !cost;
        totals.cost += cost.value_or(0);
        totals.baseline += query.baseline.value_or(0);
        if (cost && query.baseline) totals.savings += *query.baseline - *cost;
    }

    const Config& config_;
    const ExternalPrice& price_;
    LocalShare share_;
    ReplayResult result_;
};

}  // namespace

ReplayResult replay(std::vector<RecordedQuery>& queries, const Config& config,
                    const ExternalPrice& price,
                    const std::function<void(const ReplayedQuery&)>& each) {
    std::stable_sort(queries.begin(), queries.end(),
                     [](const RecordedQuery& a, const RecordedQuery& b) { return a.seq < b.seq; });
    Replay run(config, price);
    for (const RecordedQuery& query : queries) {
        const ReplayedQuery done = run.route(query);
        if (each) each(done);
    }
    return run.result();
}

}  // namespace llmr::routing
