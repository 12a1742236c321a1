#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/attempt_row.hpp"

/// The bytes of one row in a spill file: marker, length and CRC-32C (4 bytes each, little-endian),
/// then the columns by name, so that a newer program reads what an older one wrote. The checksum
/// begins with the file's id: what an older use of the same blocks left is never taken for new.
namespace llmr::storage {

/// Appends `row` to `bytes` as one record of the file `file_id`.
void append_record(std::string& bytes, const AttemptRow& row, std::int64_t file_id);

enum class RecordState : std::uint8_t {
    whole,
    incomplete,  ///< could be a record if more bytes followed
    damaged      ///< no marker, an absurd length or a wrong checksum
};
struct FoundRecord {
    RecordState state = RecordState::damaged;
    std::size_t size = 0;  ///< bytes of a whole record, of an incomplete one when complete
    AttemptRow row;        ///< of a whole record
};
/// The record at the beginning of `bytes`.
FoundRecord read_record(std::string_view bytes, std::int64_t file_id);

/// Where in `bytes`, at or after `from`, a record may begin; npos: nowhere.
std::size_t find_marker(std::string_view bytes, std::size_t from);

inline constexpr std::size_t kRecordHeadBytes = 12;
/// More than any row takes: texts are cut at 16 KiB.
inline constexpr std::size_t kMostRecordBytes = 1 << 20;

}  // namespace llmr::storage
