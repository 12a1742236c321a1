#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {

std::shared_ptr<const Config> load_or_complain() {
    const ConfigResult loaded = load_config(process_environment());
    for (const std::string& error : loaded.errors)
        fmt::print(stderr, "error: {}\n", error);
    return loaded.config;
}

Result<RangeParams> range_of(const RangeOptions& options) {
    return read_range(
        {{"since", options.since}, {"from", options.from}, {"to", options.to}, {"tz", options.tz}},
        utc_ms());
}

}  // namespace llmr::daemon::commands
