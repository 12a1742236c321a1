#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "classifier/features.hpp"

namespace llmr::classifier {

/// What the features add up to, each in words a person would use (signal_words.cpp holds the
/// wording).
enum class Signal : std::uint8_t {
    writes_program,
    code_verb,
    code_terms,
    code_words,
    code_text,
    code_fence,
    summarizes,
    summarizes_text,
    extracts,
    extracts_text,
    lists_entities,
    asks_of_text,
    has_supplied,
    writes_prose,
    weighty_essay,
    plays_role,
    advises,
    explains,
    asks_how_or_why,
    asks_how_of_code,
    rewrites,
    translates,
    translates_line,
    proves,
    compares,
    plans,
    weighs,
    word_problem,
    formal_maths,
    logic_puzzle,
    arithmetic,
    asks_fact,
    greets,
    defines,
    errand,
    yes_no,
    multiple_choice,
    short_bare,
    long_bare,
    many_parts,
    wants_json,
    system_extracts,
    continues_earlier,
    count_
};
inline constexpr std::size_t kSignals = static_cast<std::size_t>(Signal::count_);

/// How strongly each signal is there: 0 not at all, 1 plainly, at most 2.
class Signals {
public:
    float& operator[](Signal s) { return strength_[static_cast<std::size_t>(s)]; }
    float operator[](Signal s) const { return strength_[static_cast<std::size_t>(s)]; }

private:
    std::array<float, kSignals> strength_{};
};

/// The signals of one turn by itself.
Signals read_signals(const Turn& turn);
/// Adds what the request says around its last turn: system prompt, requested format.
void add_request_signals(Signals& signals, const Features& features);

}  // namespace llmr::classifier
