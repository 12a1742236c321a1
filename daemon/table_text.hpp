#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace llmr::daemon {

enum class TableFormat : std::uint8_t { json, csv, jsonl };
/// Errors: invalid_parameter ("format") with the nearest valid value. Empty means json.
Result<TableFormat> parse_format(std::string_view text);
std::string_view content_type(TableFormat format);

/// One value of a table: a text, a number or flag as JSON writes it, or nothing.
struct Cell {
    std::string text;
    bool quoted = false;

    static Cell of(std::string_view text) { return {std::string(text), true}; }
    static Cell raw(std::string json) { return {std::move(json), false}; }
    static Cell number(std::int64_t value) { return {std::to_string(value), false}; }
    static Cell flag(bool value) { return {value ? "true" : "false", false}; }
    static Cell null() { return {}; }
};

/// Writes rows as CSV (RFC 4180, with a head line) or as JSON Lines. Cells that a spreadsheet would
/// take for a formula get an apostrophe in front. Appends to `out`, which outlives it.
class TableWriter {
public:
    TableWriter(std::string& out, TableFormat format, std::vector<std::string_view> columns);
    /// As many cells as there are columns.
    void row(std::span<const Cell> cells);

private:
    std::string& out_;
    TableFormat format_;
    std::vector<std::string_view> columns_;
};

}  // namespace llmr::daemon
