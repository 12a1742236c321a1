#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/stats_columns.hpp"
#include "daemon/stats_groups.hpp"
#include "storage/row_scan.hpp"

namespace llmr::daemon::commands {
namespace {

/// Standard output, or a new file. Remembers a failed write.
class Output {
public:
    explicit Output(const std::string& path)
        : file_(path == "-" ? stdout : std::fopen(path.c_str(), "wx"), &close) {}

    bool ok() const { return file_ != nullptr && !failed_; }
    bool write(std::string_view text) {
        failed_ = failed_ || std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size();
        return !failed_;
    }
    bool finish() { return !failed_ && std::fflush(file_.get()) == 0; }

private:
    static void close(std::FILE* file) {
        if (file != stdout) std::fclose(file);
    }
    std::unique_ptr<std::FILE, void (*)(std::FILE*)> file_;
    bool failed_ = false;
};

int complain(std::string_view what) {
    fmt::print(stderr, "{}\n", what);
    return kExitFailure;
}

/// In batches: the export of ten million rows needs no more memory than that of a thousand.
int export_queries(const Config& config, storage::TimeRange range, TableFormat format,
                   Output& output) {
    const auto names = attempt_column_names();
    std::string text;
    TableWriter table(text, format, {names.begin(), names.end()});
    bool written = output.write(text);
    std::vector<Cell> cells;
    const auto done =
        storage::scan_rows(config.db_path, range, [&](const storage::RowBatch& batch) {
            text.clear();
            for (std::size_t i = 0; i < batch.rows.size(); ++i) {
                cells.clear();
                append_attempt_cells(batch.rows[i], batch.rowids[i], cells);
                table.row(cells);
            }
            written = output.write(text);
            return written;
        });
    if (!done) return complain(done.error().message);
    return written && output.finish() ? kExitOk : complain(std::generic_category().message(errno));
}

int export_stats(const Config& config, GroupQuestion question, Output& output) {
    storage::LedgerReader reader(config.db_path);
    if (!question.when.has_from && question.by == GroupBy::day) {
        // A file is for all there is; a page shows the last thirty days.
        const auto all = reader.stats(storage::TimeRange{});
        if (!all) return complain(all.error().message);
        question.when.has_from = all->first_ms > 0;
        if (question.when.has_from)
            question.when.range.from_ms =
                step_start(question.when.zone, TimeStep::day, all->first_ms);
    }
    const auto text = groups_text(reader, question);
    if (!text) return complain(text.error().message);
    return output.write(*text) && output.finish()
               ? kExitOk
               : complain(std::generic_category().message(errno));
}

}  // namespace

int export_ledger(const ExportOptions& options) {
    const auto config = load_with_ledger();
    if (!config) return kExitConfig;
    auto when = range_of(options);
    auto by = parse_group_by(options.group_by);
    auto format = parse_format(options.format);
    if (!when || !by || !format) {
        const Error error = !when ? when.error() : !by ? by.error() : format.error();
        fmt::print(stderr, "--{}: {}\n", error.param, error.message);
        return kExitUsage;
    }
    Output output(options.output);
    if (!output.ok())
        return complain(
            fmt::format("{}: {}", options.output, std::generic_category().message(errno)));
    if (options.what == "queries") return export_queries(*config, when->range, *format, output);
    return export_stats(*config, {*when, *by, *format, config->key_names, utc_ms()}, output);
}

}  // namespace llmr::daemon::commands
