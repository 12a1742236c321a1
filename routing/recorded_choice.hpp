#pragma once

#include <cstdint>
#include <string_view>

namespace llmr::routing {

/// How free the router was when it placed a query.
enum class Choice : std::uint8_t {
    routed,       ///< free: its score competes for the allowance
    stays_local,  ///< the client, the operator or its kind keeps it local
    must_leave,   ///< the client wants it outside, or no local model can answer it
    named         ///< the client named the model
};

/// The words by which a route's reason says that the router was not free. plan_route writes them,
/// `recorded_choice` reads them in the ledger.
namespace reason_words {
inline constexpr std::string_view kNamed = " was asked for by name";
inline constexpr std::string_view kStaysLocal = "; stays local";
inline constexpr std::string_view kExternalAsked = "external asked for";
inline constexpr std::string_view kNoLocalModelCan = "no local model can ";
}  // namespace reason_words

/// Of a query's first attempt, by its recorded reason. Pure.
Choice recorded_choice(std::string_view reason);

}  // namespace llmr::routing
