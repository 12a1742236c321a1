#pragma once

#include <cstdint>
#include <string_view>

namespace llmr::metrics {

/// How metrics are written.
enum class Format : std::uint8_t {
    prometheus,  ///< Prometheus text format 0.0.4
    openmetrics  ///< OpenMetrics 1.0.0
};

/// What an Accept header prefers (RFC 9110, section 12.5.1). Of equal weights OpenMetrics goes only
/// to those who name it: `*/*` and an empty header get Prometheus text.
Format choose_format(std::string_view accept);

std::string_view content_type(Format format);

}  // namespace llmr::metrics
