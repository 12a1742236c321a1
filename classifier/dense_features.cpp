#include "classifier/dense_features.hpp"

#include <algorithm>
#include <cmath>

namespace llmr::classifier {
namespace {

constexpr std::size_t kSignalsAt = 0;
constexpr std::size_t kEarlierAt = kSignalsAt + kSignals;
constexpr std::size_t kLeadAt = kEarlierAt + kSignals;
constexpr std::size_t kAskAt = kLeadAt + kCues;
constexpr std::size_t kSystemAt = kAskAt + kCues;
constexpr std::size_t kQuantitiesAt = kSystemAt + kCues;

float logarithm(double count) {
    return static_cast<float>(std::log1p(count) / 5.0);
}

/// Of the small counts, which are nearly all.
const std::array<float, 256> kSmall = [] {
    std::array<float, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = logarithm(static_cast<double>(i));
    return table;
}();

float amount(double count) {
    if (count == 0.0) return 0.0F;
    const auto whole = static_cast<std::size_t>(count);
    const bool listed = whole < kSmall.size() && static_cast<double>(whole) == count;
    return listed ? kSmall[whole] : logarithm(count);
}

/// Fills the places of the quantities one after another.
class Quantities {
public:
    explicit Quantities(float* at) : at_(at), end_(at + kQuantities) {}
    void count(double value) { put(amount(value)); }
    void share(double part, double whole) {
        put(whole > 0 ? static_cast<float>(part / whole) : 0.0F);
    }
    void flag(bool set) { put(set ? 1.0F : 0.0F); }

private:
    void put(float value) {
        if (at_ < end_) *at_++ = value;
    }
    float* at_;
    float* end_;
};

void put_cues(float* at, CueSet set) {
    for (std::size_t i = 0; i < kCues; ++i)
        at[i] = has(set, static_cast<Cue>(i)) ? 1.0F : 0.0F;
}

void put_signals(float* at, const Signals& signals) {
    for (std::size_t i = 0; i < kSignals; ++i)
        at[i] = signals[static_cast<Signal>(i)];
}

void add_sentence(Quantities& out, const Sentence& s) {
    out.count(s.words);
    out.count(s.numbers);
    out.count(s.number_words);
    out.count(s.quantities);
    out.count(s.logic_words);
    out.count(s.math_words);
    out.count(s.math_marks);
    out.count(s.code_strong);
    out.count(s.code_weak);
    out.count(s.code_marks);
    out.count(s.entities);
    out.count(s.deep_words);
    out.count(s.hard_words);
    out.count(s.constraints);
    out.count(s.quoted_words);
}

void add_turn(Quantities& out, const Turn& turn) {
    add_sentence(out, turn.ask);
    add_sentence(out, turn.total);
    out.count(turn.supplied_words);
    out.share(turn.supplied_words, turn.total.words);
    out.count(turn.questions);
    out.count(turn.requests);
    out.count(turn.sentences);
    out.count(turn.lines);
    out.count(turn.options);
    out.count(turn.fences);
    out.count(turn.fence_words);
    out.count(turn.short_quotes);
    out.flag(turn.asks_question);
    out.flag(turn.follows);
    out.flag(turn.latex);
    out.flag(turn.arithmetic);
    out.share(turn.total.code_marks, turn.total.words);
    out.share(turn.total.numbers, turn.total.words);
    for (const Product product :
         {Product::program, Product::prose, Product::deep, Product::summary, Product::plan})
        out.flag(turn.ask.product == product);
}

void add_shape(Quantities& out, const TextShape& shape) {
    const double all = shape.total;
    const std::uint32_t upper = shape.within('A', 'Z');
    const std::uint32_t lower = shape.within('a', 'z');
    out.share(upper, upper + lower);
    out.share(shape.within('0', '9'), all);
    out.share(shape.within(0x80, 0xFF), all);
    out.share(shape.within(0xD0, 0xD3), all);  // Cyrillic
    out.share(shape.within(0xD8, 0xDB), all);  // Arabic
    out.share(shape.count('\xE0'), all);       // Indic scripts, Thai
    out.share(shape.count('\xE3'), all);       // kana
    out.share(shape.within(0xE4, 0xE9), all);  // Han
    out.share(shape.within(0xEA, 0xED), all);  // Hangul
    for (const char c : {'(', '{', ';', '=', '<', '_', '/', '\\', '"', '?',
                         ',', '|', '#', '*', '$', '%', '^', '+',  '`', '\n'})
        out.count(shape.count(c));
    out.flag(shape.last == '?');
    out.flag(shape.last == ':');
    out.flag(shape.last == '.');
    out.flag(shape.first >= 'a' && shape.first <= 'z');
}

}  // namespace

DenseFeatures::DenseFeatures(const Features& features) : signals_(read_signals(features.last)) {
    add_request_signals(signals_, features);
    put_signals(&values_[kSignalsAt], signals_);
    if (features.has_earlier) put_signals(&values_[kEarlierAt], read_signals(features.earlier));
    put_cues(&values_[kLeadAt], features.last.ask.lead);
    put_cues(&values_[kAskAt], features.last.ask.cues);
    put_cues(&values_[kSystemAt], features.system);
    add_quantities(features);
}

void DenseFeatures::add_quantities(const Features& features) {
    Quantities out(&values_[kQuantitiesAt]);
    out.count(static_cast<double>(features.message_tokens));
    out.count(static_cast<double>(features.words));
    out.count(std::max(0, features.turns - 1));
    out.flag(features.wants_json);
    out.flag(features.sampled);
    out.flag(features.has_earlier);
    add_turn(out, features.last);
    add_shape(out, features.shape);
}

}  // namespace llmr::classifier
