#pragma once

#include <memory>
#include <string>

#include <SQLiteCpp/Database.h>

struct sqlite3_backup;

namespace llmr::storage {

/// Brings back a database whose file was deleted while it was open: copies it from the connection
/// that still holds it, in steps, into `<path>.rebuild`. Not thread-safe. Members throw.
class DatabaseCopy {
public:
    /// `source` must stay open and unwritten until the copy is done or gone.
    DatabaseCopy(SQLite::Database& source, const std::string& path, const std::string& vfs);
    ~DatabaseCopy();

    /// Copies some more; true when everything is in the file and on the disk.
    bool step();

    /// Puts a finished copy where the database was. The source must be closed.
    static void put_in_place(const std::string& path);

private:
    std::unique_ptr<SQLite::Database> target_;
    sqlite3_backup* backup_ = nullptr;
};

}  // namespace llmr::storage
