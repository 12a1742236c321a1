#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3_file;
struct sqlite3_vfs;

namespace llmr::storage {

/// One file, read and written through a SQLite VFS: where SQLite's own files meet a fault (in a
/// test, by injection), this one does. Not thread-safe. Members throw std::system_error or
/// std::runtime_error with the reason.
class VfsFile {
public:
    /// Opens `path` for reading and writing, creating it with mode 0600. `vfs`: its name, empty
    /// for the system's.
    VfsFile(const std::string& path, const std::string& vfs);
    ~VfsFile();
    VfsFile(const VfsFile&) = delete;
    VfsFile& operator=(const VfsFile&) = delete;

    std::int64_t size();
    /// What is there from `offset`, at most `length` bytes.
    std::string read(std::int64_t offset, std::size_t length);
    void write(std::int64_t offset, std::string_view bytes);
    void truncate(std::int64_t size);
    /// To the disk; the first time with the directory's entry.
    void sync();

    /// Removes a file; one that is missing is fine.
    static void remove(const std::string& path, const std::string& vfs);

private:
    sqlite3_file* file();

    std::string path_;
    std::unique_ptr<char[]> memory_;  ///< the VFS's own size of a file object
};

}  // namespace llmr::storage
