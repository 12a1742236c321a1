#include "classifier/ngrams.hpp"

#include <algorithm>
#include <array>

#include "classifier/lexicon.hpp"
#include "classifier/word_reader.hpp"

namespace llmr::classifier {
namespace {

constexpr std::size_t kEdgeWords = 32;
constexpr std::size_t kContextWords = 48;
constexpr std::size_t kLeadWords = 3;
constexpr std::size_t kGram = 4;

/// Keeps the kinds of n-gram apart that share the buckets of a zone.
enum class Kind : std::uint64_t { word = 1, pair = 2, triple = 3, letters = 4, first = 5 };

class Batch {
public:
    Batch(NgramSink& sink, Zone zone)
        : sink_(sink),
          zone_(zone),
          first_(first_bucket(static_cast<std::size_t>(zone))),
          shift_(64 - kBucketBits[static_cast<std::size_t>(zone)]) {}
    ~Batch() { flush(); }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    void add(Kind kind, std::uint64_t hash) {
        std::uint64_t h = (hash ^ static_cast<std::uint64_t>(kind)) * 0x9e3779b97f4a7c15ULL;
        h ^= h >> 29;
        h *= 0xbf58476d1ce4e5b9ULL;
        buckets_[count_++] = first_ + static_cast<std::uint32_t>(h >> shift_);
        if (count_ == buckets_.size()) flush();
    }

private:
    void flush() {
        if (count_ > 0) sink_.take(zone_, {buckets_.data(), count_});
        count_ = 0;
    }

    NgramSink& sink_;
    Zone zone_;
    std::uint32_t first_;
    unsigned shift_;
    std::array<std::uint32_t, NgramSink::kBatch> buckets_;
    std::size_t count_ = 0;
};

void add_letters(Batch& out, const ReadWord& word) {
    if (word.ideograph || word.mark || word.length < kGram - 1) return;
    // The ends of the word count as letters: "^com" is another group than "com" within.
    std::uint64_t window = 1;
    for (std::size_t i = 0; i < word.length; ++i) {
        window = window << 16 | word.letters[i];
        if (i + 2 >= kGram) out.add(Kind::letters, window);
    }
    if (word.length < ReadWord::kKept) out.add(Kind::letters, window << 16 | 1);
}

/// Words with their neighbours, as they come.
class Chain {
public:
    explicit Chain(Batch& out) : out_(out) {}

    void add(const ReadWord& word) {
        out_.add(Kind::word, word.hash);
        if (before_ != 0) out_.add(Kind::pair, join(before_, word.hash));
        const bool triple = word.ideograph && two_before_ != 0;
        if (triple) out_.add(Kind::triple, join(join(two_before_, before_), word.hash));
        two_before_ = word.ideograph ? before_ : 0;
        before_ = word.hash;
    }

private:
    Batch& out_;
    std::uint64_t before_ = 0;
    std::uint64_t two_before_ = 0;
};

/// Tells whether a word was seen, with few mistakes and without allocation.
class SeenWords {
public:
    bool insert(std::uint64_t hash) {
        std::uint64_t& cell = cells_[hash >> 6 & (cells_.size() - 1)];
        const std::uint64_t bit = std::uint64_t{1} << (hash & 63);
        const bool fresh = (cell & bit) == 0;
        cell |= bit;
        return fresh;
    }

private:
    std::array<std::uint64_t, 256> cells_{};
};

/// The last words, as they were read.
class LastWords {
public:
    ReadWord& next() { return ring_[count_++ % ring_.size()]; }
    /// Gives the last one back, that was not filled.
    void drop() { --count_; }
    template <class Take>
    void for_each(Take&& take) const {
        const std::size_t first = count_ < kEdgeWords ? 0 : count_ - kEdgeWords;
        for (std::size_t i = first; i < count_; ++i)
            take(ring_[i % ring_.size()]);
    }

private:
    std::array<ReadWord, kEdgeWords + 1> ring_;
    std::size_t count_ = 0;
};

void add_edge_word(Batch& out, Chain& chain, const ReadWord& word) {
    chain.add(word);
    add_letters(out, word);
}

void read_tail(const LastWords& last, NgramSink& sink) {
    Batch tail(sink, Zone::tail);
    Chain chain(tail);
    last.for_each([&](const ReadWord& word) { add_edge_word(tail, chain, word); });
}

/// The first words together and one by one, where they stand: "write a", "is it".
class Lead {
public:
    explicit Lead(NgramSink& sink) : out_(sink, Zone::lead) {}
    void add(std::size_t index, const ReadWord& word) {
        if (index >= kLeadWords) return;
        all_ = index == 0 ? word.hash : join(all_, word.hash);
        out_.add(Kind::first, all_);
        if (index > 0) out_.add(Kind::word, word.hash + index);
    }

private:
    Batch out_;
    std::uint64_t all_ = 0;
};

}  // namespace

void read_turn_ngrams(std::span<const std::string_view> windows, NgramSink& sink) {
    LastWords last;
    {
        Lead lead(sink);
        Batch head(sink, Zone::head);
        Batch body(sink, Zone::body);
        Chain chain(head);
        SeenWords seen;
        WordReader reader(windows);
        std::uint64_t before = 0;
        for (std::size_t i = 0;; ++i) {
            ReadWord& word = last.next();
            if (!reader.next(word)) break;
            lead.add(i, word);
            if (i < kEdgeWords) add_edge_word(head, chain, word);
            const std::uint64_t hash =
                word.ideograph && before != 0 ? join(before, word.hash) : word.hash;
            if (!word.mark && seen.insert(hash)) body.add(Kind::word, hash);
            before = word.ideograph ? word.hash : 0;
        }
        last.drop();
    }
    read_tail(last, sink);
}

void read_context_ngrams(Zone zone, std::span<const std::string_view> windows, NgramSink& sink) {
    Batch out(sink, zone);
    Chain chain(out);
    WordReader reader(windows);
    ReadWord word;
    for (std::size_t i = 0; i < kContextWords && reader.next(word); ++i)
        chain.add(word);
}

}  // namespace llmr::classifier
