#include "storage/range_cover.hpp"

#include <algorithm>

namespace llmr::storage {
namespace {

void cover_part(std::int64_t from, std::int64_t to, std::span<const SpanLevel> levels,
                std::int64_t folded_until, std::vector<SpanRange>& parts) {
    if (from >= to) return;
    if (levels.empty()) {
        parts.push_back({nullptr, from, to});
        return;
    }
    const SpanLevel& level = levels.front();
    const std::int64_t end = level.folded ? std::min(to, folded_until) : to;
    const std::int64_t first = ceil_to(from, level.length_ms);
    const std::int64_t last = floor_to(end, level.length_ms);
    const auto finer = levels.subspan(1);
    if (first >= last) {
        cover_part(from, to, finer, folded_until, parts);
        return;
    }
    cover_part(from, first, finer, folded_until, parts);
    parts.push_back({level.name, first, last});
    cover_part(last, to, finer, folded_until, parts);
}

}  // namespace

std::vector<SpanRange> cover(TimeRange range, std::span<const SpanLevel> levels,
                             std::int64_t folded_until_ms) {
    std::vector<SpanRange> parts;
    cover_part(std::max<std::int64_t>(range.from_ms, 0), range.to_ms, levels, folded_until_ms,
               parts);
    return parts;
}

}  // namespace llmr::storage
