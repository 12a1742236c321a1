#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"
#include "core/config_address.hpp"
#include "core/config_value.hpp"

/// The shape of the option table. The rows are in config_table.cpp.
namespace llmr::config {

/// A base URL and the variable it came from.
struct GivenUrl {
    BaseUrl url;
    std::string variable;
};

/// A configuration under construction: what is not a member of Config yet waits here.
struct Draft {
    Config config;
    std::vector<GivenUrl> ollama_urls;
    std::optional<GivenUrl> external_url;
    std::optional<GivenUrl> anthropic_url;
    Secret external_key;   ///< LLM_API_KEY
    Secret openai_key;     ///< OPENAI_API_KEY
    Secret anthropic_key;  ///< ANTHROPIC_API_KEY
    std::vector<std::string> warnings;
};

/// The text of one option: the operator's, or the default of the table.
struct Input {
    std::string_view text;
    std::string_view variable;  ///< the name it came under, which may be an alias
    bool given = false;         ///< false: the table's default
};

/// How a value is written, parsed into the configuration and written back.
struct Kind {
    std::string type;  ///< for people: "integer 1..65535"
    std::function<std::optional<Fault>(const Input&, Draft&)> apply;
    /// Empty function: not part of Config. What a secret gives is for comparing, not for showing.
    std::function<std::string(const Config&)> render;
    bool secret = false;
};

/// How print_config writes a row so that its output can be used as a configuration file.
enum class Echo : std::uint8_t {
    always,    ///< NAME=value
    if_given,  ///< a comment while it is the default: written down, the default would mean more
    never      ///< always a comment
};

/// An alias that other programs share; it counts only while the variable that says whom it is for
/// is unset, or agrees on whether the model is one of Ollama.
struct AliasGuard {
    std::string alias;
    std::string provider_variable;
    bool wants_ollama = true;
};

struct Option {
    std::string name;
    std::vector<std::string> aliases;
    Kind kind;
    std::string default_value;  ///< goes through the parser like a given value; may be empty
    std::string help;
    std::string group;
    bool reloadable = false;
    Echo echo = Echo::always;
    std::string default_note;  ///< documentation of a default that is computed
    std::vector<AliasGuard> guards;
};

/// The one list of variables, in the order in which they are documented.
const std::vector<Option>& options();

/// The variable whose file holds the value of a secret: NAME_FILE.
std::string file_variable(const Option& option);

}  // namespace llmr::config
