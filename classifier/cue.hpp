#pragma once

#include <cstdint>

namespace llmr::classifier {

/// What a word or short phrase says about the request it stands in. One word may carry several.
enum class Cue : std::uint8_t {
    // what is to be done
    create,
    code_verb,  ///< implement, refactor, debug: verbs that only make sense for programs
    fix,
    summarize,
    extract,
    list,  ///< list, find, identify, mention: extraction only together with supplied text
    explain,
    reason,   ///< prove, derive, justify
    compare,  ///< compare, evaluate, weigh
    plan,     ///< plan, design, devise
    rewrite,
    translate,
    convert,
    define,
    advise,
    roleplay,
    compute,
    judge,  ///< a label for a short text: sentiment, language, grammar
    // what it is about
    code_strong,  ///< Python, regex, docker: program text whatever else is said
    code_weak,    ///< function, class, list: program text only in company
    artefact,     ///< function, script, query: what one asks to be written, if it is a program
    text_work,    ///< poem, email, story
    deep_work,    ///< implications, trade-offs, policy: work that takes weighing
    source_text,  ///< "the following text", "this article"
    entity,       ///< names, dates, amounts, key words
    math,
    quantity,  ///< how many, per hour, altogether
    logic,
    number_word,  ///< three, half a dozen
    errand,       ///< weather, alarm, balance: what people ask an assistant in one line
    hard_subject,
    format,  ///< JSON, CSV, fields
    // how it is said
    wh,  ///< asks for one fact: who, when, where, which
    how,
    why,
    auxiliary,  ///< is, does, can: a yes-or-no question when it leads
    filler,     ///< politeness and small words that may precede the request
    greeting,
    boundary,  ///< ends the noun phrase after a verb: about, for, that
    sequence,  ///< then, finally, step
    constraint,
    depth,
    brief,
    follow_up,  ///< continue, again, instead: leans on the turn before
    refers,     ///< it, this, above
    not_code,   ///< phrase that takes a code word back: zip code, function of
    count_
};

using CueSet = std::uint64_t;

constexpr CueSet bit(Cue cue) {
    return CueSet{1} << static_cast<unsigned>(cue);
}

template <class... Cues>
constexpr CueSet cues(Cues... cue) {
    return (CueSet{0} | ... | bit(cue));
}

constexpr bool has(CueSet set, Cue cue) {
    return (set & bit(cue)) != 0;
}
constexpr bool has_any(CueSet set, CueSet wanted) {
    return (set & wanted) != 0;
}

/// Verbs that ask for something to be done.
inline constexpr CueSet kRequestVerbs =
    cues(Cue::create, Cue::code_verb, Cue::summarize, Cue::extract, Cue::list, Cue::explain,
         Cue::reason, Cue::compare, Cue::plan, Cue::rewrite, Cue::translate, Cue::convert,
         Cue::define, Cue::advise, Cue::roleplay, Cue::compute, Cue::fix);

static_assert(static_cast<unsigned>(Cue::count_) <= 60, "the upper bits are the lexicon's own");

}  // namespace llmr::classifier
