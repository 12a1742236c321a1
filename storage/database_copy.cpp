#include "storage/database_copy.hpp"

#include <cstdio>
#include <sqlite3.h>
#include <stdexcept>

#include "storage/database_file.hpp"

namespace llmr::storage {
namespace {

constexpr int kPagesPerStep = 500;  // 2 MB: a few milliseconds

std::string copy_path(const std::string& path) {
    return path + ".rebuild";
}

}  // namespace

DatabaseCopy::DatabaseCopy(SQLite::Database& source, const std::string& path,
                           const std::string& vfs) {
    const std::string target = copy_path(path);
    std::remove(target.c_str());
    if (const auto ready = prepare_database_file(target); !ready)
        throw std::runtime_error(ready.error().message);
    target_ = std::make_unique<SQLite::Database>(target, SQLite::OPEN_READWRITE, 0, vfs);
    backup_ = sqlite3_backup_init(target_->getHandle(), "main", source.getHandle(), "main");
    if (backup_ == nullptr) throw SQLite::Exception(target_->getHandle());
}

DatabaseCopy::~DatabaseCopy() {
    sqlite3_backup_finish(backup_);
}

bool DatabaseCopy::step() {
    const int code = sqlite3_backup_step(backup_, kPagesPerStep);
    if (code == SQLITE_OK) return false;
    if (code != SQLITE_DONE) throw SQLite::Exception(sqlite3_errstr(code), code);
    const int finished = sqlite3_backup_finish(backup_);
    backup_ = nullptr;
    if (finished != SQLITE_OK) throw SQLite::Exception(sqlite3_errstr(finished), finished);
    return true;
}

void DatabaseCopy::put_in_place(const std::string& path) {
    // A WAL of the file that is gone must not be taken for the new one's.
    std::remove((path + "-wal").c_str());
    std::remove((path + "-shm").c_str());
    if (std::rename(copy_path(path).c_str(), path.c_str()) != 0)
        throw std::runtime_error("the rebuilt database could not be put in place");
    sync_directory_of(path);
}

}  // namespace llmr::storage
