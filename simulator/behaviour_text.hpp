#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "simulator/behaviour.hpp"

namespace llmr::simulator {

/// Switches as they are written on a command line.
struct BehaviourText {
    std::string model;  ///< empty: for every model
    Behaviour behaviour;
};

/// Reads "first_token_ms=200,tokens_per_second=20,cut_after_bytes=100", or the same for one model,
/// "codellama:13b:first_token_ms=500". A boolean may stand alone ("omit_usage"). Values of texts
/// hold no comma. Errors: invalid_parameter, naming the key and for an unknown one the nearest
/// valid key; `param` is the key.
Result<BehaviourText> parse_behaviour(std::string_view text);

/// The switches that are on, in the form parse_behaviour reads; "off" if none is.
std::string describe(const Behaviour& behaviour);

}  // namespace llmr::simulator
