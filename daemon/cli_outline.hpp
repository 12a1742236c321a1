#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace llmr::daemon {

/// An option or an argument of a command, as documentation.
struct OptionOutline {
    std::vector<std::string> names;  ///< "-h", "--help"; of an argument its one name
    std::string value;               ///< what follows the name: "TEXT", "INT"; empty: a flag
    std::vector<std::string> choices;
    std::string help;
    std::string default_value;
    bool required = false;
};

/// A command line, as documentation: what man pages and completions are written from.
struct CommandOutline {
    std::string name;
    std::string help;
    std::vector<OptionOutline> options;
    std::vector<OptionOutline> arguments;
    std::vector<CommandOutline> commands;  ///< without hidden ones
};

CommandOutline outline_of(const CLI::App& app);

/// A man page of section 1, in the macros of man(7). `version` and `date` stand in its margins.
std::string man_page(const CommandOutline& program, const std::string& version,
                     const std::string& date);

/// Completion scripts, to be sourced by bash and fish, and to be put on zsh's fpath.
std::string bash_completion(const CommandOutline& program);
std::string zsh_completion(const CommandOutline& program);
std::string fish_completion(const CommandOutline& program);

}  // namespace llmr::daemon
