#include "storage/database_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "storage/schema.hpp"

namespace llmr::storage {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kOwnerDirectory = S_IRWXU;

struct FileSystemMagic {
    long long f_type;
    std::string_view name;
};
// From the statfs(2) manual page and linux/magic.h. FUSE stands for virtiofs, sshfs and the shares
// of container desktops too.
constexpr std::array kUnsuitable{
    FileSystemMagic{0x6969, "NFS"},        FileSystemMagic{0x517B, "SMB"},
    FileSystemMagic{0xFF534D42, "CIFS"},   FileSystemMagic{0xFE534D42, "SMB2"},
    FileSystemMagic{0x01021997, "9p"},     FileSystemMagic{0x65735546, "FUSE"},
    FileSystemMagic{0x00C36400, "Ceph"},   FileSystemMagic{0x5346414F, "AFS"},
    FileSystemMagic{0x786F4256, "vboxsf"}, FileSystemMagic{0x0BD00BD0, "Lustre"},
};

std::string system_error(int code) {
    return std::generic_category().message(code);
}

/// Creates `directory` and what is missing above it. create_directories would use the umask alone.
int make_directories(const fs::path& directory) {
    if (directory.empty() || ::access(directory.c_str(), F_OK) == 0) return 0;
    if (const int code = make_directories(directory.parent_path()); code != 0) return code;
    if (::mkdir(directory.c_str(), kOwnerDirectory) == 0 || errno == EEXIST) return 0;
    return errno;
}

/// WAL needs locks and shared memory that every process on the machine sees alike.
Result<void> check_file_system(const std::string& path, const fs::path& directory) {
    struct statfs info{};
    if (::statfs(directory.c_str(), &info) != 0) return ledger_error(path, system_error(errno));
    const auto name = unsuitable_file_system(static_cast<unsigned int>(info.f_type));
    if (!name) return {};
    return ledger_error(path, fmt::format("is on a {} file system, where SQLite's locks are not "
                                          "reliable; choose a local directory with LLM_ROUTER_DB",
                                          *name));
}

}  // namespace

std::optional<std::string_view> unsuitable_file_system(long long f_type) {
    for (const FileSystemMagic& magic : kUnsuitable)
        if (magic.f_type == f_type) return magic.name;
    return std::nullopt;
}

Result<void> prepare_database_file(const std::string& path) {
    if (path.empty()) return ledger_error(path, "no path is set");
    const fs::path parent = fs::path(path).parent_path();
    const fs::path directory = parent.empty() ? fs::path(".") : parent;
    if (const int code = make_directories(directory); code != 0)
        return ledger_error(
            path, fmt::format("cannot create {}: {}", directory.string(), system_error(code)));
    if (const auto suitable = check_file_system(path, directory); !suitable) return suitable;
    // SQLite gives the WAL and its index the mode of the database. O_EXCL: closing another
    // descriptor of an open database would drop SQLite's locks on it.
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
    if (fd >= 0) {
        ::close(fd);
        // Else a loss of power could take the new file away with everything committed into it.
        sync_directory_of(path);
    } else if (errno != EEXIST) {
        return ledger_error(path, system_error(errno));
    }
    return {};
}

Result<LedgerLock> LedgerLock::acquire(const std::string& database_path) {
    const std::string path = database_path + ".lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
    if (fd < 0) return ledger_error(database_path, "lock file: " + system_error(errno));
    LedgerLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
        return ledger_error(database_path, errno == EWOULDBLOCK
                                               ? "is in use by another llm-router"
                                               : "lock file: " + system_error(errno));
    return lock;
}

LedgerLock::LedgerLock(LedgerLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

LedgerLock& LedgerLock::operator=(LedgerLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

LedgerLock::~LedgerLock() {
    if (fd_ >= 0) ::close(fd_);
}

FileIdentity identify(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return {};
    return {info.st_dev, info.st_ino};
}

bool sync_directory_of(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    const char* directory = parent.empty() ? "." : parent.c_str();
    const int fd = ::open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    return synced;
}

namespace {

// Slots for the memory that running statements take and give back; 40 are too few for the writer's.
constexpr int kLookasideBytes = 1200;
constexpr int kLookasideSlots = 128;

/// Once, before the first connection: SQLite counts every allocation under one lock otherwise.
void stop_counting_memory() {
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(done);  // too late (misuse) only costs time
}

}  // namespace

std::unique_ptr<SQLite::Database> open_writer(const std::string& path, FsyncMode fsync,
                                              int busy_timeout_ms, const std::string& vfs) {
    stop_counting_memory();
    auto database = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busy_timeout_ms, vfs);
    sqlite3_db_config(database->getHandle(), SQLITE_DBCONFIG_LOOKASIDE, nullptr, kLookasideBytes,
                      kLookasideSlots);
    database->exec("PRAGMA journal_mode = WAL");
    database->exec(fsync == FsyncMode::full ? "PRAGMA synchronous = FULL"
                                            : "PRAGMA synchronous = NORMAL");
    database->exec(
        "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; "
        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024");
    return database;
}

std::unique_ptr<SQLite::Database> open_reader(const std::string& path, int busy_timeout_ms) {
    stop_counting_memory();
    auto database = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, busy_timeout_ms);
    database->exec("PRAGMA query_only = 1; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512");
    return database;
}

}  // namespace llmr::storage
