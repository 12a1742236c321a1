#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "core/error.hpp"
#include "core/types.hpp"

namespace llmr::storage {

/// A query that somebody judged.
struct JudgedQuery {
    QueryType type = QueryType::simple;
    Locality answered = Locality::local;
    std::optional<bool> before;  ///< what was said of it earlier: good, or not
};

/// Tables `feedback` (what people said of answers) and `calibration` (how far each type's
/// complexity has moved), beside the ledger's own; they are made when they are first needed. Writes
/// in small transactions, so that the ledger hardly waits. Not thread-safe.
class ExperienceStore {
public:
    using Shifts = std::array<double, kAllQueryTypes.size()>;

    /// Errors: ledger_unavailable, as for all below.
    static Result<ExperienceStore> open(const std::string& path);
    /// Records the verdict; a later one replaces it. Nothing if the ledger has no such query.
    Result<std::optional<JudgedQuery>> judge(std::string_view request_id, bool good,
                                             std::int64_t now_ms);
    Result<Shifts> shifts();
    Result<void> save(const Shifts& shifts, std::int64_t now_ms);

private:
    ExperienceStore(std::string path, std::unique_ptr<SQLite::Database> database);
    std::string path_;
    std::unique_ptr<SQLite::Database> database_;
};

}  // namespace llmr::storage
