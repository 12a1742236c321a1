#pragma once

#include <cstdint>
#include <string_view>

namespace llmr::simulator {

/// FNV-1a, so that answers are the same on every machine and in every build.
constexpr std::uint64_t hash_text(std::string_view text,
                                  std::uint64_t seed = 0xcbf29ce484222325ULL) {
    for (const char c : text) {
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return seed;
}

/// SplitMix64: a reproducible sequence from a seed.
class Random {
public:
    explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// Uniform in [-1, 1).
    constexpr double signed_unit() {
        return static_cast<double>(static_cast<std::int64_t>(next() >> 11) - (1LL << 52)) /
               static_cast<double>(1LL << 52);
    }

private:
    std::uint64_t state_;
};

}  // namespace llmr::simulator
