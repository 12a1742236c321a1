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

}  // namespace llmr::config
