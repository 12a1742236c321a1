// The names that every Prometheus client library gives to what a process uses.
#include "metrics/families.hpp"
#include "metrics/process_figures.hpp"

namespace llmr::metrics {

void add_process(Families& families) {
    const ProcessFigures now = process_figures();
    families.counter("process_cpu_seconds_total", now.cpu_seconds,
                     "User and system CPU time of the process");
    families.gauge("process_start_time_seconds", now.start_time_seconds,
                   "When the process was started, in seconds since 1970");
    families.gauge("process_resident_memory_bytes", now.resident_bytes, "Resident memory");
    families.gauge("process_virtual_memory_bytes", now.virtual_bytes, "Virtual memory");
    families.gauge("process_open_fds", now.open_fds, "Open file descriptors");
    families.gauge("process_max_fds", now.max_fds, "How many file descriptors may be open");
    families.gauge("process_threads", now.threads, "Threads of the process");
}

}  // namespace llmr::metrics
