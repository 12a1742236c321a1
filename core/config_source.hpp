#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config_option.hpp"

/// Which text each option gets, and from where.
namespace llmr::config {

enum class Source : std::uint8_t { environment, file };

/// What the operator said about one option.
struct Setting {
    std::string value;  ///< trimmed, never empty
    Source source = Source::environment;
    std::string variable;     ///< the name it was found under: the option's or an alias
    std::string secret_path;  ///< the file the value was read from, if NAME_FILE named one
};

struct Settings {
    std::map<std::string, Setting> by_option;  ///< by Option::name; absent: not set
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
};

/// Merges the environment with the file that LLM_ROUTER_CONFIG names (the environment wins),
/// follows aliases and NAME_FILE, and reports names that nobody knows. Reads files, nothing else.
Settings resolve_settings(const Environment& environment);

/// The environment without the variables that the file of LLM_ROUTER_CONFIG sets to the same value.
/// A service manager may have read that very file (EnvironmentFile=): such values are the file's,
/// and must not hide what it says after a change. Unchanged if the file cannot be read.
Environment without_repeats_of_file(Environment environment);

}  // namespace llmr::config
