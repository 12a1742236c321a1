#pragma once

#include <string>
#include <vector>

#include <prometheus/metric_family.h>

namespace llmr::metrics {

/// Families of counters, gauges and histograms as OpenMetrics 1.0.0 text, `# EOF` included.
/// Counters end with `_total`, gauges that end with `_info` are of type info; a family whose name
/// ends with a unit states it.
std::string openmetrics_text(const std::vector<prometheus::MetricFamily>& families);

}  // namespace llmr::metrics
