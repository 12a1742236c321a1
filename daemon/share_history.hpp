#pragma once

#include "core/config.hpp"
#include "routing/local_share.hpp"
#include "storage/ledger.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// What the local share starts from, out of what the ledger has kept. `stats` of all time are
/// needed where the share is not one of queries. Pure.
routing::ShareHistory share_history(const storage::LedgerShareHistory& stored, const Config& config,
                                    const storage::Stats& stats = {});

}  // namespace llmr::daemon
