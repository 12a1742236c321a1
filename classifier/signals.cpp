#include "classifier/signals.hpp"

#include <algorithm>

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr std::uint32_t kSupplied = 12;  ///< words beyond the request that count as supplied text

float yes(bool condition, float strength = 1.0F) {
    return condition ? strength : 0.0F;
}

float ramp(std::size_t value, std::size_t from, std::size_t to, float top = 1.0F) {
    if (value <= from) return 0.0F;
    return top * std::min(1.0F, static_cast<float>(value - from) / static_cast<float>(to - from));
}

bool leads(const Sentence& ask, Cue cue) {
    return has(ask.lead, cue);
}
bool says(const Sentence& ask, Cue cue) {
    return has(ask.cues, cue);
}

void read_code(const Turn& turn, Signals& out) {
    const Sentence& ask = turn.ask;
    // Where the verb comes last the noun stands before it.
    const bool verb_last = ask.product == Product::none && says(ask, artefact) &&
                           !says(ask, text_work) && has_any(ask.cues, cues(create, code_verb)) &&
                           !turn.asks_question;
    const bool program = ask.product == Product::program || verb_last;
    out[Signal::writes_program] = yes(program);
    out[Signal::code_verb] = says(ask, code_verb) ? yes(leads(ask, code_verb), 0.5F) + 0.5F : 0.0F;
    out[Signal::code_terms] = std::min(1.6F, static_cast<float>(ask.code_strong));
    const bool hands_on = has_any(ask.cues, cues(fix, how, why, create, convert));
    out[Signal::code_words] =
        std::min(1.2F, 0.35F * static_cast<float>(ask.code_weak)) * (hands_on ? 1.3F : 1.0F);
    const float density = 100.0F * static_cast<float>(turn.total.code_marks) /
                          static_cast<float>(std::max(20U, turn.total.words));
    const float share =
        turn.fences == 0 ? 0.0F
                         : static_cast<float>(turn.fence_words) /
                               static_cast<float>(std::max(1U, turn.total.words - turn.ask.words));
    // Code that is only the material of another task does not make that task one of code.
    const bool material = has_any(ask.lead, cues(summarize, extract, compare, translate, judge)) ||
                          (turn.supplied_words > 150 && ask.code_strong + ask.code_weak == 0);
    const bool formulas = turn.latex && turn.fences == 0 && ask.code_strong == 0;
    const float damped = formulas ? 0.1F : material ? 0.35F : 1.0F;
    out[Signal::code_text] =
        turn.total.code_marks < 2
            ? 0.0F
            : damped * std::min(1.5F, density / 10.0F + yes(ask.code_marks >= 2, 0.3F));
    out[Signal::code_fence] = damped * std::min(1.0F, 2.0F * share);
}

void read_text_tasks(const Turn& turn, Signals& out) {
    const Sentence& ask = turn.ask;
    const bool earlier = turn.follows && turn.total.words <= 16;
    const bool supplied = turn.supplied_words >= kSupplied || ask.quoted_words >= 5;
    out[Signal::has_supplied] = yes(supplied);
    const bool summary = ask.product == Product::summary || leads(ask, summarize);
    const bool other_task = !supplied && has_any(ask.lead, cues(define, translate, explain));
    const float summing = other_task ? 0.0F : summary ? 1.0F : yes(says(ask, summarize), 0.6F);
    out[Signal::summarizes] = summing;
    const bool something = supplied || earlier || has_any(ask.cues, cues(source_text, refers));
    out[Signal::summarizes_text] = something ? summing : 0.0F;
    const float extracting = leads(ask, extract) ? 1.0F : yes(says(ask, extract), 0.6F);
    out[Signal::extracts] = extracting;
    const bool text_at_hand = supplied || earlier || says(ask, source_text);
    out[Signal::extracts_text] = yes(text_at_hand) * extracting;
    const bool listing = has_any(ask.lead, cues(list, wh, extract, entity)) || says(ask, list);
    const bool own_facts = ask.product == Product::none && ask.code_strong == 0;
    out[Signal::lists_entities] =
        yes(supplied && listing && ask.entities > 0) +
        yes(earlier && !supplied && own_facts && says(ask, list) && ask.entities > 0, 0.9F);
    const bool sums = ask.quantities > 0 && turn.total.numbers >= 2 && turn.supplied_words < 60;
    const bool question = turn.asks_question || has_any(ask.first, cues(wh, how, why));
    const bool task = has_any(ask.lead, kRequestVerbs & ~cues(list, extract, define, advise));
    const bool about_text = turn.supplied_words >= kSupplied && turn.total.code_marks < 8 &&
                            (turn.options < 2 || turn.supplied_words > 80);
    const bool else_wanted = task || sums || says(ask, judge) || turn.total.logic_words >= 3;
    out[Signal::asks_of_text] = yes(about_text && question && !else_wanted);
    out[Signal::wants_json] = yes(says(ask, format) && supplied, 0.5F);
}

void read_writing(const Turn& turn, Signals& out) {
    const Sentence& ask = turn.ask;
    const bool prose = ask.product == Product::prose;
    const bool writes = says(ask, create) && out[Signal::writes_program] == 0.0F &&
                        !(turn.asks_question && has(ask.first, wh));
    const bool bare_wish = says(ask, text_work) && !turn.asks_question &&
                           turn.supplied_words < kSupplied &&
                           !has_any(ask.lead, kRequestVerbs & ~bit(list)) && ask.words > 3;
    out[Signal::writes_prose] = prose || bare_wish ? 1.0F
                                                   : yes(leads(ask, create) && writes, 0.7F) +
                                                         yes(writes && says(ask, text_work), 0.3F);
    out[Signal::weighty_essay] =
        yes(prose && ask.deep_words > 0 && has_any(ask.cues, cues(depth, compare)));
    out[Signal::plays_role] = yes(says(ask, roleplay));
    out[Signal::advises] = leads(ask, advise) ? 1.0F : yes(says(ask, advise), 0.6F);
    out[Signal::explains] = leads(ask, explain) ? 1.0F : yes(says(ask, explain), 0.5F);
    out[Signal::asks_how_or_why] =
        yes(has_any(ask.first | ask.lead, cues(how, why)) && !says(ask, quantity));
    out[Signal::rewrites] = leads(ask, rewrite) ? 1.0F : yes(says(ask, rewrite), 0.5F);
    if (has_any(ask.cues, cues(define, translate)) && ask.words <= 12) {
        out[Signal::asks_how_or_why] = out[Signal::advises] = out[Signal::explains] = 0.0F;
    }
    const bool one_line = turn.total.words <= 28;
    out[Signal::translates_line] = yes(says(ask, translate) && one_line);
    out[Signal::translates] = yes(says(ask, translate) && !one_line);
    // How to do a thing in a program is a question of code, not of advice.
    const float code = std::min(1.0F, out[Signal::code_terms] + 0.4F * out[Signal::code_words] +
                                          0.7F * out[Signal::code_text] + out[Signal::code_fence]);
    out[Signal::asks_how_of_code] = code * out[Signal::asks_how_or_why];
    out[Signal::asks_how_or_why] *= 1.0F - code;
    out[Signal::advises] *= 1.0F - 0.8F * code;
    out[Signal::explains] *= 1.0F - 0.5F * code;
}

void read_reasoning(const Turn& turn, Signals& out) {
    const Sentence& ask = turn.ask;
    const Sentence& all = turn.total;
    out[Signal::proves] = leads(ask, reason) ? 1.0F : yes(says(ask, reason), 0.7F);
    out[Signal::compares] = leads(ask, compare) ? 1.0F : yes(says(ask, compare), 0.6F);
    out[Signal::plans] =
        ask.product == Product::plan || leads(ask, plan) ? 1.0F : yes(says(ask, plan), 0.4F);
    if (has_any(ask.lead, cues(compare, reason))) {  // the rest is how, not what
        out[Signal::advises] *= 0.5F;
        out[Signal::explains] *= 0.5F;
    }
    out[Signal::weighs] = ramp(ask.deep_words, 0, 3, 1.5F);
    const std::uint32_t numbers = all.numbers + all.number_words / 2U;
    const bool to_work_out =
        ask.quantities > 0 || (all.words <= 60 && out[Signal::asks_of_text] == 0.0F);
    const bool problem = to_work_out && numbers >= 2 && all.quantities >= 1 && all.words >= 10 &&
                         all.words <= 260 &&
                         (turn.asks_question || turn.questions > 0 || says(ask, compute));
    out[Signal::word_problem] = problem
                                    ? std::min(1.5F, 0.5F + 0.15F * static_cast<float>(numbers) +
                                                         0.15F * static_cast<float>(all.quantities))
                                    : 0.0F;
    const float marks = turn.latex ? 1.0F : ramp(all.math_marks, 1, 8);
    const float terms = ramp(all.math_words, 0, 4);
    out[Signal::formal_maths] = all.code_marks > 8 ? 0.0F : std::min(1.5F, marks + terms);
    const bool dense = all.logic_words * 60U >= all.words;
    out[Signal::logic_puzzle] = all.logic_words >= 3 && dense
                                    ? std::min(1.5F, 0.25F * static_cast<float>(all.logic_words))
                                    : 0.0F;
    out[Signal::arithmetic] = yes((turn.arithmetic || says(ask, quantity) || says(ask, compute)) &&
                                  all.numbers > 0 && all.words <= 9 && !turn.latex);
    const std::uint32_t parts = turn.requests + turn.questions;
    out[Signal::many_parts] = turn.supplied_words > 150 ? 0.0F : ramp(parts, 2, 6);
}

void read_small_talk(const Turn& turn, Signals& out) {
    const Sentence& ask = turn.ask;
    const std::uint32_t words = turn.total.words;
    const bool question = turn.asks_question;
    const bool fact = (has(ask.first | ask.lead, wh) || (question && says(ask, wh)) ||
                       (has(ask.first, how) && says(ask, quantity))) &&
                      !has_any(ask.lead, cues(why, explain));
    const bool open = has_any(ask.cues, cues(advise, explain, compare)) || ask.code_strong > 0 ||
                      ask.code_marks > 0;
    out[Signal::asks_fact] = fact && words <= 30 && turn.supplied_words < kSupplied
                                 ? (1.0F - ramp(words, 14, 34, 0.6F)) * (open ? 0.5F : 1.0F)
                                 : 0.0F;
    out[Signal::greets] = yes(says(ask, greeting) && words <= 6) * (words <= 3 ? 1.0F : 0.5F);
    out[Signal::defines] =
        words > 24 ? 0.0F
                   : yes(has_any(ask.lead, cues(define, convert))) + yes(says(ask, define), 0.5F);
    if (ask.code_marks > 0) out[Signal::defines] *= 0.3F;
    out[Signal::errand] = words > 24 ? 0.0F : yes(says(ask, errand));
    out[Signal::yes_no] = words <= 24 && question && turn.supplied_words < kSupplied
                              ? yes(has(ask.first, auxiliary))
                              : 0.0F;
    if (says(ask, judge)) out[Signal::yes_no] = 1.0F;
    out[Signal::multiple_choice] = yes(turn.options >= 2 && turn.supplied_words < 150);
    out[Signal::short_bare] = 1.0F - ramp(words, 4, 30);
    out[Signal::long_bare] = ramp(words, 25, 120);
}

}  // namespace

Signals read_signals(const Turn& turn) {
    Signals out;
    if (turn.total.words == 0 && turn.fences == 0) return out;
    read_code(turn, out);
    read_text_tasks(turn, out);
    read_writing(turn, out);
    read_reasoning(turn, out);
    read_small_talk(turn, out);
    return out;
}

void add_request_signals(Signals& signals, const Features& features) {
    const bool extracting =
        has(features.system, extract) && has_any(features.system, cues(format, entity));
    const bool json = features.wants_json || has(features.system, format);
    signals[Signal::system_extracts] = yes(extracting && json);
    if (features.wants_json) {
        signals[Signal::wants_json] = features.last.supplied_words >= kSupplied ? 2.0F : 0.5F;
    }
}

}  // namespace llmr::classifier
