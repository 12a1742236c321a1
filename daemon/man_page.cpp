// llm-router(1) from the command line's own definition.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/roff.hpp"
#include "daemon/cli_outline.hpp"

namespace llmr::daemon {
namespace {

std::string bold(std::string_view text) {
    return "\\fB" + roff::literal(text) + "\\fR";
}

std::string italic(std::string_view text) {
    return "\\fI" + roff::literal(text) + "\\fR";
}

std::string joined(const std::vector<std::string>& names, std::string (*style)(std::string_view)) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + style(name);
    return text;
}

std::string value_of(const OptionOutline& option) {
    if (option.choices.empty()) return italic(option.value);
    std::string text;
    for (const std::string& choice : option.choices)
        text += (text.empty() ? "" : "|") + bold(choice);
    return text;
}

/// A paragraph with what is typed as its tag.
std::string entry(const OptionOutline& option, bool argument) {
    std::string tag = argument ? italic(option.names.front()) : joined(option.names, bold);
    if (!argument && !option.value.empty()) tag += " " + value_of(option);
    std::string help = roff::text(option.help);
    if (argument && !option.choices.empty()) help += ": " + value_of(option);
    if (!help.ends_with('.')) help += ".";
    if (!option.default_value.empty()) help += "\nDefault: " + bold(option.default_value) + ".";
    return fmt::format(".TP\n{}\n{}\n", tag, help);
}

/// --help is said once for all.
bool is_help(const OptionOutline& option) {
    return !option.names.empty() && option.names.back() == "--help";
}

std::string usage(const CommandOutline& command) {
    std::string text = bold(command.name);
    if (!std::all_of(command.options.begin(), command.options.end(), is_help))
        text += " [" + italic("options") + "]";
    for (const OptionOutline& argument : command.arguments) {
        const std::string name = italic(argument.names.front());
        text += argument.required ? " " + name : " [" + name + "]";
    }
    return text;
}

std::string section(const CommandOutline& command) {
    std::string text = fmt::format(".SS {}\n{}.\n", usage(command), roff::text(command.help));
    for (const OptionOutline& argument : command.arguments)
        text += entry(argument, true);
    for (const OptionOutline& option : command.options)
        if (!is_help(option)) text += entry(option, false);
    return text;
}

constexpr std::string_view kDescription = R"(.SH DESCRIPTION
A local\-first LLM router.
LLM clients use it as their base URL; it speaks the APIs of OpenAI, Ollama and Anthropic.
It classifies each query, answers it on local models, and spends a bounded share on hosted ones.
What every attempt cost and how long it took goes into a ledger, an SQLite file.
.PP
Every setting is an environment variable, or a line of the file that
.B LLM_ROUTER_CONFIG
names: see
.BR llm\-router.env (5).
)";

constexpr std::string_view kTail = R"(.SH SIGNALS
.TP
.BR SIGTERM ", " SIGINT
Take no further connections, let running queries finish for at most
.B LLM_ROUTER_DRAIN_SECONDS
seconds, write the ledger and end.
.TP
.B SIGHUP
Read the settings again.
Faulty ones are refused as a whole, and those that need a restart are named in the log.
.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
It failed; of
.BR check ", " classify " and " reconcile
also: something was found that is wrong or differs.
.TP
.B 64
The command line is wrong.
.TP
.B 78
The settings, or a file they name, cannot be used. Starting again does not help.
.SH FILES
.TP
.I /etc/llm\-router/llm\-router.env
The settings of the service that the package installs.
.TP
.I /var/lib/llm\-router/ledger.db
Its ledger.
.TP
.IR $XDG_DATA_HOME/llm\-router/ledger.db ", " $HOME/.local/share/llm\-router/ledger.db
The ledger of a router that a user starts.
.SH EXAMPLES
.EX
llm\-router serve \-\-demo
curl localhost:11435/v1/chat/completions \-d \e
  \(aq{"model":"auto","messages":[{"role":"user","content":"What is 2+2?"}]}\(aq
llm\-router stats \-\-since 24h
.EE
.SH SEE ALSO
.BR llm\-router.env (5),
.BR systemctl (1),
.BR journalctl (1)
)";

}  // namespace

std::string man_page(const CommandOutline& program, const std::string& version,
                     const std::string& date) {
    std::string text = fmt::format(
        ".\\\" Written by the program from its own command line.\n"
        ".TH LLM\\-ROUTER 1 \"{}\" \"llm\\-router {}\" \"User Commands\"\n.nh\n.ad l\n"
        ".SH NAME\nllm\\-router \\- local\\-first LLM router\n"
        ".SH SYNOPSIS\n{} {} [{}]\n",
        date, version, bold(program.name), italic("command"), italic("options"));
    text += kDescription;
    text += ".SH OPTIONS\nEvery command has " + bold("--help") + ", too.\n";
    for (const OptionOutline& option : program.options)
        text += entry(option, false);
    text += ".SH COMMANDS\n";
    for (const CommandOutline& command : program.commands)
        text += section(command);
    return text + std::string(kTail);
}

}  // namespace llmr::daemon
