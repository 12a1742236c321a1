#pragma once

#include <string>
#include <vector>

#include "metrics/metrics.hpp"
#include "metrics/shard.hpp"

namespace llmr::metrics {

/// Every family there is, in Prometheus text format: the shards added up, the gauges as given.
std::string render_text(const Shards& shards, const std::vector<std::string>& upstream_names,
                        const std::string& version, const Gauges& gauges);

}  // namespace llmr::metrics
