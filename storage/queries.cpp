#include "storage/queries.hpp"

#include <exception>
#include <utility>

#include "storage/corrupt_database.hpp"
#include "storage/database_file.hpp"
#include "storage/deleted_rows.hpp"
#include "storage/recent_query.hpp"
#include "storage/rollup_writer.hpp"
#include "storage/schema.hpp"
#include "storage/series_query.hpp"
#include "storage/stats_query.hpp"

namespace llmr::storage {
namespace {

constexpr int kBusyTimeoutMs = 250;

}  // namespace

class LedgerReader::Impl {
public:
    explicit Impl(std::string path) : path_(std::move(path)) {}

    /// Runs `query` on the open connection. After a failure the connection is opened anew next
    /// time, so a ledger that was replaced or repaired is found again.
    template <class Query>
    auto run(Query query) -> Result<decltype(query(std::declval<SQLite::Database&>()))> try {
        // A file that was deleted or replaced goes on answering, with what it held then.
        const FileIdentity file = identify(path_);
        if (file != identity_) database_.reset();
        if (!database_) database_ = open_reader(path_, kBusyTimeoutMs);
        identity_ = file;
        damaged_ = false;
        return query(*database_);
    } catch (const SQLite::Exception& failure) {
        damaged_ = means_damage(failure.getErrorCode() & 0xff);
        database_.reset();
        return ledger_error(path_, failure.what());
    } catch (const std::exception& failure) {
        database_.reset();
        return ledger_error(path_, failure.what());
    }

    bool damaged() const { return damaged_; }

private:
    std::string path_;
    bool damaged_ = false;
    FileIdentity identity_;  ///< of the file that database_ holds
    std::unique_ptr<SQLite::Database> database_;
};

LedgerReader::LedgerReader(std::string path) : impl_(std::make_unique<Impl>(std::move(path))) {}
LedgerReader::~LedgerReader() = default;

bool LedgerReader::found_damage() const {
    return impl_->damaged();
}

Result<Stats> LedgerReader::stats(std::int64_t since_ms) {
    return stats(TimeRange{.from_ms = hour_of(since_ms)});
}

Result<Stats> LedgerReader::stats(TimeRange range) {
    return impl_->run([&](SQLite::Database& database) { return read_stats(database, range); });
}

Result<std::vector<GroupTotals>> LedgerReader::by_key(TimeRange range) {
    return impl_->run([&](SQLite::Database& database) { return read_by_key(database, range); });
}

Result<std::vector<SeriesPoint>> LedgerReader::series(const std::vector<std::int64_t>& edges) {
    return impl_->run([&](SQLite::Database& database) { return read_series(database, edges); });
}

Result<bool> LedgerReader::exact_by_hour(const std::vector<std::int64_t>& edges) {
    return impl_->run(
        [&](SQLite::Database& database) { return edges_are_exact(database, edges, kHourMs); });
}

Result<bool> LedgerReader::exact_by_quarter(const std::vector<std::int64_t>& edges) {
    return impl_->run(
        [&](SQLite::Database& database) { return edges_are_exact(database, edges, kQuarterMs); });
}

Result<QueryPage> LedgerReader::recent(const QueryFilter& filter) {
    return impl_->run([&](SQLite::Database& database) { return read_recent(database, filter); });
}

}  // namespace llmr::storage
