// Why a routed query goes where it goes, in words.
#include <string>
#include <utility>

#include "routing/recorded_choice.hpp"
#include "routing/routed_plan.hpp"

namespace llmr::routing {
namespace {

constexpr std::string_view kUsedUp = "local share: allowance used up";
constexpr std::string_view kBelowCut = "local share: kept for queries that gain more";

std::string ability(const RouteQuery& query) {
    if (query.has_images && query.has_tools) return "see images and call tools";
    if (query.has_images) return "see images";
    if (query.has_tools) return "call tools";
    return "hold the prompt";
}

}  // namespace

std::string_view RoutedPlan::refusal() const {
    return grant_ == Grant::below_cut ? kBelowCut : kUsedUp;
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
    if (asked_external_)
        return head + std::string(reason_words::kExternalAsked) + ", allowance granted";
    if (lacks_ability()) {
        return head + std::string(reason_words::kNoLocalModelCan) + ability(query_) +
               ", external allowance granted";
    }
    if (late_) {
        return head + std::string(reason_words::kNoLocalModelCan) +
               "begin in time, external allowance granted";
    }
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
    if (asked_local_ || query_.local_only != LocalOnly::no)
        text += std::string(reason_words::kStaysLocal) + because_of(query_.local_only);
    text += parting();
    if (!is_healthy(context_, first)) text += "; its circuit is open, tried for want of another";
    return text;
}

}  // namespace llmr::routing
