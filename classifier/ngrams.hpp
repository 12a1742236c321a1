#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace llmr::classifier {

/// Where in the conversation an n-gram stands: the same word says other things in other places.
enum class Zone : std::uint8_t {
    lead,     ///< the first three words of the last user turn
    head,     ///< its first 32 words
    tail,     ///< its last 32 words
    body,     ///< all that is read of it, each word once
    earlier,  ///< the turn that the last one leans on
    system,   ///< the beginning of the system prompt
    count_
};
inline constexpr std::size_t kZones = static_cast<std::size_t>(Zone::count_);

/// How many buckets the n-grams of each zone are hashed into, as a power of two (feature hashing:
/// Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009).
inline constexpr std::array<unsigned, kZones> kBucketBits{14, 17, 17, 16, 14, 14};

/// Where the buckets of a zone begin; all zones stand one after another.
constexpr std::uint32_t first_bucket(std::size_t zone) {
    std::uint32_t first = 0;
    for (std::size_t i = 0; i < zone; ++i)
        first += std::uint32_t{1} << kBucketBits[i];
    return first;
}
inline constexpr std::size_t kBuckets = first_bucket(kZones);

/// Takes the buckets of the n-grams that were found, in batches of at most kBatch.
class NgramSink {
public:
    static constexpr std::size_t kBatch = 128;
    virtual void take(Zone zone, std::span<const std::uint32_t> buckets) = 0;

protected:
    ~NgramSink() = default;
};

/// Words, pairs of neighbours and groups of four letters of a user turn, folded, digits as one.
/// Scripts without gaps between words give characters, pairs and triples. `windows` are the parts
/// that are read, in order. Linear time, no allocation. Thread-safe.
void read_turn_ngrams(std::span<const std::string_view> windows, NgramSink& sink);

/// Words and pairs of the first 48 words of a text that stands around the last turn.
void read_context_ngrams(Zone zone, std::span<const std::string_view> windows, NgramSink& sink);

}  // namespace llmr::classifier
