#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <spdlog/formatter.h>
#include <spdlog/spdlog.h>

namespace llmr {
enum class LogFormat : std::uint8_t;
}

namespace llmr::log {

/// Sets up the process-wide logger on stderr. `level` is trace, debug, info, warn, error or off.
/// Where stderr is the systemd journal (JOURNAL_STREAM), lines carry its <N> priority prefix and no
/// time. In JSON a line is {"time" (UTC), "level", "message", and the fields of `debug_fields`},
/// in the journal with the prefix before it. Call once, before threads start. Prompt text, answers
/// and keys are never logged at any level; every message goes through redact() all the same.
void init(std::string_view level, LogFormat format = {});

/// Changes the level of the logger that init made; any thread may log meanwhile. An unknown name
/// counts as info.
void set_level(std::string_view level);

/// The formatter init uses: "<6>message" for the journal, otherwise
/// "2026-01-31 12:00:00.123 info  message" in local time; one line per message.
std::unique_ptr<spdlog::formatter> make_formatter(bool journal, LogFormat format = {});

/// A named value of a message.
struct Field {
    std::string_view name;
    std::string value;
    bool number = false;  ///< written without quotes in JSON
};

/// A debug message with named values: "message name=value ..." as text, members of the object in
/// JSON. Costs nothing where debug is not logged, if the caller asks `debugging()` first.
void debug_fields(std::string_view message, std::span<const Field> fields);
bool debugging();

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

}  // namespace llmr::log
