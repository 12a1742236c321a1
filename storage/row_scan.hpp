#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "storage/attempt_row.hpp"
#include "storage/range_cover.hpp"

namespace llmr::storage {

/// Some rows, oldest first.
struct RowBatch {
    std::vector<std::int64_t> rowids;
    std::vector<AttemptRow> rows;
};

/// Hands every attempt that began within `range` to `each`, in batches, in the order of recording,
/// over a connection that can only read. Each batch is a read of its own, so a long scan keeps no
/// checkpoint waiting; rows that close meanwhile are seen as they are then. `each` returns false to
/// stop. Errors: ledger_unavailable.
Result<void> scan_rows(const std::string& path, TimeRange range,
                       const std::function<bool(const RowBatch&)>& each);

}  // namespace llmr::storage
