#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "daemon/table_text.hpp"
#include "storage/queries.hpp"

/// The figures of groups and rows, by name: the one list that JSON, CSV and JSON Lines come from.
namespace llmr::daemon {

/// Money is exact decimal USD; times are seconds.
std::span<const std::string_view> group_column_names();
void append_group_cells(const storage::GroupTotals& totals, std::vector<Cell>& cells);

std::span<const std::string_view> attempt_column_names();
void append_attempt_cells(const storage::AttemptRow& row, std::int64_t rowid,
                          std::vector<Cell>& cells);

/// The cells as members of the object that is being written.
void write_cells(JsonWriter& json, std::span<const std::string_view> names,
                 std::span<const Cell> cells);

/// Microseconds as seconds, an exact decimal: "0.250000"; "0" for none.
std::string seconds_text(std::int64_t microseconds);
/// sum / count of the latency, rounded half up to whole microseconds: the text that
/// SELECT printf('%.6f', ...) of the same sums gives. "0" when count is 0.
std::string average_seconds(const storage::GroupTotals& totals);

/// Whether an answer's figures are exact, and if not, why: fields of the object that is open.
void write_exactness(JsonWriter& json, bool exact);

}  // namespace llmr::daemon
