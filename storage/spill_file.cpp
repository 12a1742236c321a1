#include "storage/spill_file.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>
#include <unistd.h>
#include <utility>

#include "core/log.hpp"
#include "storage/crc32c.hpp"
#include "storage/spill_record.hpp"

namespace llmr::storage {
namespace {

constexpr std::string_view kMagic = "LLMRSPL1";
constexpr std::int64_t kHeaderBytes = 8 + 8 + 4;
constexpr std::size_t kBlockBytes = 256 << 10;
constexpr std::size_t kLongestRecord = kRecordHeadBytes + kMostRecordBytes;

std::string header_of(std::int64_t id) {
    std::string header(kMagic);
    header.append(reinterpret_cast<const char*>(&id), sizeof id);
    const std::uint32_t checksum = crc32c(header);
    header.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    return header;
}

std::int64_t random_id() {
    std::random_device random;
    return static_cast<std::int64_t>((std::uint64_t{random()} << 32 | random()) >> 1);
}

}  // namespace

SpillFile::SpillFile(std::string path, std::string vfs, bool sync)
    : path_(std::move(path)), vfs_(std::move(vfs)), sync_(sync) {}

bool SpillFile::adopt() {
    if (::access(path_.c_str(), F_OK) != 0) return false;
    file_ = std::make_unique<VfsFile>(path_, vfs_);
    size_ = file_->size();
    const std::string header = file_->read(0, kHeaderBytes);
    if (header.size() == kHeaderBytes) std::memcpy(&id_, header.data() + kMagic.size(), sizeof id_);
    if (header == header_of(id_)) {
        read_at_ = kHeaderBytes;
        return !drained();
    }
    // The header is written with the first rows: a file without it holds nothing that was promised,
    // or is not ours.
    log::error("ledger spill file {}: its header is damaged; it is set aside", path_);
    file_.reset();
    id_ = size_ = read_at_ = 0;
    std::rename(path_.c_str(), (path_ + ".bad").c_str());
    return false;
}

void SpillFile::skip_to(std::int64_t position) {
    read_at_ = std::max(read_at_, position);
}

void SpillFile::rewind_to(std::int64_t position) {
    if (file_) read_at_ = std::min(read_at_, std::max(position, kHeaderBytes));
}

void SpillFile::create() {
    file_ = std::make_unique<VfsFile>(path_, vfs_);
    file_->truncate(0);
    id_ = random_id();
    size_ = 0;
    read_at_ = kHeaderBytes;
}

void SpillFile::append(std::span<const AttemptRow* const> rows) {
    try {
        if (!file_) create();
        std::string bytes;
        if (size_ == 0) bytes = header_of(id_);
        for (const AttemptRow* row : rows)
            append_record(bytes, *row, id_);
        file_->write(size_, bytes);
        if (sync_) file_->sync();
        size_ += static_cast<std::int64_t>(bytes.size());
    } catch (...) {
        // What was written in part counts for nothing: the next rows go over it.
        if (size_ == 0) file_.reset();
        throw;
    }
}

SpillFile::Slice SpillFile::read(std::int64_t limit) {
    Slice slice;
    limit = std::min(limit, size_);
    std::size_t wanted = kBlockBytes;
    slice.upto = read_at_;
    while (slice.rows.empty() && slice.upto < limit) {
        const auto available = static_cast<std::size_t>(limit - slice.upto);
        const std::string block = file_->read(slice.upto, std::min(wanted, available));
        std::string_view rest = block;
        FoundRecord found = read_record(rest, id_);
        while (found.state == RecordState::whole) {
            slice.rows.push_back(std::move(found.row));
            slice.upto += static_cast<std::int64_t>(found.size);
            rest.remove_prefix(found.size);
            if (rest.empty()) return slice;
            found = read_record(rest, id_);
        }
        if (!slice.rows.empty()) break;  // what follows is the next slice's
        if (found.state == RecordState::incomplete && block.size() < available) {
            wanted = kLongestRecord;
            continue;
        }
        slice.upto = pass_over(slice.upto);
        limit = std::min(limit, size_);
    }
    return slice;
}

std::int64_t SpillFile::next_record_after(std::int64_t damaged) {
    for (std::int64_t at = damaged + 1; at < size_;) {
        const std::string block = file_->read(at, kBlockBytes + kLongestRecord);
        std::size_t found = find_marker(block, 0);
        while (found < kBlockBytes) {
            const auto rest = std::string_view(block).substr(found);
            if (read_record(rest, id_).state == RecordState::whole)
                return at + static_cast<std::int64_t>(found);
            found = find_marker(block, found + 1);
        }
        at += static_cast<std::int64_t>(kBlockBytes);
    }
    return size_;
}

/// Where reading goes on after a record that cannot be read.
std::int64_t SpillFile::pass_over(std::int64_t damaged) {
    const std::int64_t next = next_record_after(damaged);
    if (next < size_) {
        log::error("ledger spill file {}: {} bytes at {} are damaged; set aside in {}.bad", path_,
                   next - damaged, damaged, path_);
        set_aside(damaged, next);
        return next;
    }
    log::warn("ledger spill file {}: a torn tail of {} bytes is cut off (kept in {}.bad)", path_,
              size_ - damaged, path_);
    set_aside(damaged, size_);
    size_ = damaged;
    file_->truncate(size_);
    return size_;
}

void SpillFile::set_aside(std::int64_t from, std::int64_t to) try {
    VfsFile bad(path_ + ".bad", {});
    std::int64_t end = bad.size();
    while (from < to) {
        const std::string block =
            file_->read(from, std::min(kBlockBytes, static_cast<std::size_t>(to - from)));
        if (block.empty()) break;
        bad.write(end, block);
        end += static_cast<std::int64_t>(block.size());
        from += static_cast<std::int64_t>(block.size());
    }
} catch (const std::exception& failure) {
    log::error("ledger spill file {}: damaged bytes could not be kept: {}", path_, failure.what());
}

void SpillFile::clear() {
    file_.reset();
    id_ = size_ = read_at_ = 0;
    try {
        VfsFile::remove(path_, vfs_);
    } catch (const std::exception& failure) {
        log::warn("ledger spill file: {}", failure.what());
    }
}

}  // namespace llmr::storage
