#pragma once

#include <cstdint>
#include <string>

namespace llmr::storage {

/// SQLite's primary result codes for a damaged file, and for one that is no database.
bool means_damage(int code);

/// Does SQLite call the file at `path` damaged, or no database, as soon as it is opened anew? False
/// where it cannot be opened for any other reason: then nothing is known.
bool looks_damaged(const std::string& path, const std::string& vfs);

/// Moves a damaged database and its WAL to `<path>.corrupt-<UTC time>` (`...-wal`), where nothing
/// touches them again. Every connection of this process that writes must be closed. Returns the new
/// name. Throws std::runtime_error where it cannot be moved.
std::string put_aside(const std::string& path, std::int64_t now_ms);

}  // namespace llmr::storage
