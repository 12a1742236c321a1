#include "core/config_pages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config.hpp"
#include "core/config_option.hpp"
#include "core/env_file.hpp"
#include "core/roff.hpp"
#include "core/text.hpp"

namespace llmr {
namespace {

constexpr std::string_view kManDescription = R"(.SH NAME
llm\-router.env \- settings of llm\-router
.SH SYNOPSIS
.I /etc/llm\-router/llm\-router.env
.SH DESCRIPTION
The router is set up by environment variables, or by a file of
.IR NAME = value
lines that
.B LLM_ROUTER_CONFIG
names.
The environment wins over the file.
Without any the router listens on loopback, uses the Ollama of this machine, and sends nothing
anywhere else.
.PP
The format is that of
.B EnvironmentFile=
in
.BR systemd.exec (5):
lines that begin with # or ; are comments, values may be quoted, and a backslash at the end of a
line continues it.
A # behind a value is part of the value.
.PP
An empty value counts as not set.
A value that does not parse, or a name that begins with
.B LLM_ROUTER_
and is not listed here, stops the start; the message names the nearest valid one.
.B llm\-router check\-config
says what is wrong,
.B llm\-router print\-config
what is in effect and where it comes from.
.PP
A secret can also be kept in a file whose path is in
.IR NAME _FILE,
or be a systemd credential of the variable\(aqs name.
.PP
.B SIGHUP
.RB ( "systemctl reload llm\-router" )
applies changes, except of the variables marked
.BR "at restart" .
)";

constexpr std::string_view kManTail = R"(.SH FILES
.TP
.I /etc/llm\-router/llm\-router.env
What the service of the package reads.
.TP
.IR /etc/credstore/llm\-router. name
A secret for that service, such as
.I /etc/credstore/llm\-router.openai_api_key
.SH SEE ALSO
.BR llm\-router (1),
.BR systemd.exec (5)
)";

std::string man_entry(const OptionInfo& option) {
    std::string text = fmt::format(".TP\n\\fB{}\\fR ({})\n{}\n", roff::literal(option.name),
                                   roff::text(option.type), roff::text(option.help));
    if (!option.default_value.empty())
        text += fmt::format("Default: {}.\n", roff::literal(option.default_value));
    if (!option.aliases.empty())
        text += fmt::format("Also {}.\n",
                            roff::literal(fmt::format("{}", fmt::join(option.aliases, ", "))));
    if (option.secret) text += fmt::format("A secret; or {}_FILE.\n", roff::literal(option.name));
    if (!option.reloadable) text += "Changes apply at restart.\n";
    return text;
}

constexpr std::size_t kTemplateColumns = 98;

std::string comment(std::string_view text) {
    std::string lines;
    std::string line = "#";
    for (const std::string& word : split_list(text, ' ')) {
        if (line.size() > 1 && line.size() + 1 + word.size() > kTemplateColumns) {
            lines += line + "\n";
            line = "#";
        }
        line += " " + word;
    }
    return lines + line + "\n";
}

/// Whether the default can stand there to be uncommented: written down, some would mean more.
bool is_value(const config::Option& option) {
    return option.default_note.empty() && option.echo == config::Echo::always;
}

std::string template_entry(const config::Option& option) {
    const std::string& preset =
        option.default_note.empty() ? option.default_value : option.default_note;
    std::string about = option.help + fmt::format(" ({})", option.kind.type);
    if (!is_value(option)) about += fmt::format(" Default: {}.", preset);
    if (option.kind.secret) about += fmt::format(" Or, with a path: {}.", file_variable(option));
    if (!option.reloadable) about += " Applies at restart.";
    return fmt::format("\n{}#{}={}\n", comment(about), option.name,
                       is_value(option) ? quote_env_value(option.default_value) : "");
}

constexpr std::string_view kTemplateHead =
    R"(# Settings of llm-router, see llm-router.env(5). Take the # away from a line to set it.
# systemctl reload llm-router applies changes, where a restart is not asked for below.
# llm-router check-config and print-config read this file where LLM_ROUTER_CONFIG names it.
)";

}  // namespace

std::string config_man_page(const std::string& version, const std::string& date) {
    std::string text = fmt::format(
        ".\\\" Written by the program from its table of options.\n"
        ".TH LLM\\-ROUTER.ENV 5 \"{}\" \"llm\\-router {}\" \"File Formats\"\n.nh\n.ad l\n",
        date, version);
    text += kManDescription;
    text += ".SH VARIABLES\n";
    std::string group;
    for (const OptionInfo& option : option_table()) {
        if (option.group != group) {
            group = option.group;
            text += fmt::format(".SS {}\n", roff::text(group));
        }
        text += man_entry(option);
    }
    return text + std::string(kManTail);
}

std::string config_template() {
    std::string text(kTemplateHead);
    std::string group;
    for (const config::Option& option : config::options()) {
        // It names this file.
        if (option.name == "LLM_ROUTER_CONFIG") continue;
        if (option.group != group) {
            group = option.group;
            text += fmt::format("\n## {}\n", group);
        }
        text += template_entry(option);
    }
    return text;
}

}  // namespace llmr
