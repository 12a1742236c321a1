#include <filesystem>
#include <system_error>

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

std::shared_ptr<const Config> load_with_ledger() {
    namespace fs = std::filesystem;
    auto config = load_or_complain();
    std::error_code ignored;
    if (!config || fs::exists(config->db_path, ignored)) return config;
    fmt::print(stderr, "error: there is no ledger at {} yet; LLM_ROUTER_DB names another\n",
               config->db_path);
    const std::string demo = demo_ledger(config->db_path);
    if (fs::exists(demo, ignored))
        fmt::print(stderr, "The demo's ledger is read with LLM_ROUTER_DB={}\n", demo);
    return nullptr;
}

std::string demo_ledger(const std::string& db_path) {
    return (std::filesystem::path(db_path).parent_path() / "demo-ledger.db").string();
}

Result<RangeParams> range_of(const RangeOptions& options) {
    return read_range(
        {{"since", options.since}, {"from", options.from}, {"to", options.to}, {"tz", options.tz}},
        utc_ms());
}

}  // namespace llmr::daemon::commands
