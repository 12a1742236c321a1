#include "classifier/weights.hpp"

#include <limits>

namespace llmr::classifier {
namespace {

using S = Signal;

// clang-format off
constexpr std::array<SignalWeights, kSignals> kTable{{
    //                        code  simple summ.  extr. medium complex
    {S::writes_program, "asks to write code",
         4.5, -1.0, -0.5,  0.0, -1.0, -0.5},
    {S::code_verb, "asks for work on code",
         3.0, -1.0,  0.0,  0.0, -0.5,  0.0},
    {S::code_terms, "programming terms",
         2.4,  0.0,  0.0,  0.0,  0.0,  0.0},
    {S::code_words, "words of programming",
         1.5,  0.0,  0.0,  0.0,  0.0,  0.0},
    {S::code_text, "code in the last turn",
         2.8, -0.5,  0.0,  0.0, -0.5, -0.5},
    {S::code_fence, "code fence in the last turn",
         2.5, -1.0,  0.0,  0.5,  0.0,  0.0},
    {S::summarizes, "asks for a summary",
         0.0,  0.0,  2.5,  0.0,  0.0,  0.0},
    {S::summarizes_text, "asks to summarize given text",
        -0.5, -1.0,  3.0,  0.0,  0.0,  0.0},
    {S::extracts, "asks to extract",
         0.0,  0.0,  0.0,  1.8,  0.0,  0.0},
    {S::extracts_text, "asks to extract from given text",
        -0.5, -1.0,  0.0,  2.2, -0.5,  0.0},
    {S::lists_entities, "asks for names, dates or the like in given text",
        -0.5, -1.0,  0.0,  2.5,  0.0,  0.0},
    {S::asks_of_text, "question about given text",
         0.0, -0.8,  0.0,  2.6,  0.0,  0.0},
    {S::has_supplied, "supplied text",
         0.0, -1.0,  0.6,  0.8,  0.2,  0.2},
    {S::writes_prose, "asks for a piece of writing",
        -1.0, -1.0,  0.0, -0.5,  3.2,  0.0},
    {S::weighty_essay, "essay that weighs a subject in depth",
         0.0, -0.5,  0.0,  0.0, -0.5,  2.5},
    {S::plays_role, "asks to play a role",
         0.0, -1.0,  0.0,  0.0,  2.5,  0.0},
    {S::advises, "asks for advice or ideas",
         0.0, -0.3,  0.0, -0.5,  2.2,  0.0},
    {S::explains, "asks for an explanation",
         0.0, -0.5,  0.0,  0.0,  2.2,  0.0},
    {S::asks_how_or_why, "asks how or why",
         0.6, -0.3,  0.0,  0.0,  1.6,  0.0},
    {S::asks_how_of_code, "asks how to do it in code",
         1.6, -0.5,  0.0,  0.0,  0.2,  0.0},
    {S::rewrites, "asks to rewrite",
         0.3, -0.5,  0.0, -0.5,  2.4,  0.0},
    {S::translates, "asks for a translation",
        -1.0,  0.0,  0.0, -0.5,  3.0,  0.0},
    {S::translates_line, "one line to translate",
        -1.0,  3.2,  0.0, -0.5,  0.6,  0.0},
    {S::proves, "asks to prove or derive",
         0.0, -1.0,  0.0,  0.0,  0.0,  3.2},
    {S::compares, "asks to compare or analyse",
         0.0, -0.5,  0.0, -0.5,  0.3,  2.8},
    {S::plans, "asks for a plan or design",
         0.3, -0.5,  0.0,  0.0,  0.8,  2.0},
    {S::weighs, "consequences and alternatives to weigh",
         0.0, -0.5,  0.0,  0.0,  0.3,  1.8},
    {S::word_problem, "quantities to be worked out",
        -0.3, -1.0, -0.5, -0.8, -0.5,  2.6},
    {S::formal_maths, "mathematics",
        -0.5, -0.3,  0.0, -0.5,  0.0,  2.6},
    {S::logic_puzzle, "logic puzzle",
        -0.5, -1.0,  0.0, -1.0,  0.0,  3.2},
    {S::arithmetic, "short arithmetic",
         0.0,  2.5,  0.0,  0.0,  0.0, -1.5},
    {S::asks_fact, "short question for a fact",
         0.0,  2.2,  0.0,  0.0,  0.0,  0.0},
    {S::greets, "greeting or thanks",
        -0.5,  4.0,  0.0,  0.0,  0.0,  0.0},
    {S::defines, "definition or conversion",
        -0.3,  2.2,  0.0,  0.0,  0.0,  0.0},
    {S::errand, "everyday errand",
         0.0,  1.6,  0.0,  0.0,  0.0,  0.0},
    {S::yes_no, "yes-or-no question",
         0.0,  1.6,  0.0,  0.0,  0.0,  0.0},
    {S::multiple_choice, "multiple choice",
         0.0,  1.8,  0.0,  0.3,  0.0,  0.3},
    {S::short_bare, "short",
         0.0,  1.0,  0.0,  0.0,  0.3, -0.3},
    {S::long_bare, "long",
         0.0, -1.0,  0.0,  0.0,  0.8,  0.5},
    {S::many_parts, "several parts",
         0.0, -0.5,  0.0,  0.0,  0.3,  1.0},
    {S::wants_json, "structured answer wanted",
         0.0, -0.3,  0.0,  2.2,  0.0,  0.0},
    {S::system_extracts, "system prompt asks to extract",
        -3.0, -2.0,  0.0,  7.0, -1.0, -1.0},
    {S::continues_earlier, "leans on the turn before",
         0.0,  0.0,  0.0,  0.0,  0.0,  0.0},
}};
// clang-format on

constexpr bool in_order() {
    for (std::size_t i = 0; i < kSignals; ++i) {
        if (static_cast<std::size_t>(kTable[i].signal) != i) return false;
    }
    return true;
}
static_assert(in_order());

float weight(const SignalWeights& w, QueryType type) {
    switch (type) {
        case QueryType::embedding:
            return 0.0F;
        case QueryType::code:
            return w.code;
        case QueryType::simple:
            return w.simple;
        case QueryType::summarization:
            return w.summarization;
        case QueryType::extraction:
            return w.extraction;
        case QueryType::medium:
            return w.medium;
        case QueryType::complex:
            return w.complex;
    }
    return 0.0F;
}

}  // namespace

const SignalWeights& weights_of(Signal signal) {
    return kTable[static_cast<std::size_t>(signal)];
}

TypeScores score_types(const Signals& signals) {
    TypeScores scores{};
    scores[index_of(QueryType::embedding)] = std::numeric_limits<float>::lowest();
    scores[index_of(QueryType::medium)] = 0.8F;  // what an open request with no mark is
    scores[index_of(QueryType::simple)] = 0.5F;
    for (const SignalWeights& w : kTable) {
        const float strength = signals[w.signal];
        if (strength == 0.0F) continue;
        for (QueryType type : kAllQueryTypes)
            scores[index_of(type)] += strength * weight(w, type);
    }
    return scores;
}

}  // namespace llmr::classifier
