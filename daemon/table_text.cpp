#include "daemon/table_text.hpp"

#include "core/json.hpp"
#include "daemon/time_param.hpp"

namespace llmr::daemon {
namespace {

void write_csv_text(std::string& out, std::string_view text) {
    const bool formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
    if (!formula && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += formula ? "\"'" : "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

}  // namespace

Result<TableFormat> parse_format(std::string_view text) {
    if (text.empty() || text == "json") return TableFormat::json;
    if (text == "csv") return TableFormat::csv;
    if (text == "jsonl") return TableFormat::jsonl;
    return unknown_choice("format", text, {"json", "csv", "jsonl"});
}

std::string_view content_type(TableFormat format) {
    switch (format) {
        case TableFormat::csv:
            return "text/csv; charset=utf-8; header=present";
        case TableFormat::jsonl:
            return "application/x-ndjson";
        case TableFormat::json:
            break;
    }
    return "application/json";
}

TableWriter::TableWriter(std::string& out, TableFormat format,
                         std::vector<std::string_view> columns)
    : out_(out), format_(format), columns_(std::move(columns)) {
    if (format_ != TableFormat::csv) return;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) out_ += ',';
        out_ += columns_[i];
    }
    out_ += "\r\n";
}

void TableWriter::row(std::span<const Cell> cells) {
    if (format_ == TableFormat::csv) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) out_ += ',';
            cells[i].quoted ? write_csv_text(out_, cells[i].text) : void(out_ += cells[i].text);
        }
        out_ += "\r\n";
        return;
    }
    JsonWriter json(out_);
    json.begin_object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        json.key(columns_[i]);
        if (cells[i].quoted) {
            json.value(cells[i].text);
        } else {
            json.raw(cells[i].text.empty() ? "null" : cells[i].text);
        }
    }
    json.end_object();
    out_ += '\n';
}

}  // namespace llmr::daemon
