#include "daemon/share_history.hpp"

#include "routing/policy.hpp"

namespace llmr::daemon {

routing::ShareHistory share_history(const storage::LedgerShareHistory& stored,
                                    const Config& config) {
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
    return history;
}

}  // namespace llmr::daemon
