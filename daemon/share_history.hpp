#pragma once

#include "core/config.hpp"
#include "routing/local_share.hpp"
#include "storage/ledger.hpp"

namespace llmr::daemon {

/// What the local share starts from, out of what the ledger has kept. Pure.
routing::ShareHistory share_history(const storage::LedgerShareHistory& stored,
                                    const Config& config);

}  // namespace llmr::daemon
