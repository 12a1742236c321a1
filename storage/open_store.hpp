#pragma once

#include <memory>

#include "core/error.hpp"
#include "storage/attempt_store.hpp"
#include "storage/ledger.hpp"

namespace llmr::storage {

/// Creates the file where it is missing, connects, migrates. Errors: ledger_unavailable.
Result<std::unique_ptr<AttemptStore>> open_store(const LedgerOptions& options);

}  // namespace llmr::storage
