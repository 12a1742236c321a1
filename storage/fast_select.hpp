#pragma once

#include <cstdint>
#include <sqlite3.h>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

namespace llmr::storage {

/// A SELECT whose columns are read straight from SQLite: SQLiteCpp counts references for each
/// value, which is half of the time where thousands of rows have twenty columns. Not thread-safe;
/// belongs to the connection it was made for. Throws SQLite::Exception.
class FastSelect {
public:
    FastSelect(SQLite::Database& database, const std::string& sql) : database_(database) {
        check(sqlite3_prepare_v2(database.getHandle(), sql.c_str(), -1, &statement_, nullptr));
    }
    ~FastSelect() { sqlite3_finalize(statement_); }
    FastSelect(const FastSelect&) = delete;
    FastSelect& operator=(const FastSelect&) = delete;

    void reset() { sqlite3_reset(statement_); }
    void bind(int parameter, std::int64_t value) {
        check(sqlite3_bind_int64(statement_, parameter, value));
    }
    /// `text` must outlive the next reset.
    void bind(int parameter, const char* text) {
        check(sqlite3_bind_text(statement_, parameter, text, -1, SQLITE_STATIC));
    }
    bool step() {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) throw SQLite::Exception(database_.getHandle(), code);
        return false;
    }
    std::int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }
    bool is_null(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    /// Valid until the next step.
    std::string_view text(int column) {
        return view(sqlite3_column_text(statement_, column), column);
    }
    std::string_view blob(int column) {
        return view(sqlite3_column_blob(statement_, column), column);
    }

private:
    std::string_view view(const void* bytes, int column) {
        if (bytes == nullptr) return {};
        return {static_cast<const char*>(bytes),
                static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    void check(int code) {
        if (code != SQLITE_OK) throw SQLite::Exception(database_.getHandle(), code);
    }
    SQLite::Database& database_;
    sqlite3_stmt* statement_ = nullptr;
};

}  // namespace llmr::storage
