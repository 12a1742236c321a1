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

/// What was said of one Azure endpoint.
struct AzureDraft {
    std::optional<GivenUrl> endpoint;
    std::vector<Secret> keys;
    std::string api_version;
    std::string deployment;
};

/// How Azure is to know who we are.
enum class AzureAuth : std::uint8_t { automatic, key, token, secret, workload, managed };
struct EntraDraft {
    AzureAuth auth = AzureAuth::automatic;
    std::string scope;
    std::string tenant;
    std::string client_id;
    Secret client_secret;
    std::string token_file;
    std::string authority;
    Secret token;
    std::string identity_endpoint;  ///< App Service
    Secret identity_header;
    std::string metadata_host;
};

struct VertexDraft {
    std::string project;
    std::string project_hint;  ///< set by the platform: counts if Vertex AI is asked for by name
    std::string location;
    std::optional<GivenUrl> url;
    std::string credentials_file;
    std::string metadata_host;
};

/// A header of LLM_EXTRA_HEADERS; `upstream` empty: for all but Ollama.
struct DraftHeader {
    std::string upstream;
    ExtraHeader header;
};

/// A configuration under construction: what is not a member of Config yet waits here.
struct Draft {
    Config config;
    std::vector<GivenUrl> ollama_urls;
    /// By name of the provider; "": LLM_BASE_URL, "embedding": EMBEDDING_BASE_URL. So for the keys.
    std::map<std::string, GivenUrl> urls;
    std::map<std::string, std::vector<Secret>> keys;
    std::string provider;                      ///< LLM_PROVIDER, its name in the catalogue
    std::string embedding_provider;            ///< EMBEDDING_PROVIDER, the same
    std::vector<std::string> external_models;  ///< LLM_EXTERNAL_MODEL, as written
    std::vector<std::string> fallback_models;  ///< LLM_FALLBACK_MODEL
    std::string embedding_model;
    std::string local_model;  ///< for every kind of chat
    AzureDraft azure;
    AzureDraft embedding_azure;
    EntraDraft entra;
    VertexDraft vertex;
    std::string site_url;  ///< OpenRouter
    std::string app_name;  ///< OpenRouter
    std::vector<DraftHeader> headers;
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
    /// Empty function: Config has it as text, or, where it is a secret, not at all. What a secret
    /// gives is for comparing, not for showing.
    std::function<std::string(const Config&)> render;
    bool secret = false;
};

/// How print_config writes a row so that its output can be used as a configuration file.
enum class Echo : std::uint8_t {
    always,    ///< NAME=value
    if_given,  ///< a comment while it is the default: written down, the default would mean more
    never      ///< always a comment
};

/// What the variable that names a provider must say.
struct Condition {
    std::string_view provider_variable;
    bool ollama = true;  ///< that it is Ollama; false: that it is not
    bool holds_if_unset = true;
};

/// An alias that other programs share, and when it is meant.
struct AliasGuard {
    std::string alias;
    Condition condition;
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

/// The value in effect, as it would be written down.
std::string rendered(const Option& option, const Config& config);

/// The one list of variables, in the order in which they are documented.
const std::vector<Option>& options();

/// The variable whose file holds the value of a secret: NAME_FILE.
std::string file_variable(const Option& option);

}  // namespace llmr::config
