#pragma once

#include <cstdint>

#include "classifier/scan.hpp"

namespace llmr::classifier {

/// One user turn, its request told apart from the text supplied with it.
struct Turn {
    Sentence ask;                      ///< the sentences that say what is wanted
    Sentence total;                    ///< all of the turn
    std::uint32_t supplied_words = 0;  ///< pasted, quoted or fenced, beyond the request
    std::uint32_t questions = 0;
    std::uint32_t requests = 0;
    std::uint32_t sentences = 0;
    std::uint32_t lines = 0;
    std::uint32_t options = 0;
    std::uint32_t fences = 0;
    std::uint32_t fence_words = 0;
    std::uint32_t short_quotes = 0;
    bool asks_question = false;
    bool follows = false;  ///< there is a turn before it
    bool latex = false;
    bool arithmetic = false;
};

/// Finds the request: the opening lines, the closing question, or both. What follows a colon,
/// stands in quotation marks or code fences, or lies between the two is supplied text.
Turn read_turn(const Scan& scan);

/// Whether the turn only makes sense after another: "now in Python", "shorter please", "why?".
bool leans_on_context(const Turn& turn);

}  // namespace llmr::classifier
