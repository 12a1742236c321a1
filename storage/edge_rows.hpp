#pragma once

#include <cstdint>

#include <SQLiteCpp/Database.h>

#include "storage/attempt_row.hpp"
#include "storage/fast_select.hpp"

namespace llmr::storage {

/// Reads closed attempts of short time ranges: the edges of a range that no stored sum fits. Throws
/// SQLite::Exception.
class EdgeRows {
public:
    explicit EdgeRows(SQLite::Database& database);

    /// From here on `next` gives the attempts with from_ms <= started_ms < to_ms.
    void begin(std::int64_t from_ms, std::int64_t to_ms);
    /// Null at the end. Only what contribution() and the groups need is filled in; the row is valid
    /// until the next call.
    const AttemptRow* next();

private:
    FastSelect select_;
    AttemptRow row_;
};

}  // namespace llmr::storage
