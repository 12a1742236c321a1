#include "storage/backup.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include "storage/database_file.hpp"
#include "storage/schema.hpp"

namespace llmr::storage {
namespace {

constexpr int kBusyTimeoutMs = 5000;

std::runtime_error system_failure(const std::string& what) {
    return std::runtime_error(fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

/// The file under its temporary name; goes away unless it was published.
class UnfinishedFile {
public:
    explicit UnfinishedFile(std::string target)
        : target_(std::move(target)), path_(fmt::format("{}.tmp-{}", target_, ::getpid())) {
        // Created by us so that nobody else can ever read it: SQLite takes an empty file.
        const int fd =
            ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (fd < 0) throw system_failure(path_);
        ::close(fd);
    }
    ~UnfinishedFile() { ::unlink(path_.c_str()); }
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;

    const std::string& path() const { return path_; }
    /// Gives it its name; a link never replaces a file.
    void publish() const {
        sync(path_, O_RDWR);
        if (::link(path_.c_str(), target_.c_str()) != 0) throw system_failure(target_);
        const auto folder = std::filesystem::path(target_).parent_path();
        sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
    }

private:
    static void sync(const std::string& path, int flags) {
        const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
        if (fd < 0) throw system_failure(path);
        const int failed = ::fsync(fd);
        ::close(fd);
        if (failed != 0) throw system_failure(path);
    }

    std::string target_;
    std::string path_;
};

/// What the copy holds, after SQLite found it sound.
BackupReport verified(const std::string& path) {
    SQLite::Database copy(path, SQLite::OPEN_READONLY);
    const std::string verdict = copy.execAndGet("PRAGMA integrity_check").getString();
    if (verdict != "ok") throw std::runtime_error("the copy is not sound: " + verdict);
    BackupReport report;
    report.rows = copy.execAndGet("SELECT COUNT(*) FROM attempts").getInt64();
    report.bytes = static_cast<std::int64_t>(std::filesystem::file_size(path));
    return report;
}

}  // namespace

Result<BackupReport> backup_ledger(const std::string& path, const std::string& target) try {
    if (std::filesystem::exists(std::filesystem::symlink_status(target)))
        return Error(Errc::ledger_unavailable,
                     fmt::format("{} exists; a backup never replaces a file", target));
    // Not the online backup interface: that begins anew whenever another process commits, and a
    // busy daemon commits all the time. One read transaction sees one moment and blocks nobody.
    auto database = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
    const UnfinishedFile unfinished(target);
    SQLite::Statement copy(*database, "VACUUM INTO ?1");
    copy.bind(1, unfinished.path());
    copy.exec();
    const BackupReport report = verified(unfinished.path());
    unfinished.publish();
    return report;
} catch (const std::exception& failure) {
    return ledger_error(path, fmt::format("backup: {}", failure.what()));
}

}  // namespace llmr::storage
