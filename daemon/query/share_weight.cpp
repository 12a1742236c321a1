#include "daemon/query/share_weight.hpp"

#include <algorithm>

#include "daemon/query/budget_access.hpp"

namespace llmr::daemon {
namespace {

/// 1,000 USD, or 10^15 tokens: more than any query comes to, and sums of it do not overflow.
constexpr std::int64_t kMostWeight = 1'000'000'000'000'000;

/// The prompt at the price of the external model.
std::int64_t baseline_of(Worker& worker, std::int64_t input_tokens) {
    const auto* price =
        worker.services().prices->find(worker.config()->external_model(), {}, utc_ms());
    if (!price) return 0;
    Usage usage;
    usage.input_uncached = input_tokens;
    return cost_of(usage, *price);
}

routing::ShareWeight token_weight(Worker& worker, const ChatRequest& request,
                                  const RequestHints& hints, const Candidate* candidate,
                                  std::int64_t input_tokens) {
    routing::ShareWeight weight{input_tokens, kMostWeight};
    if (candidate == nullptr) return weight;
    const routing::TokenBound bound =
        worst_tokens(worker, request, hints.body, candidate->upstream_index, candidate->model);
    weight.external = std::min(kMostWeight, bound.input + bound.output);
    return weight;
}

routing::ShareWeight cost_weight(Worker& worker, const ChatRequest& request,
                                 const RequestHints& hints, const Candidate* candidate,
                                 std::int64_t input_tokens) {
    routing::ShareWeight weight{baseline_of(worker, input_tokens), kMostWeight};
    if (candidate == nullptr || candidate->locality == Locality::local) return weight;
    const auto bound = worst_case(worker, *worker.config(), request, hints.body,
                                  candidate->upstream_index, candidate->model, utc_ms());
    if (bound) weight.external = std::min(kMostWeight, bound->cost);
    return weight;
}

}  // namespace

std::string_view to_string(ShareUnit unit) {
    switch (unit) {
        case ShareUnit::queries:
            break;
        case ShareUnit::tokens:
            return "tokens";
        case ShareUnit::cost:
            return "cost";
    }
    return "queries";
}

routing::ShareWeight share_weight(Worker& worker, const ChatRequest& request,
                                  const RequestHints& hints, const Candidate* candidate,
                                  std::int64_t input_tokens) {
    switch (worker.config()->share_unit) {
        case ShareUnit::queries:
            break;
        case ShareUnit::tokens:
            return token_weight(worker, request, hints, candidate, input_tokens);
        case ShareUnit::cost:
            return cost_weight(worker, request, hints, candidate, input_tokens);
    }
    return {};
}

std::int64_t share_weight(const storage::AttemptRow& row, ShareUnit unit) {
    switch (unit) {
        case ShareUnit::queries:
            break;
        case ShareUnit::tokens:
            return std::min(kMostWeight, row.usage.input_total() + row.usage.output_total());
        case ShareUnit::cost:
            if (row.locality == Locality::local)
                return std::min(kMostWeight, row.baseline.value_or(0));
            return row.cost ? std::min(kMostWeight, *row.cost) : kMostWeight;
    }
    return 1;
}

}  // namespace llmr::daemon
