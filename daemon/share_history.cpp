#include "daemon/share_history.hpp"

#include "routing/policy.hpp"

namespace llmr::daemon {
namespace {

std::int64_t weight_of(const storage::LedgerShareHistory::Decision& decision, ShareUnit unit) {
    if (unit == ShareUnit::tokens) return decision.tokens;
    return decision.external ? decision.cost_pico : decision.baseline_pico;
}

routing::WeightedShare::Sums sums_of(const storage::Stats& stats, ShareUnit unit) {
    const auto tokens = [](const storage::GroupTotals& group) {
        return group.input_tokens + group.output_tokens;
    };
    if (unit == ShareUnit::tokens) {
        const std::int64_t external = tokens(stats.external);
        return {tokens(stats.local) + external, external};
    }
    return {stats.local.baseline_pico + stats.external.cost_pico, stats.external.cost_pico};
}

}  // namespace

routing::ShareHistory share_history(const storage::LedgerShareHistory& stored, const Config& config,
                                    const storage::Stats& stats) {
    routing::ShareHistory history;
    history.total = stored.total;
    history.external = stored.external;
    history.last_seq = stored.last_seq;
    for (const auto& decision : stored.recent) {
        history.recent_external.push_back(decision.external);
        std::optional<double> score;
        if (routing::competes(decision.type, decision.complexity, config)) score = decision.score;
        history.recent_scores.push_back(score);
    }
    if (config.share_unit == ShareUnit::queries) return history;
    history.weights.emplace();
    history.weights->all = sums_of(stats, config.share_unit);
    for (const auto& decision : stored.recent)
        history.weights->recent.push_back(
            {weight_of(decision, config.share_unit), decision.external});
    return history;
}

}  // namespace llmr::daemon
