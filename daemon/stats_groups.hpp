#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "core/time_buckets.hpp"
#include "daemon/table_text.hpp"
#include "daemon/time_param.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// What statistics may be grouped by.
enum class GroupBy : std::uint8_t { none, model, type, upstream, key, day, hour };
/// Errors: invalid_parameter ("group_by") with the nearest valid value. Empty means none.
Result<GroupBy> parse_group_by(std::string_view text);

/// Id of an API key -> its name in the configuration.
using KeyNames = std::map<std::string, std::string>;

/// A question about the ledger whose answer is a list of groups with the same figures.
struct GroupQuestion {
    RangeParams when;
    GroupBy by = GroupBy::none;
    TableFormat format = TableFormat::json;
    KeyNames key_names;
    std::int64_t now_ms = 0;
};
/// A list of groups: what names each, then its figures.
struct GroupTable {
    std::vector<std::string_view> labels;
    struct Row {
        std::vector<Cell> labels;
        storage::GroupTotals figures;
    };
    std::vector<Row> rows;
    bool exact = true;  ///< no row of an hour that an edge of the range cuts was deleted
};
/// The groups, and in `question.when` the bounds that were used. Busiest first; days and hours in
/// order of time, those without attempts left out. Errors: ledger_unavailable, invalid_parameter
/// (too many hours).
Result<GroupTable> read_groups(storage::LedgerReader& reader, GroupQuestion& question);
/// The answer in the format asked for.
Result<std::string> groups_text(storage::LedgerReader& reader, const GroupQuestion& question);

/// A time series: every step, also those with no attempts.
struct SeriesQuestion {
    RangeParams when;
    TimeStep step = TimeStep::day;
    TableFormat format = TableFormat::json;
    std::int64_t now_ms = 0;
};
Result<std::string> series_text(storage::LedgerReader& reader, const SeriesQuestion& question);

}  // namespace llmr::daemon
