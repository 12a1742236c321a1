#include <algorithm>
#include <utility>
#include <vector>

#include "routing/local_candidates.hpp"
#include "routing/local_home.hpp"
#include "routing/plan_parts.hpp"

namespace llmr::routing {
namespace {

constexpr std::string_view kCircuitOpen = "circuit open";
constexpr std::string_view kUsedUp = "local share: allowance used up";
constexpr std::string_view kBelowCut = "local share: kept for queries that gain more";

std::string ability(const RouteQuery& query) {
    if (query.has_images && query.has_tools) return "see images and call tools";
    if (query.has_images) return "see images";
    if (query.has_tools) return "call tools";
    return "hold the prompt";
}

/// One routed (not named) query on its way to a plan.
class RoutedPlan {
public:
    RoutedPlan(const ModelRequest& request, const RouteQuery& query, const RouteContext& context);
    Result<RoutePlan> make();

private:
    bool lacks_ability() const;
    bool fallback_possible() const;
    bool needs_external() const;
    bool wants_external() const;
    bool refused() const { return grant_ == Grant::used_up || grant_ == Grant::below_cut; }
    std::string_view refusal() const { return grant_ == Grant::below_cut ? kBelowCut : kUsedUp; }
    void find_locals();
    void follow_conversation();
    void stay_local(Candidate home);
    void ask_share();
    void add_external(std::string why);
    void add_locals();
    void add_roomier();
    void add_fallback();
    void limit_attempts(std::size_t most);
    Error why_nothing() const;
    std::string reason() const;
    std::string local_reason() const;
    std::string parting() const;
    void skip(const Candidate& candidate, std::string_view why) {
        plan_.skipped.push_back(skipped_of(candidate, std::string(why)));
    }

    const RouteQuery& query_;
    const RouteContext& context_;
    LocalNeeds needs_;
    QueryType type_;
    QueryType role_;
    bool asked_external_ = false;  ///< by the client, in a header or the model's name
    bool stays_local_ = false;
    Grant grant_ = Grant::not_asked;
    std::string budget_;  ///< why it cannot be paid
    bool fallback_first_ = false;
    std::optional<Error> late_;           ///< set: local servers work, and none can begin in time
    std::optional<Locality> stays_with_;  ///< where the model is that the conversation is with
    std::string left_;                    ///< why the conversation leaves it
    std::optional<Candidate> external_;
    LocalPick local_;
    std::vector<Candidate> healthy_;
    std::vector<Candidate> failing_;  ///< local, breaker open
    RoutePlan plan_;
};

RoutedPlan::RoutedPlan(const ModelRequest& request, const RouteQuery& query,
                       const RouteContext& context)
    : query_(query), context_(context) {
    const bool embed = is_embedding(query.operation);
    type_ = embed ? QueryType::embedding : request.type.value_or(query.classification.type);
    role_ = type_;
    if (!context.config.routing_enabled && !embed && !request.type) role_ = QueryType::simple;
    const bool asked_local = query.forced == Locality::local || request.locality == Locality::local;
    asked_external_ = !asked_local && (query.forced == Locality::external ||
                                       request.locality == Locality::external);
    stays_local_ = query.local_only != LocalOnly::no || asked_local ||
                   type_ == QueryType::embedding || (type_ == QueryType::code && !asked_external_);
    if (!stays_local_) external_ = external_target(context);

    needs_.role = role_;
    needs_.images = query.has_images && !embed;
    needs_.tools = query.has_tools && !embed;
    needs_.input_tokens = embed ? 0 : query.estimated_input_tokens;
    local_ = pick_local(context.catalog, needs_);
}

/// A local model fills the role, and none that is installed can serve this query.
bool RoutedPlan::lacks_ability() const {
    return local_.lack != Lack::none && local_.lack != Lack::model;
}

/// May the query go external because local servers fail?
bool RoutedPlan::fallback_possible() const {
    return external_ && type_ != QueryType::code && !lacks_ability() &&
           context_.config.fallback_policy != FallbackPolicy::never;
}

/// An external place is not a matter of how much the query gains from it.
bool RoutedPlan::needs_external() const {
    if (asked_external_ || lacks_ability() || late_) return true;
    // A fallback that needs the share's leave and would be the first to be tried asks at once.
    return healthy_.empty() && fallback_possible();
}

bool RoutedPlan::wants_external() const {
    if (stays_local_ || stays_with_ == Locality::local) return false;
    if (needs_external() || stays_with_ == Locality::external) return true;
    return competes(type_, query_.classification.complexity, context_.config);
}

void RoutedPlan::find_locals() {
    for (const LocalPick::Passed& passed : local_.passed_over) {
        skip(candidate_of(*passed.model, context_, {}), passed.why);
    }
    const std::string why = "model for " + std::string(to_string(role_)) + " queries";
    std::vector<Candidate> locals;
    order_hosts(local_.hosts, context_);
    for (const LocalModel* host : local_.hosts) {
        locals.push_back(candidate_of(*host, context_, why));
    }
    if (local_.lack == Lack::model && type_ != QueryType::embedding) {
        if (auto server = local_stand_in(context_)) locals.push_back(std::move(*server));
    }
    for (Candidate& candidate : locals) {
        auto& list = is_healthy(context_, candidate) ? healthy_ : failing_;
        list.push_back(std::move(candidate));
    }
    late_ = drop_late(healthy_, query_, context_, plan_);
}

void RoutedPlan::follow_conversation() {
    const ConversationHome* const home = query_.conversation;
    if (home == nullptr || type_ == QueryType::embedding || !context_.config.routing_enabled)
        return;
    if (home->locality == Locality::external) {
        const bool there = external_ && external_->upstream_index == home->place.upstream_index &&
                           external_->model == home->place.model;
        if (there) {
            stays_with_ = Locality::external;
        } else {
            left_ = stays_local_ ? "this query stays local" : "it is not configured any more";
        }
        return;
    }
    left_ = asked_external_ && external_ ? "external asked for"
                                         : why_leaves_local(*home, query_.classification.complexity,
                                                            needs_, healthy_, context_);
    if (left_.empty()) stay_local(home_candidate(*home, context_));
}

/// Before what would be tried otherwise.
void RoutedPlan::stay_local(Candidate home) {
    stays_with_ = Locality::local;
    std::erase_if(healthy_, [&](const Candidate& candidate) {
        return candidate.upstream_index == home.upstream_index && candidate.model == home.model;
    });
    healthy_.insert(healthy_.begin(), std::move(home));
}

void RoutedPlan::ask_share() {
    if (asked_external_ && stays_local_) {
        plan_.skipped.push_back(
            {"external", {}, "this query must stay local" + because_of(query_.local_only)});
    } else if (asked_external_ && !external_) {
        plan_.skipped.push_back({"external", {}, "no external upstream is configured"});
    }
    if (!external_) return;
    const bool sound = is_healthy(context_, *external_);
    const bool anything_local = !healthy_.empty() || !failing_.empty();
    fallback_first_ = healthy_.empty() && !late_ && fallback_possible() &&
                      (sound || !anything_local) &&
                      context_.config.fallback_policy == FallbackPolicy::always;
    if (fallback_first_ || !wants_external()) return;
    if (!sound && anything_local) {
        skip(*external_, kCircuitOpen);
        return;
    }
    budget_ = context_.unaffordable ? context_.unaffordable(*external_) : std::string();
    if (!budget_.empty()) {
        skip(*external_, budget_);
        return;
    }
    ExternalClaim claim{true, {}};
    if (!needs_external()) {
        claim.score = query_.classification.score;
        // The conversation earned its place with its first query: what follows is often short.
        if (stays_with_ == Locality::external) {
            claim.score = std::max(*claim.score, query_.conversation->score);
        }
    }
    grant_ =
        context_.request_external ? context_.request_external(*external_, claim) : Grant::used_up;
    plan_.external_reserved = grant_ == Grant::granted;
    if (refused()) skip(*external_, refusal());
}

void RoutedPlan::add_external(std::string why) {
    plan_.candidates.push_back(*external_);
    plan_.candidates.back().why = std::move(why);
}

/// Servers whose breaker is open are tried only when there is nothing else.
void RoutedPlan::add_locals() {
    const bool needed = plan_.candidates.empty() && healthy_.empty();
    for (Candidate& candidate : healthy_)
        plan_.candidates.push_back(std::move(candidate));
    for (Candidate& candidate : failing_) {
        if (needed) {
            plan_.candidates.push_back(std::move(candidate));
        } else {
            skip(candidate, kCircuitOpen);
        }
    }
}

/// Tokens are estimated here: a prompt that fills half of the context or more may exceed it.
void RoutedPlan::add_roomier() {
    if (plan_.candidates.empty() || plan_.candidates.front().locality != Locality::local) return;
    const std::int64_t context = plan_.candidates.front().context_length;
    if (needs_.input_tokens == 0 || needs_.input_tokens * 2 < context) return;
    LocalNeeds needs = needs_;
    needs.input_tokens = context + 1;
    for (const LocalModel* host : pick_local(context_.catalog, needs).hosts) {
        Candidate candidate = candidate_of(*host, context_, "if the prompt does not fit");
        if (context == 0 || !is_healthy(context_, candidate)) continue;
        // Behind a conversation's own model it may stand in line already.
        const bool in_line = std::any_of(
            plan_.candidates.begin(), plan_.candidates.end(), [&](const Candidate& other) {
                return other.upstream_index == candidate.upstream_index &&
                       other.model == candidate.model;
            });
        if (in_line) return;
        candidate.only_if_too_long = true;
        plan_.candidates.push_back(std::move(candidate));
        return;
    }
}

/// Last in line; the share is asked, or told, when its turn comes. So never first here.
void RoutedPlan::add_fallback() {
    const bool there = plan_.external_reserved || fallback_first_;
    if (there || plan_.candidates.empty() || !fallback_possible()) return;
    if (is_healthy(context_, plan_.candidates.front()) && !is_healthy(context_, *external_)) {
        if (plan_.skipped.empty() || plan_.skipped.back().why != kCircuitOpen) {
            skip(*external_, kCircuitOpen);
        }
        return;
    }
    limit_attempts(kMaxAttempts - 1);
    add_external("fallback if local fails");
}

void RoutedPlan::limit_attempts(std::size_t most) {
    while (plan_.candidates.size() > most) {
        skip(plan_.candidates.back(), "attempt limit");
        plan_.candidates.pop_back();
    }
}

Error RoutedPlan::why_nothing() const {
    const std::string elsewhere =
        !budget_.empty() ? "; " + budget_
        : stays_local_   ? ", and this query stays local" + because_of(query_.local_only)
        : refused()      ? ", and the external allowance is used up"
                         : ", and no external upstream is configured";
    switch (local_.lack) {
        case Lack::vision:
            return Error(Errc::invalid_parameter, "no installed model can see images" + elsewhere,
                         "messages");
        case Lack::tools:
            return Error(Errc::no_upstream, "no installed model can " + ability(query_) + elsewhere,
                         "tools");
        case Lack::context:
            return context_exceeded(local_.longest_context, query_.estimated_input_tokens);
        case Lack::model:
        case Lack::none:
            break;
    }
    std::string note = context_.catalog.role(role_).note;
    if (note.empty()) note = "no model can answer this query";
    if (refused()) note += "; " + std::string(refusal());
    if (query_.local_only != LocalOnly::no) {
        note += "; this query stays local" + because_of(query_.local_only);
    }
    return Error(Errc::no_upstream, std::move(note));
}

std::string RoutedPlan::reason() const {
    const std::string head = std::string(to_string(type_)) + " " +
                             std::to_string(query_.classification.complexity) + ": ";
    if (fallback_first_) {
        return head + "no local model is available, falling back to " +
               plan_.candidates.front().upstream;
    }
    if (!plan_.external_reserved) return head + local_reason();
    if (asked_external_) return head + "external asked for, allowance granted";
    if (lacks_ability()) {
        return head + "no local model can " + ability(query_) + ", external allowance granted";
    }
    if (late_) return head + "no local model can begin in time, external allowance granted";
    if (stays_with_ == Locality::external) {
        return head + "the conversation stays with " + plan_.candidates.front().model +
               ", external allowance granted";
    }
    return head + "external allowance granted" + parting();
}

/// "; the conversation leaves mistral:7b: complexity rose from 4 to 8"; empty if it does not.
std::string RoutedPlan::parting() const {
    if (query_.conversation == nullptr || (left_.empty() && !stays_with_)) return {};
    if (left_.empty() && stays_with_ == plan_.candidates.front().locality) return {};
    std::string text = "; the conversation leaves " + query_.conversation->place.model;
    if (!left_.empty()) text += ": " + left_;
    return text;
}

std::string RoutedPlan::local_reason() const {
    const Candidate& first = plan_.candidates.front();
    const RoleChoice& role = context_.catalog.role(role_);
    std::string text;
    if (stays_with_ == Locality::local) {
        text = "the conversation stays with " + first.model;
    } else if (local_.substitute) {
        text = first.model + " is the local model that can " + ability(query_);
    } else if (role.replaced || local_.lack == Lack::model) {
        text = role.note;
    } else {
        text = first.model + " is the model for " + std::string(to_string(role_)) + " queries";
    }
    if (refused()) text += "; " + std::string(refusal());
    if (!budget_.empty()) text += "; " + budget_;
    if (query_.local_only != LocalOnly::no) text += "; stays local" + because_of(query_.local_only);
    text += parting();
    if (!is_healthy(context_, first)) text += "; its circuit is open, tried for want of another";
    return text;
}

Result<RoutePlan> RoutedPlan::make() {
    find_locals();
    follow_conversation();
    ask_share();
    if (late_ && !plan_.external_reserved) return *late_;
    if (plan_.external_reserved) add_external("external allowance");
    if (fallback_first_) add_external("no local model is available");
    add_locals();
    add_roomier();
    add_fallback();
    limit_attempts(kMaxAttempts);
    if (plan_.candidates.empty()) return why_nothing();
    plan_.reason = reason();
    return std::move(plan_);
}

}  // namespace

Result<RoutePlan> plan_routed(const ModelRequest& request, const RouteQuery& query,
                              const RouteContext& context) {
    return RoutedPlan(request, query, context).make();
}

}  // namespace llmr::routing
