#include "storage/latency_histogram.hpp"

#include <numeric>
#include <optional>

namespace llmr::storage {
namespace {

constexpr int kGroupBits = 7;
constexpr std::uint64_t kGroupMask = 0x7f;
constexpr std::uint64_t kMore = 0x80;
constexpr int kValueBits = 64;

void put(std::string& out, std::uint64_t value) {
    for (; value > kGroupMask; value >>= kGroupBits)
        out += static_cast<char>((value & kGroupMask) | kMore);
    out += static_cast<char>(value);
}

std::optional<std::uint64_t> take(std::string_view& in) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < kValueBits && !in.empty(); shift += kGroupBits) {
        const auto byte = static_cast<std::uint8_t>(in.front());
        in.remove_prefix(1);
        value |= (byte & kGroupMask) << shift;
        if ((byte & kMore) == 0) return value;
    }
    return std::nullopt;
}

// Small counts below zero (a row taken back in a transaction of its own) stay short.
std::uint64_t zigzag(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return value < 0 ? ~(bits << 1U) : bits << 1U;
}

std::int64_t unzigzag(std::uint64_t bits) {
    const std::uint64_t half = bits >> 1U;
    return static_cast<std::int64_t>((bits & 1U) != 0 ? ~half : half);
}

}  // namespace

void LatencyHistogram::add(std::int64_t latency_us, std::int64_t times) {
    add_to_bucket(latency_bucket(latency_us), times);
}

void LatencyHistogram::add(const LatencyHistogram& other) {
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket)
        add_to_bucket(bucket, other.counts_[bucket]);
}

void LatencyHistogram::add_to_bucket(std::size_t bucket, std::int64_t times) {
    // Unsigned: a damaged file must not lead to undefined behaviour.
    counts_[bucket] = static_cast<std::int64_t>(static_cast<std::uint64_t>(counts_[bucket]) +
                                                static_cast<std::uint64_t>(times));
}

bool LatencyHistogram::add_encoded(std::string_view bytes) {
    std::uint64_t bucket = 0;
    while (!bytes.empty()) {
        const auto distance = take(bytes);
        const auto count = take(bytes);
        if (!distance || !count || *distance >= counts_.size()) return false;
        bucket += *distance;
        if (bucket >= counts_.size()) return false;
        add_to_bucket(bucket, unzigzag(*count));
    }
    return true;
}

std::string LatencyHistogram::encode() const {
    std::string out;
    out.reserve(2 * counts_.size());
    std::size_t last = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        if (counts_[bucket] == 0) continue;
        put(out, bucket - last);
        put(out, zigzag(counts_[bucket]));
        last = bucket;
    }
    return out;
}

std::int64_t LatencyHistogram::count() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::int64_t LatencyHistogram::percentile(int percent) const {
    const std::int64_t rank = (count() * percent + 99) / 100;
    std::int64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        seen += counts_[bucket];
        if (seen >= rank && counts_[bucket] > 0) return kLatencyEdges[bucket];
    }
    return 0;
}

}  // namespace llmr::storage
