// Completion scripts from the command line's own definition.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/cli_outline.hpp"

namespace llmr::daemon {
namespace {

/// Every word that may follow the command: its options, and what its arguments may say.
std::string words_of(const CommandOutline& command) {
    std::vector<std::string> words;
    for (const OptionOutline& argument : command.arguments)
        words.insert(words.end(), argument.choices.begin(), argument.choices.end());
    for (const OptionOutline& option : command.options)
        words.push_back(option.names.back());
    for (const CommandOutline& further : command.commands)
        words.push_back(further.name);
    return fmt::format("{}", fmt::join(words, " "));
}

std::vector<std::string> names_of(const std::vector<CommandOutline>& commands) {
    std::vector<std::string> names;
    for (const CommandOutline& command : commands)
        names.push_back(command.name);
    return names;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// Within single quotes of bash and zsh.
std::string single_quoted(const std::string& text) {
    return "'" + replaced(text, "'", "'\\''") + "'";
}

/// The first sentence of a help text, without what ends it.
std::string brief(const std::string& help) {
    std::string text = help.substr(0, help.find(". "));
    if (text.ends_with('.')) text.pop_back();
    return text;
}

// bash

/// What may follow an option that takes a value: its choices, or else a file name.
std::string bash_values(const CommandOutline& command) {
    std::string text;
    for (const OptionOutline& option : command.options) {
        if (option.value.empty()) continue;
        text += fmt::format("        '{} {}')", command.name, option.names.back());
        if (option.choices.empty()) {
            text += " return ;;\n";
        } else {
            text += fmt::format(" candidates='{}' ;;\n", fmt::join(option.choices, " "));
        }
    }
    return text;
}

constexpr std::string_view kBashHead = R"(# shellcheck shell=bash
# Completion of llm-router for bash; `llm-router completion bash` wrote it.
_llm_router() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command='' candidates='' word
    COMPREPLY=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
)";

constexpr std::string_view kBashTail = R"(        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$current")
}
complete -o default -F _llm_router llm-router
)";

// zsh

/// Within the parts of an _arguments specification.
std::string zsh_text(const std::string& text) {
    std::string escaped = replaced(brief(text), "\\", "\\\\");
    for (const char* special : {"[", "]", ":"})
        escaped = replaced(escaped, special, std::string("\\") + special);
    return escaped;
}

std::string zsh_action(const OptionOutline& option) {
    if (option.choices.empty()) return "_files";
    return fmt::format("({})", fmt::join(option.choices, " "));
}

std::string zsh_option(const OptionOutline& option) {
    std::string spec = fmt::format("*{}[{}]", option.names.back(), zsh_text(option.help));
    if (!option.value.empty())
        spec += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
    return single_quoted(spec);
}

std::string zsh_command(const CommandOutline& command) {
    std::string text =
        fmt::format("                {})\n                    _arguments", command.name);
    for (const OptionOutline& option : command.options)
        text += " \\\n                        " + zsh_option(option);
    int number = 0;
    for (const OptionOutline& argument : command.arguments) {
        text += " \\\n                        " +
                single_quoted(fmt::format("{}:{}:{}", ++number, zsh_text(argument.names.front()),
                                          zsh_action(argument)));
    }
    return text + "\n                    ;;\n";
}

// fish

std::string fish_quoted(const std::string& text) {
    return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_option(const OptionOutline& option, const std::string& condition) {
    std::string line = fmt::format("complete -c llm-router -n '{}'", condition);
    for (const std::string& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.choices.empty()) {
        line += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
    } else if (!option.value.empty()) {
        line += " -r -F";
    }
    return line + " -d " + fish_quoted(brief(option.help)) + "\n";
}

std::string fish_command(const CommandOutline& command) {
    const std::string seen = "__fish_seen_subcommand_from " + command.name;
    std::string text;
    for (const OptionOutline& option : command.options)
        text += fish_option(option, seen);
    for (const OptionOutline& argument : command.arguments) {
        text += fmt::format("complete -c llm-router -n '{}'", seen);
        text += argument.choices.empty()
                    ? " -F\n"
                    : fmt::format(" -a '{}'\n", fmt::join(argument.choices, " "));
    }
    return text;
}

}  // namespace

std::string bash_completion(const CommandOutline& program) {
    std::string text(kBashHead);
    text += fmt::format(
        "            {})\n                command=$word\n                break\n"
        "                ;;\n        esac\n    done\n",
        fmt::join(names_of(program.commands), " | "));
    text += "    case \"$command $previous\" in\n";
    for (const CommandOutline& command : program.commands)
        text += bash_values(command);
    text += "    esac\n    if [ -z \"$candidates\" ]; then\n        case $command in\n";
    text += fmt::format("            '') candidates='{}' ;;\n", words_of(program));
    for (const CommandOutline& command : program.commands)
        text +=
            fmt::format("            {}) candidates='{}' ;;\n", command.name, words_of(command));
    return text + std::string(kBashTail);
}

std::string zsh_completion(const CommandOutline& program) {
    std::string text =
        "#compdef llm-router\n# Completion of llm-router for zsh; `llm-router completion zsh` "
        "wrote it.\n_llm_router() {\n    local -a commands\n    local context state state_descr "
        "line\n    typeset -A opt_args\n    commands=(\n";
    for (const CommandOutline& command : program.commands)
        text +=
            fmt::format("        {}\n", single_quoted(command.name + ":" + zsh_text(command.help)));
    text += "    )\n    _arguments -C";
    for (const OptionOutline& option : program.options)
        text += " \\\n        " + zsh_option(option);
    text +=
        " \\\n        '1: :->command' \\\n        '*:: :->rest'\n    case $state in\n"
        "        command) _describe -t commands command commands ;;\n        rest)\n"
        "            case $words[1] in\n";
    for (const CommandOutline& command : program.commands)
        text += zsh_command(command);
    return text +
           "            esac\n            ;;\n    esac\n}\n"
           "if [ \"$funcstack[1]\" = _llm_router ]; then\n    _llm_router \"$@\"\nelse\n"
           "    compdef _llm_router llm-router\nfi\n";
}

std::string fish_completion(const CommandOutline& program) {
    std::string text =
        "# Completion of llm-router for fish; `llm-router completion fish` wrote it.\n"
        "complete -c llm-router -f\n";
    for (const OptionOutline& option : program.options)
        text += fish_option(option, "__fish_use_subcommand");
    for (const CommandOutline& command : program.commands) {
        text += fmt::format("complete -c llm-router -n __fish_use_subcommand -a {} -d {}\n",
                            command.name, fish_quoted(brief(command.help)));
    }
    for (const CommandOutline& command : program.commands)
        text += fish_command(command);
    return text;
}

}  // namespace llmr::daemon
