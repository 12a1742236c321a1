#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace llmr::storage {

/// Instants in UTC milliseconds, half-open: [from_ms, to_ms).
struct TimeRange {
    std::int64_t from_ms = 0;
    std::int64_t to_ms = std::numeric_limits<std::int64_t>::max();

    bool is_everything() const {
        return from_ms <= 0 && to_ms == std::numeric_limits<std::int64_t>::max();
    }
};

/// One kind of stored sums: they begin at multiples of `length_ms`.
struct SpanLevel {
    const char* name;
    std::int64_t length_ms;
    bool folded;  ///< only for hours that are over
};

/// Part of a range, and where it is read from.
struct SpanRange {
    const char* span;  ///< null: from the rows themselves
    std::int64_t from_ms;
    std::int64_t to_ms;
};

inline std::int64_t floor_to(std::int64_t ms, std::int64_t length) {
    return ms - ms % length;
}
inline std::int64_t ceil_to(std::int64_t ms, std::int64_t length) {
    return floor_to(ms + length - 1, length);
}

/// Covers `range` exactly and without overlap by the coarsest of `levels` (coarse to fine) that
/// fit, and by rows where even the finest does not. Folded levels end at `folded_until_ms`.
std::vector<SpanRange> cover(TimeRange range, std::span<const SpanLevel> levels,
                             std::int64_t folded_until_ms);

}  // namespace llmr::storage
