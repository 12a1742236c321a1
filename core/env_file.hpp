#pragma once

#include <string_view>

#include "core/config.hpp"

namespace llmr {

/// The text of a KEY=VALUE file, by the rules of systemd's EnvironmentFile: lines that begin with
/// '#' or ';' are comments; unquoted values lose outer blanks, and a backslash there takes the next
/// character literally; in double quotes it does so before ", \, ` and $ only; single quotes take
/// everything literally; a backslash at the end of a line continues it. The last assignment wins.
/// Unlike systemd, a line that is no assignment and an unclosed quote are errors, with their line.
Result<Environment> parse_env_text(std::string_view text);

/// `value` so that parse_env_text gives it back: quoted if it has to be.
std::string quote_env_value(std::string_view value);

/// The whole of a small file (at most 1 MiB). Errors name the path, never the contents.
Result<std::string> read_small_file(const std::string& path);

}  // namespace llmr
