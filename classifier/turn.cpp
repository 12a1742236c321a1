#include "classifier/turn.hpp"

#include <algorithm>

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr std::uint32_t kHeadWords = 45;  ///< a request rarely takes longer to be made
constexpr std::uint32_t kTailWords = 45;
constexpr std::uint32_t kShortTurn = 60;  ///< all of a turn this short may be the request

bool questions(const Sentence& s) {
    return s.end == '?' || (s.words <= 30 && has_any(s.first, cues(wh, how, why)));
}

bool asks(const Sentence& s) {
    return questions(s) || has(s.cues, roleplay) ||
           has_any(s.lead, kRequestVerbs | cues(judge, logic)) ||
           (s.words <= 12 && has_any(s.cues, cues(summarize, extract, create, code_verb, rewrite)));
}

/// Whether a colon after this sentence announces a text, rather than being part of the request.
bool announces(const Sentence& s) {
    return s.end == ':' &&
           (asks(s) || has_any(s.cues, kRequestVerbs | cues(source_text, judge, how, wh)));
}

/// Whether what follows this sentence, if it asks for nothing itself, is the text to work on.
bool hands_over(const Sentence& s) {
    const bool fact_asked = s.end == '?' && has(s.first, wh);
    return fact_asked || has_any(s.lead, cues(summarize, extract, judge, translate)) ||
           (has_any(s.lead, cues(list, wh, entity)) && s.entities > 0);
}

struct Zone {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool asking = false;
    bool announced = false;  ///< ended by a colon that announces a text
};

Zone head_zone(const Scan& scan) {
    Zone zone;
    const bool whole = scan.total.words <= kShortTurn;
    std::uint32_t words = 0;
    const std::uint32_t last = std::min<std::uint32_t>(scan.sentences, Scan::kKept);
    for (std::uint32_t i = 0; i < last; ++i) {
        const Sentence& s = scan.sentence(i);
        if (i > 0 && s.starts_line && !whole && (zone.asking || words > 8)) break;
        const bool new_question = s.starts_block && !zone.asking && words >= 12 && asks(s);
        if (i > 0 && new_question) break;
        if (i > 0 && hands_over(scan.sentence(i - 1)) && !asks(s) && s.words >= 4) {
            zone.announced = true;
            break;
        }
        if (i > 0 && words + s.words > kHeadWords && !(whole && asks(s))) break;
        zone.end = i + 1;
        zone.asking = zone.asking || asks(s);
        words += s.words;
        const bool question_next = i + 1 < last && s.words <= 8 &&
                                   !scan.sentence(i + 1).starts_line &&
                                   scan.sentence(i + 1).end == '?';
        if (announces(s) && !question_next) {
            zone.announced = true;
            break;
        }
    }
    return zone;
}

Zone tail_zone(const Scan& scan, std::uint32_t from) {
    Zone zone{scan.sentences, scan.sentences, false, false};
    std::uint32_t words = 0;
    while (zone.begin > from && scan.keeps(zone.begin - 1)) {
        const Sentence& s = scan.sentence(zone.begin - 1);
        if (words + s.words > kTailWords) break;
        const bool asking = asks(s);
        if (!asking && zone.begin < scan.sentences) break;
        if (!asking && s.words > 12) break;
        zone.asking = zone.asking || asking;
        words += s.words;
        --zone.begin;
        if (s.starts_block && scan.total.words > kShortTurn) break;
    }
    return zone;
}

void take(Turn& turn, const Scan& scan, const Zone& zone) {
    for (std::uint32_t i = zone.begin; i < zone.end; ++i) {
        const Sentence& s = scan.sentence(i);
        merge(turn.ask, s);
        turn.asks_question = turn.asks_question || questions(s);
        turn.ask.end = s.end;
    }
}

}  // namespace

Turn read_turn(const Scan& scan) {
    Turn turn;
    turn.total = scan.total;
    turn.questions = scan.questions;
    turn.requests = scan.requests;
    turn.sentences = scan.sentences;
    turn.lines = scan.lines;
    turn.options = scan.options;
    turn.fences = scan.fences;
    turn.fence_words = scan.fence_words;
    turn.short_quotes = scan.short_quotes;
    turn.latex = scan.latex;
    turn.arithmetic = scan.arithmetic;

    const Zone head = head_zone(scan);
    Zone tail = tail_zone(scan, head.end);
    // A request that leads and announces its text is not to be outvoted by that text's last words,
    // unless they stand apart.
    const bool apart = tail.begin < scan.sentences && scan.sentence(tail.begin).starts_block;
    const bool crisp =
        tail.begin < scan.sentences &&
        (scan.sentence(scan.sentences - 1).end == '?' || scan.sentence(tail.begin).words <= 12);
    const bool use_tail = tail.asking && (!head.announced || !head.asking || (apart && crisp));
    const bool use_head = head.asking || !use_tail || (scan.total.words <= kHeadWords && !apart);
    if (use_head) take(turn, scan, head);
    if (use_tail) take(turn, scan, tail);
    const std::uint32_t asked = turn.ask.words;
    turn.supplied_words = scan.total.words > asked ? scan.total.words - asked : 0;
    return turn;
}

bool leans_on_context(const Turn& turn) {
    constexpr std::uint32_t kLeaning = 16;
    const Sentence& ask = turn.ask;
    if (turn.total.words > kLeaning || turn.fences > 0 || ask.quoted_words > 0) return false;
    if (has_any(ask.cues, cues(follow_up))) return true;
    if (has(ask.cues, greeting) && turn.total.words <= 4) return false;
    const bool names_its_object = ask.code_strong > 0 || ask.product != Product::none ||
                                  ask.math_words > 0 || ask.numbers > 0;
    if (has(ask.cues, refers) && !names_its_object) return true;
    return turn.total.words <= 4 && !names_its_object;
}

}  // namespace llmr::classifier
