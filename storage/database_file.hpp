#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <SQLiteCpp/Database.h>

#include "core/config.hpp"
#include "core/error.hpp"

namespace llmr::storage {

/// Holds `<path>.lock` while it lives, so that two daemons never write one ledger: the second would
/// take the first one's open rows for interrupted ones. Released by the kernel when a process dies.
class LedgerLock {
public:
    static Result<LedgerLock> acquire(const std::string& database_path);
    LedgerLock(LedgerLock&& other) noexcept;
    LedgerLock& operator=(LedgerLock&& other) noexcept;
    ~LedgerLock();

private:
    explicit LedgerLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

/// Makes `path` usable: missing directories with mode 0700, a missing file with mode 0600. Errors:
/// no permission; a directory on a network or FUSE file system, where WAL's shared memory and locks
/// do not work.
Result<void> prepare_database_file(const std::string& path);

/// The name of a file system that cannot hold a WAL database, from statfs' f_type; else nothing.
std::optional<std::string_view> unsuitable_file_system(long long f_type);

/// Which file a path names: two are the same file only if these are equal.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;  ///< 0: there is none
    bool exists() const { return inode != 0; }
    bool operator==(const FileIdentity&) const = default;
};
FileIdentity identify(const std::string& path);

/// Writes the entries of the directory that holds `path` to the disk. False if that failed.
bool sync_directory_of(const std::string& path);

/// The writing connection: WAL, bounded cache, no automatic checkpoint in COMMIT. Used by one
/// thread at a time. `vfs`: SQLite's file layer by name, empty for the system's. Throws
/// SQLite::Exception.
std::unique_ptr<SQLite::Database> open_writer(const std::string& path, FsyncMode fsync,
                                              int busy_timeout_ms, const std::string& vfs = {});

/// A connection that can only read; the file must exist. Throws SQLite::Exception.
std::unique_ptr<SQLite::Database> open_reader(const std::string& path, int busy_timeout_ms);

}  // namespace llmr::storage
