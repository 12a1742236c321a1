#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "metrics/metrics.hpp"

namespace llmr::metrics {

/// The labels of upstreams: their names, and one for all beyond kMostUpstreamLabels.
inline std::vector<std::string> upstream_labels(std::vector<std::string> names) {
    if (names.size() <= kMostUpstreamLabels) return names;
    names.resize(kMostUpstreamLabels);
    names.emplace_back("_other");
    return names;
}

/// The place of an upstream's label among `labels`; nothing for an index that none has.
inline std::optional<std::size_t> upstream_label(std::size_t index,
                                                 const std::vector<std::string>& labels) {
    if (labels.size() > kMostUpstreamLabels) return std::min(index, kMostUpstreamLabels);
    if (index >= labels.size()) return std::nullopt;
    return index;
}

}  // namespace llmr::metrics
