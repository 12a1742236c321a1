#include "routing/recorded_choice.hpp"

namespace llmr::routing {

Choice recorded_choice(std::string_view reason) {
    const auto says = [reason](std::string_view words) {
        return reason.find(words) != reason.npos;
    };
    if (says(reason_words::kNamed)) return Choice::named;
    if (says(reason_words::kStaysLocal)) return Choice::stays_local;
    if (says(reason_words::kExternalAsked) || says(reason_words::kNoLocalModelCan))
        return Choice::must_leave;
    return Choice::routed;
}

}  // namespace llmr::routing
