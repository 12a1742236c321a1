#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>

#include "storage/attempt_row.hpp"
#include "storage/vfs_file.hpp"

namespace llmr::storage {

/// Where rows wait while SQLite cannot be written: `<database>.spill`, mode 0600, a header with a
/// random id and then one checksummed record per row, only ever appended to. It exists while it
/// holds rows that are not in the database. Not thread-safe. Members throw std::exception where the
/// file cannot be read or written; nothing of what was appended before is lost by that.
class SpillFile {
public:
    /// `sync`: append() returns when the rows are on the disk.
    SpillFile(std::string path, std::string vfs, bool sync);

    /// Takes over what an earlier run has left. False if there is nothing. A file whose header is
    /// damaged is set aside as `<path>.bad`.
    bool adopt();
    /// Says how far the database has got with the file `id()`; reading goes on there.
    void skip_to(std::int64_t position);

    /// Where reading is.
    std::int64_t position() const { return read_at_; }
    /// The database that took what was read is gone: reading begins again at `position`.
    void rewind_to(std::int64_t position);

    void append(std::span<const AttemptRow* const> rows);

    struct Slice {
        std::deque<AttemptRow> rows;
        std::int64_t upto = 0;  ///< position after the last of them
    };
    /// The rows from the reading position on, at most about 256 KiB of records, none at or after
    /// `limit`. Does not move the position: skip_to(upto) does once they are committed. A torn tail
    /// is cut off; a damaged record is moved to `<path>.bad`, logged, and passed over.
    Slice read(std::int64_t limit);

    /// Everything is in the database: removes the file. Failing to is harmless: the database knows
    /// how far the file was read.
    void clear();

    std::int64_t id() const { return id_; }
    std::int64_t size() const { return size_; }  ///< bytes, 0: no file
    bool drained() const { return read_at_ >= size_; }

private:
    void create();
    std::int64_t next_record_after(std::int64_t damaged);
    std::int64_t pass_over(std::int64_t damaged);
    void set_aside(std::int64_t from, std::int64_t to);

    std::string path_;
    std::string vfs_;
    bool sync_;
    std::unique_ptr<VfsFile> file_;
    std::int64_t id_ = 0;
    std::int64_t size_ = 0;
    std::int64_t read_at_ = 0;
};

}  // namespace llmr::storage
