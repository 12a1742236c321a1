#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"
#include "routing/local_candidates.hpp"
#include "routing/plan_parts.hpp"
#include "routing/policy.hpp"

namespace llmr::routing {

/// One routed (not named) query on its way to a plan; behind plan_routed. It borrows what it was
/// made of, and is used once.
class RoutedPlan {
public:
    RoutedPlan(const ModelRequest& request, const RouteQuery& query, const RouteContext& context);
    /// Errors: why nothing can answer, or why nothing can in time.
    Result<RoutePlan> make();

private:
    static constexpr std::string_view kCircuitOpen = "circuit open";

    // what can answer locally (routed_plan.cpp)
    bool lacks_ability() const;
    void find_locals();
    void follow_conversation();
    void stay_local(Candidate home);

    // may it go external (routed_external.cpp)
    bool fallback_possible() const;
    bool needs_external() const;
    bool wants_external() const;
    bool refused() const { return grant_ == Grant::used_up || grant_ == Grant::below_cut; }
    void note_external_wish();
    bool serves(const Candidate& candidate) const;
    void choose_external();
    ExternalClaim claim() const;
    void ask_share();

    // in which order (routed_order.cpp)
    void skip(const Candidate& candidate, std::string_view why);
    void add_external(std::string why);
    void add_next_external();
    void add_locals();
    void add_roomier();
    void add_fallback();
    void limit_attempts(std::size_t most);

    // why, in words (routed_reason.cpp)
    std::string_view refusal() const;
    Error why_nothing() const;
    std::string reason() const;
    std::string local_reason() const;
    std::string parting() const;

    const RouteQuery& query_;
    const RouteContext& context_;
    LocalNeeds needs_;
    QueryType type_;
    QueryType role_;
    bool asked_local_ = false;     ///< by the client, in the same places as
    bool asked_external_ = false;  ///< by the client, in a header or the model's name
    bool stays_local_ = false;
    Grant grant_ = Grant::not_asked;
    std::string budget_;  ///< why it cannot be paid
    bool fallback_first_ = false;
    std::optional<Error> late_;           ///< set: local servers work, and none can begin in time
    std::optional<Locality> stays_with_;  ///< where the model is that the conversation is with
    std::string left_;                    ///< why the conversation leaves it
    std::vector<Candidate> externals_;    ///< best first
    std::optional<Candidate> external_;   ///< the one that is asked for
    std::optional<Candidate> next_external_;  ///< after it, if it fails
    LocalPick local_;
    std::vector<Candidate> healthy_;
    std::vector<Candidate> failing_;  ///< local, breaker open
    RoutePlan plan_;
};

}  // namespace llmr::routing
