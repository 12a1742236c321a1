#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config.hpp"
#include "core/text.hpp"

namespace llmr {
namespace {

constexpr std::size_t kHelpColumns = 100;

/// The words of `text` in lines of at most `width` columns; a longer word has a line of its own.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    for (const std::string& word : split_list(text, ' ')) {
        if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
            lines.push_back(word);
        } else {
            lines.back() += " " + word;
        }
    }
    return lines;
}

std::string describe_value(const OptionInfo& option) {
    std::string text = option.type;
    if (!option.default_value.empty()) text += "; default " + option.default_value;
    return text;
}

std::string describe_names(const OptionInfo& option) {
    std::string text;
    if (!option.aliases.empty()) text = fmt::format(" Also {}.", fmt::join(option.aliases, ", "));
    if (option.secret) text += fmt::format(" Or a file that holds it: {}_FILE.", option.name);
    return text;
}

std::string help_entry(const OptionInfo& option, std::size_t column) {
    std::vector<std::string> lines = wrap(describe_value(option), kHelpColumns - column);
    const std::vector<std::string> more =
        wrap(option.help + describe_names(option), kHelpColumns - column);
    lines.insert(lines.end(), more.begin(), more.end());
    std::string text;
    std::string left = "  " + option.name;
    for (const std::string& line : lines) {
        text += fmt::format("{:<{}}{}\n", left, column, line);
        left.clear();
    }
    return text;
}

/// A pipe would end the cell, within code as well.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string markdown_row(const OptionInfo& option) {
    std::string names = fmt::format("`{}`", option.name);
    for (const std::string& alias : option.aliases)
        names += fmt::format("<br>`{}`", alias);
    if (option.secret) names += fmt::format("<br>`{}_FILE`", option.name);
    const bool literal =
        option.default_value.find(' ') == std::string::npos && option.default_value != "none";
    const std::string value =
        literal ? fmt::format("`{}`", option.default_value) : option.default_value;
    return fmt::format("| {} | {} | {} | {} | {} |\n", names, cell(option.type), cell(value),
                       cell(option.help), option.reloadable ? "yes" : "no");
}

constexpr std::string_view kMarkdownHead = R"(# Configuration

<!-- Generated from the option table in core/config_table.cpp; a test compares the two. -->

Everything is set by environment variables, or in a file of `NAME=value` lines that
`LLM_ROUTER_CONFIG` names. The environment wins over the file. With no settings at all the router
listens on loopback, uses the Ollama of this machine, and sends nothing anywhere else.

- `llm-router --help` lists the variables, `print-config` shows the values in effect and where
  each comes from, `check-config` reports every mistake at once and does nothing else.
- An empty value counts as not set. A value that does not parse, or a name that begins with
  `LLM_ROUTER_` and is not listed here, stops the start; the message names the nearest valid one.
- Where several names are listed, the first is the router's own and the others are those of
  existing tools. If two are set and differ, the one listed first wins, with a warning.
- A secret can be kept in a file: `NAME_FILE` holds its path. A systemd credential of the
  variable's name (`LoadCredential=openai_api_key:/path`) is read, too. Secrets are never printed,
  and the daemon removes them from its own environment.
- "Reload" tells whether SIGHUP (`systemctl reload llm-router`) applies a change made in the file.
  A faulty file is refused as a whole and the running configuration stays.
)";

constexpr std::string_view kMarkdownTail = R"(
## The file

The format is that of systemd's `EnvironmentFile`: one file serves `LLM_ROUTER_CONFIG` and a unit.

```sh
# Lines that begin with # or ; are comments.
OLLAMA_URL=http://127.0.0.1:11434
OPENAI_API_KEY_FILE=/etc/llm-router/openai.key
LLM_LOCAL_THRESHOLD=95
LLM_MODEL_ALIASES="gpt-4=auto, fast=auto:simple"
```

Values may be quoted; a backslash at the end of a line continues it. A `#` behind a value is part of
the value.

## Which servers there are

- Every URL of `OLLAMA_URL` is an upstream: `ollama`, `ollama-2` and so on.
- Each provider is an upstream of its name: `openai`, `azure`, `anthropic`, `gemini`, `vertex_ai`,
  `deepseek`, `openrouter`, `lm_studio`, `hosted_vllm`, `litellm_proxy`. It exists if its key, URL,
  endpoint or project is set; one that needs no key also if a model names it. A key that is only a
  placeholder, such as `your-api-key`, counts as not set. See [providers.md](providers.md).
- `LLM_BASE_URL`, `LLM_API_KEY` and `LLM_CHOICE` are of the one in `LLM_PROVIDER`, by default
  `openai`.
- Local is what runs on loopback or a private network: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16,
  100.64.0.0/10, 169.254.0.0/16, fc00::/7, fe80::/10, and the names `localhost`, `*.local`,
  `*.internal`, `*.lan`, `*.home.arpa` and single words such as a Compose service. Everything else
  is external. Names are judged as written: nothing is looked up for it.
- A URL that leads back to the router is refused. Under an alias such as `OPENAI_BASE_URL`, which
  clients use to reach the router, it is ignored with a warning.

## Proxies and private certificates

Upstreams on loopback and private networks are reached directly, whatever is set. For each other one
the first of these that applies decides:

1. `LLM_PROXY` with its name: `LLM_PROXY=anthropic=http://proxy.example:3128,openai=off`
2. `NO_PROXY`: `*`, names (`example.com`, `.example.com` and `*.example.com` cover the name and all
   below it), addresses, ranges such as `203.0.113.0/24`; names and addresses with `:port` if meant
   for that port alone
3. `LLM_PROXY` without a name; `off` means no proxy
4. `HTTPS_PROXY` or `HTTP_PROXY`, after the scheme of the upstream's URL

The URL of a proxy is `http://[user:password@]host[:port]`, the port 80 if it is left out. What has
a special meaning in a URL is percent-encoded in user and password (`%40` for `@`, `%2C` for a
comma). Only basic authentication is spoken, and to the proxy itself no TLS: keep it near. Proxy
URLs are secrets: they are never printed or logged, and can be kept in files (`LLM_PROXY_FILE`).

An https upstream is reached through a tunnel (`CONNECT`): the proxy sees its name and port, and
neither key nor prompt. For an http upstream the proxy sees everything. Names of upstreams behind a
proxy are looked up by the proxy.

Certificates must be vouched for by an authority of the system's store or of `LLM_CA_FILE`, be in
date and be for the host of the URL; TLS is 1.2 or newer. There is no way to turn this off. A file
that is missing, or holds no certificate, stops the start.
)";

}  // namespace

std::string config_help() {
    const std::vector<OptionInfo> table = option_table();
    std::size_t longest = 0;
    for (const OptionInfo& option : table)
        longest = std::max(longest, option.name.size());
    std::string text;
    std::string group;
    for (const OptionInfo& option : table) {
        if (option.group != group) {
            group = option.group;
            text += fmt::format("{}{}:\n", text.empty() ? "" : "\n", group);
        }
        text += help_entry(option, longest + 4);
    }
    return text;
}

std::string config_markdown() {
    std::string text(kMarkdownHead);
    std::string group;
    for (const OptionInfo& option : option_table()) {
        if (option.group != group) {
            group = option.group;
            text += fmt::format(
                "\n## {}\n\n| variable | type | default | meaning | reload "
                "|\n|---|---|---|---|---|\n",
                group);
        }
        text += markdown_row(option);
    }
    return text + std::string(kMarkdownTail);
}

}  // namespace llmr
