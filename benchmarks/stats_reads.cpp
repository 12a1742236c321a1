// What statistics cost to read from a large ledger, in CPU time of one thread, without HTTP:
//   stats_reads PATH [ROUNDS]
// benchmarks/stats_at_scale.py measures the same through the daemon.

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <time.h>
#include <vector>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/time_buckets.hpp"
#include "storage/queries.hpp"
#include "storage/rollup_writer.hpp"

namespace {

using namespace llmr;
using namespace llmr::storage;

double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void measure(const char* what, int rounds, const std::function<bool()>& read) {
    std::vector<double> cpu;
    std::vector<double> wall;
    for (int round = 0; round < rounds; ++round) {
        const double cpu_start = cpu_ms();
        const SteadyTime start = steady_now();
        if (!read()) fmt::print("FAILED ");
        cpu.push_back(cpu_ms() - cpu_start);
        wall.push_back(static_cast<double>(micros_between(start, steady_now())) / 1e3);
    }
    std::sort(cpu.begin(), cpu.end());
    std::sort(wall.begin(), wall.end());
    fmt::print("{:9.2f}{:9.2f}{:9.2f}  {}\n", cpu[cpu.size() / 2], wall[wall.size() / 2],
               wall.back(), what);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: stats_reads PATH [ROUNDS]\n");
        return 64;
    }
    LedgerReader reader(argv[1]);
    const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 20;
    const auto all = reader.stats(TimeRange{});
    if (!all) {
        fmt::print(stderr, "{}\n", all.error().message);
        return 1;
    }
    const std::int64_t last = all->last_ms;
    const std::int64_t first = all->first_ms;
    fmt::print("{} attempts from {} to {}\n{:>9}{:>9}{:>9}\n", all->total.attempts, first, last,
               "cpu ms", "wall ms", "worst");
    const auto range = [&](const char* what, TimeRange of) {
        measure(what, rounds, [&, of] { return reader.stats(of).has_value(); });
    };
    range("stats: everything", {});
    range("stats: the last 24 hours, whole hours", {hour_of(last) - kDayMs});
    range("stats: the last 30 days, cut", {last - 30 * kDayMs + 1'234'567, last - 12'345});
    range("stats: nearly everything, cut", {first + 1'234'567, last - 2'345'678});
    const TimeRange cut{first + 1'234'567, last - 2'345'678};
    measure("by key: everything", rounds, [&] { return reader.by_key({}).has_value(); });
    measure("by key: nearly everything, cut", rounds,
            [&] { return reader.by_key(cut).has_value(); });
    for (const char* name : {"UTC", "Europe/Berlin", "Asia/Kathmandu"}) {
        const TimeZone zone = TimeZone::load(name).value();
        for (const TimeStep step : {TimeStep::hour, TimeStep::day, TimeStep::month}) {
            // As the endpoint has it: hours of at most a month.
            const std::int64_t from = step == TimeStep::hour ? last - 30 * kDayMs : first;
            const auto edges =
                bucket_edges(zone, step, step_start(zone, step, from), last, 10'000).value();
            measure(fmt::format("series: {} steps of one {}, {}", edges.size() - 1, to_string(step),
                                name)
                        .c_str(),
                    rounds, [&] { return reader.series(edges).has_value(); });
        }
    }
    return 0;
}
