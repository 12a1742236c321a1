#include "daemon/recorded_queries.hpp"

namespace llmr::daemon {

routing::RecordedQuery& RecordedQueries::query_of(const storage::AttemptRow& row) {
    const auto [at, added] = by_seq_.try_emplace(row.decision_seq, queries_.size());
    if (added) {
        queries_.emplace_back().seq = row.decision_seq;
        last_attempt_.push_back(0);
    }
    return queries_[at->second];
}

std::uint32_t RecordedQueries::number_of(const std::string& model) {
    const auto next = static_cast<std::uint32_t>(models_.size());
    const auto [at, added] = model_numbers_.try_emplace(model, next);
    if (added) models_.push_back(model);
    return at->second;
}

void RecordedQueries::add(const storage::AttemptRow& row) {
    if (row.status == AttemptStatus::open) return;
    routing::RecordedQuery& query = query_of(row);
    int& last = last_attempt_[by_seq_.at(row.decision_seq)];
    const bool outside = row.locality == Locality::external;
    query.external = query.external || outside || !row.query_local;
    query.fell_back = query.fell_back || (outside && row.fallback);
    query.cost += row.cost.value_or(0);
    query.cost_unknown = query.cost_unknown || !row.cost;
    if (row.baseline) query.baseline = query.baseline.value_or(0) + *row.baseline;
    if (row.attempt == 1) query.choice = routing::recorded_choice(row.reason);
    if (row.attempt < last) return;
    last = row.attempt;
    query.started_ms = row.started_ms;
    query.type = row.type;
    query.complexity = row.complexity;
    query.score = row.score;
    query.model = number_of(row.model);
    query.usage = row.usage;
}

}  // namespace llmr::daemon
