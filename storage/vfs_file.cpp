#include "storage/vfs_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

namespace llmr::storage {
namespace {

/// SQLite's Unix layer moves less than 128 KiB per call, whatever is asked of it.
constexpr std::size_t kMostPerCall = 64 << 10;

sqlite3_vfs& find_vfs(const std::string& name) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(name.empty() ? nullptr : name.c_str());
    if (vfs == nullptr) throw std::runtime_error("no SQLite VFS named " + name);
    return *vfs;
}

void check(int code, const std::string& path, const char* what) {
    if (code == SQLITE_OK) return;
    throw std::runtime_error(fmt::format("{}: {}: {}", path, what, sqlite3_errstr(code)));
}

/// O_EXCL and O_NOFOLLOW: a link somebody else put there is not followed.
void create_private(const std::string& path) {
    const int fd =
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        ::close(fd);
    } else if (errno != EEXIST) {
        throw std::system_error(errno, std::generic_category(), path);
    }
}

}  // namespace

VfsFile::VfsFile(const std::string& path, const std::string& vfs_name) : path_(path) {
    sqlite3_vfs& vfs = find_vfs(vfs_name);
    create_private(path_);
    memory_ = std::make_unique<char[]>(static_cast<std::size_t>(vfs.szOsFile));
    // A super-journal is SQLite's plain file: no locks, and its first sync covers the directory.
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_SUPER_JOURNAL;
    check(vfs.xOpen(&vfs, path_.c_str(), file(), kFlags, nullptr), path_, "open");
}

VfsFile::~VfsFile() {
    if (file()->pMethods != nullptr) file()->pMethods->xClose(file());
}

std::int64_t VfsFile::size() {
    sqlite3_int64 bytes = 0;
    check(file()->pMethods->xFileSize(file(), &bytes), path_, "size");
    return bytes;
}

std::string VfsFile::read(std::int64_t offset, std::size_t length) {
    const auto left = static_cast<std::size_t>(std::max<std::int64_t>(0, size() - offset));
    std::string bytes(std::min(left, length), '\0');
    for (std::size_t done = 0; done < bytes.size();) {
        const std::size_t part = std::min(kMostPerCall, bytes.size() - done);
        check(file()->pMethods->xRead(file(), bytes.data() + done, static_cast<int>(part),
                                      offset + static_cast<std::int64_t>(done)),
              path_, "read");
        done += part;
    }
    return bytes;
}

void VfsFile::write(std::int64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view part = bytes.substr(0, kMostPerCall);
        check(file()->pMethods->xWrite(file(), part.data(), static_cast<int>(part.size()), offset),
              path_, "write");
        offset += static_cast<std::int64_t>(part.size());
        bytes.remove_prefix(part.size());
    }
}

void VfsFile::truncate(std::int64_t size) {
    check(file()->pMethods->xTruncate(file(), size), path_, "truncate");
}

void VfsFile::sync() {
    check(file()->pMethods->xSync(file(), SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY), path_,
          "sync");
}

void VfsFile::remove(const std::string& path, const std::string& vfs_name) {
    sqlite3_vfs& vfs = find_vfs(vfs_name);
    const int code = vfs.xDelete(&vfs, path.c_str(), 0);
    if (code != SQLITE_IOERR_DELETE_NOENT) check(code, path, "delete");
}

sqlite3_file* VfsFile::file() {
    return reinterpret_cast<sqlite3_file*>(memory_.get());
}

}  // namespace llmr::storage
