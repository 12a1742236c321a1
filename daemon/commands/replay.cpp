#include <fmt/format.h>

#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/what_if.hpp"
#include "routing/price_file.hpp"
#include "storage/row_scan.hpp"

namespace llmr::daemon::commands {
namespace {

Result<WhatIf> asked(const ReplayOptions& options, const Config& config,
                     const routing::PriceBook& prices) {
    WhatIf what_if;
    what_if.local_threshold = options.threshold;
    what_if.complexity_threshold = options.complexity;
    for (const std::string& assignment : options.models) {
        if (auto added = add_model(what_if, assignment, config, prices); !added)
            return Error(Errc::invalid_parameter, "--model: " + added.error().message);
    }
    return what_if;
}

}  // namespace

int replay(const ReplayOptions& options) {
    const auto config = load_with_ledger();
    if (!config) return kExitConfig;
    const auto when = range_of(options);
    if (!when) {
        fmt::print(stderr, "error: {}\n", when.error().message);
        return kExitUsage;
    }
    const auto prices = routing::load_prices(config->prices_file);
    if (!prices) {
        fmt::print(stderr, "error: LLM_PRICES_FILE: {}\n", prices.error().message);
        return kExitConfig;
    }
    const auto what_if = asked(options, *config, *prices);
    if (!what_if) {
        fmt::print(stderr, "error: {}\n", what_if.error().message);
        return kExitUsage;
    }
    RecordedQueries recorded;
    const auto read =
        storage::scan_rows(config->db_path, when->range, [&](const storage::RowBatch& batch) {
            for (const storage::AttemptRow& row : batch.rows)
                recorded.add(row);
            return true;
        });
    if (!read) {
        fmt::print(stderr, "error: {}\n", read.error().message);
        return kExitFailure;
    }
    const WhatIfReport report = replay_what_if(recorded, *what_if, *config, *prices);
    fmt::print("{}", options.json ? what_if_json(report) + "\n" : what_if_text(report));
    return kExitOk;
}

}  // namespace llmr::daemon::commands
