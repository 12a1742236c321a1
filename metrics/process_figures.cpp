#include "metrics/process_figures.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace llmr::metrics {
namespace {

// Fields of /proc/self/stat as proc(5) numbers them.
constexpr std::size_t kFirstAfterName = 3;
constexpr std::size_t kUserTime = 14;
constexpr std::size_t kSystemTime = 15;
constexpr std::size_t kThreads = 20;
constexpr std::size_t kStartTime = 22;
constexpr std::size_t kVirtualSize = 23;
constexpr std::size_t kResidentPages = 24;

using StatFields = std::array<double, kResidentPages + 1>;

/// The program's name stands in parentheses and may hold anything; after the last one come numbers.
StatFields read_stat() {
    StatFields fields{};
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(')');
    if (name_end == line.npos) return fields;
    std::istringstream rest(line.substr(name_end + 1));
    std::string state;
    rest >> state;
    for (std::size_t field = kFirstAfterName + 1; field < fields.size(); ++field)
        rest >> fields[field];
    return fields;
}

/// Seconds since 1970 when the machine was started.
double boot_time() {
    std::ifstream file("/proc/stat");
    for (std::string name; file >> name;) {
        double seconds = 0;
        if (name == "btime" && file >> seconds) return seconds;
        std::getline(file, name);
    }
    return 0;
}

std::int64_t count_open_fds() {
    const char* const directory = "/proc/self/fd";
    // Linux 6.2 and newer say it without a look at each.
    struct stat info{};
    if (stat(directory, &info) == 0 && info.st_size > 0) return info.st_size;
    std::int64_t count = 0;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(directory, failure), end;
         !failure && entry != end; entry.increment(failure))
        ++count;
    // The one that the loop itself had open.
    return count > 0 ? count - 1 : 0;
}

}  // namespace

ProcessFigures process_figures() {
    static const double booted = boot_time();
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const StatFields fields = read_stat();
    ProcessFigures figures;
    figures.cpu_seconds = (fields[kUserTime] + fields[kSystemTime]) / ticks;
    figures.start_time_seconds = booted > 0 ? booted + fields[kStartTime] / ticks : 0;
    figures.virtual_bytes = static_cast<std::int64_t>(fields[kVirtualSize]);
    figures.resident_bytes =
        static_cast<std::int64_t>(fields[kResidentPages]) * sysconf(_SC_PAGESIZE);
    figures.threads = static_cast<std::int64_t>(fields[kThreads]);
    figures.open_fds = count_open_fds();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        figures.max_fds = static_cast<std::int64_t>(limit.rlim_cur);
    return figures;
}

}  // namespace llmr::metrics
