#include "storage/backup.hpp"

#include <fmt/format.h>

#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {

int backup(const std::string& target) {
    const auto config = load_with_ledger();
    if (!config) return kExitConfig;
    const auto report = storage::backup_ledger(config->db_path, target);
    if (!report) {
        fmt::print(stderr, "{}\n", report.error().message);
        return kExitFailure;
    }
    fmt::print("{}: {} attempts, {} bytes, checked\n", target, report->rows, report->bytes);
    return kExitOk;
}

}  // namespace llmr::daemon::commands
