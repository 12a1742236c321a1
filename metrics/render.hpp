#pragma once

#include <string>
#include <vector>

#include "metrics/metrics.hpp"
#include "metrics/shard.hpp"

namespace llmr::metrics {

/// Every family there is: the shards added up, the gauges as given. `upstreams` are the labels.
std::string render_text(const Shards& shards, const LedgerShard& ledger,
                        const std::vector<std::string>& upstreams, const std::string& version,
                        const Gauges& gauges, Format format);

}  // namespace llmr::metrics
