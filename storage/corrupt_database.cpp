#include "storage/corrupt_database.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sqlite3.h>
#include <stdexcept>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>

#include "core/text.hpp"
#include "storage/database_file.hpp"

namespace llmr::storage {
namespace {

/// "20261121T123504123Z"
std::string compact_time(std::int64_t now_ms) {
    std::string time = iso8601(now_ms);
    std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == '.'; });
    return time;
}

void move_file(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return;
    throw std::runtime_error("the damaged file could not be put aside: " +
                             std::string(std::strerror(errno)));
}

}  // namespace

bool means_damage(int code) {
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool looks_damaged(const std::string& path, const std::string& vfs) try {
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, 0, vfs);
    database.execAndGet("SELECT COUNT(*) FROM sqlite_schema");
    database.execAndGet("SELECT last_seq FROM totals");
    return false;
} catch (const SQLite::Exception& failure) {
    return means_damage(failure.getErrorCode() & 0xff);
}

std::string put_aside(const std::string& path, std::int64_t now_ms) {
    const std::string aside = path + ".corrupt-" + compact_time(now_ms);
    // The WAL goes first: a new database must never find one that is not its own.
    for (const char* suffix : {"-wal", "-shm", ""})
        move_file(path + suffix, aside + suffix);
    sync_directory_of(path);
    return aside;
}

}  // namespace llmr::storage
