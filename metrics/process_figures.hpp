#pragma once

#include <cstdint>

namespace llmr::metrics {

/// What the kernel says of this process. A figure that cannot be read is 0.
struct ProcessFigures {
    double cpu_seconds = 0;
    double start_time_seconds = 0;  ///< since 1970
    std::int64_t resident_bytes = 0;
    std::int64_t virtual_bytes = 0;
    std::int64_t threads = 0;
    std::int64_t open_fds = 0;
    std::int64_t max_fds = 0;
};

/// Reads /proc; takes some microseconds. Any thread.
ProcessFigures process_figures();

}  // namespace llmr::metrics
