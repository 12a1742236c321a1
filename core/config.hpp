#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/host_class.hpp"
#include "core/money.hpp"
#include "core/proxy.hpp"
#include "core/secret.hpp"
#include "core/types.hpp"
#include "core/upstream_config.hpp"

namespace llmr {

enum class FallbackPolicy : std::uint8_t { always, allowance, never };
enum class LedgerMode : std::uint8_t { durable, async };
enum class FsyncMode : std::uint8_t { off, full };
enum class LogFormat : std::uint8_t { text, json };
/// What the local share is a share of.
enum class ShareUnit : std::uint8_t { queries, tokens, cost };
/// local_only: no connection to anything but this machine and its network.
enum class Privacy : std::uint8_t { off, local_only };

/// Whether /v1/responses reaches an OpenAI-compatible server as it is; automatic: only OpenAI's
/// own.
enum class ResponsesUpstream : std::uint8_t { automatic, on, off };

/// host:port to listen on; IPv6 hosts without brackets. Port 0 asks the kernel for one.
struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;
    bool operator==(const ListenAddress&) const = default;
};

/// A model chosen for a role, and whether the operator named it (then its absence is an error)
/// or it is the built-in default (then a missing one is replaced).
struct RoleModel {
    std::string model;
    bool named_by_operator = false;
    bool operator==(const RoleModel&) const = default;
};

/// Everything the daemon can be told, after validation. Immutable once built; shared as
/// std::shared_ptr<const Config>. The option table in config_table.cpp is the only list of
/// variables, and the source of parsing, --help, print-config and docs/configuration.md.
struct Config {
    // server
    std::vector<ListenAddress> listen;  ///< LLM_ROUTER_LISTEN, 127.0.0.1:11435,[::1]:11435
    int threads = 0;                    ///< LLM_ROUTER_THREADS, 0: cores, at most 4
    std::chrono::seconds drain{25};     ///< LLM_ROUTER_DRAIN_SECONDS
    std::vector<Secret> api_keys;       ///< LLM_ROUTER_API_KEYS
    std::vector<Secret> admin_keys;     ///< LLM_ROUTER_ADMIN_KEYS
    std::map<std::string, std::string> key_names;  ///< of those that have one, by key id
    std::vector<std::string> allowed_hosts;  ///< LLM_ROUTER_ALLOWED_HOSTS, beyond the built-in rule
    std::vector<std::string> allowed_origins;  ///< LLM_ROUTER_ALLOWED_ORIGINS
    std::int64_t max_body_bytes = 64 << 20;    ///< LLM_ROUTER_MAX_BODY_BYTES
    std::int64_t max_header_bytes = 64 << 10;  ///< LLM_ROUTER_MAX_HEADER_BYTES
    int max_connections = 4096;                ///< LLM_ROUTER_MAX_CONNECTIONS
    std::chrono::seconds header_timeout{30};   ///< LLM_ROUTER_HEADER_TIMEOUT_SECONDS
    std::chrono::seconds idle_timeout{75};     ///< LLM_ROUTER_KEEPALIVE_SECONDS
    std::chrono::seconds heartbeat{15};        ///< LLM_ROUTER_HEARTBEAT_SECONDS, 0: off
    std::string log_level = "info";            ///< LLM_ROUTER_LOG_LEVEL (LOG_LEVEL)
    LogFormat log_format = LogFormat::text;    ///< LLM_LOG_FORMAT
    bool core_dumps = false;                   ///< LLM_ROUTER_CORE_DUMPS

    // ledger
    std::string db_path;  ///< LLM_ROUTER_DB; empty only before load
    bool db_path_given = false;
    LedgerMode ledger_mode = LedgerMode::durable;  ///< LLM_LEDGER
    FsyncMode ledger_fsync = FsyncMode::off;       ///< LLM_LEDGER_FSYNC
    /// LLM_EXTERNAL_COST_PER_QUERY, for projections; nothing: as measured
    std::optional<PicoUsd> external_cost_per_query;
    std::optional<PicoUsd> budget_day;    ///< LLM_BUDGET_USD_DAY
    std::optional<PicoUsd> budget_month;  ///< LLM_BUDGET_USD_MONTH
    /// LLM_KEY_BUDGET_USD_DAY and _MONTH, by key name; "*": every key that has none of its own.
    std::map<std::string, PicoUsd> key_budgets_day;
    std::map<std::string, PicoUsd> key_budgets_month;
    bool budget_forecast = true;        ///< LLM_BUDGET_FORECAST
    std::int64_t local_milliwatts = 0;  ///< LLM_LOCAL_WATTS, 0: not stated
    bool measure_local_power = false;   ///< LLM_LOCAL_WATTS=auto
    std::int64_t kwh_micro_usd = 0;     ///< LLM_KWH_PRICE, 1e-6 USD; 0: not stated
    int retention_days = 90;            ///< LLM_RETENTION_DAYS, 0: rows stay
    int ledger_max_mb = 0;              ///< LLM_LEDGER_MAX_MB, 0: no limit

    // upstreams
    std::vector<UpstreamConfig> upstreams;  ///< from OLLAMA_URL, OPENAI_API_KEY, LLM_BASE_URL, ...
    /// LLM_EXTERNAL_MODEL, then LLM_FALLBACK_MODEL: best first.
    std::vector<ExternalModel> external_models;
    /// EMBEDDING_MODEL_CHOICE where EMBEDDING_PROVIDER is not Ollama: the model for embeddings.
    std::optional<ExternalModel> embedding_model;
    GenerationDefaults defaults;  ///< LLM_TEMPERATURE, LLM_TOP_P, LLM_MAX_TOKENS, ...
    std::vector<std::string> openrouter_models;  ///< LLM_OPENROUTER_MODELS
    std::string openrouter_route;                ///< LLM_OPENROUTER_ROUTE
    bool allow_pull = false;                     ///< LLM_ALLOW_PULL
    int responses_store = 0;                     ///< LLM_RESPONSES_STORE, answers; 0: off
    ResponsesUpstream responses_upstream =
        ResponsesUpstream::automatic;                 ///< LLM_RESPONSES_UPSTREAM
    std::chrono::milliseconds connect_timeout{5000};  ///< LLM_CONNECT_TIMEOUT_MS
    /// The same by upstream, for those that have a value of their own; so for the two below.
    std::map<std::string, std::chrono::milliseconds> connect_timeouts;
    std::map<std::string, std::chrono::seconds> first_byte_timeouts;
    std::map<std::string, std::chrono::seconds> stream_idle_timeouts;
    std::chrono::seconds local_first_byte_timeout{600};     ///< LLM_LOCAL_FIRST_BYTE_SECONDS
    std::chrono::seconds external_first_byte_timeout{120};  ///< LLM_EXTERNAL_FIRST_BYTE_SECONDS
    std::chrono::seconds stream_idle_timeout{300};          ///< LLM_STREAM_IDLE_SECONDS
    std::chrono::seconds request_deadline{1800};            ///< LLM_REQUEST_DEADLINE_SECONDS

    // network
    std::string ca_file;  ///< LLM_CA_FILE; empty: the system's certificates alone
    ProxyConfig proxies;  ///< LLM_PROXY, HTTPS_PROXY, HTTP_PROXY, NO_PROXY

    // routing
    bool routing_enabled = true;                              ///< LLM_ROUTING_ENABLED
    double local_threshold = 95.0;                            ///< LLM_LOCAL_THRESHOLD, percent
    int local_window = 1000;                                  ///< LLM_LOCAL_WINDOW, queries
    ShareUnit share_unit = ShareUnit::queries;                ///< LLM_LOCAL_SHARE_BY
    int complexity_threshold = 7;                             ///< LLM_COMPLEXITY_THRESHOLD
    bool online_calibration = true;                           ///< LLM_ONLINE_CALIBRATION
    FallbackPolicy fallback_policy = FallbackPolicy::always;  ///< LLM_FALLBACK_POLICY
    std::map<QueryType, RoleModel> role_models;  ///< LLM_MODEL_<TYPE>; every type has an entry
    std::map<std::string, std::string> model_aliases;  ///< LLM_MODEL_ALIASES=a=b,c=d
    int local_parallel = 4;    ///< LLM_LOCAL_PARALLEL: requests in flight per local model
    int local_queue = 512;     ///< LLM_LOCAL_QUEUE: waiting requests per local model
    int local_max_loaded = 0;  ///< LLM_LOCAL_MAX_LOADED: models in memory per Ollama, 0: learned
    std::chrono::seconds local_min_residency{10};  ///< LLM_LOCAL_MIN_RESIDENCY_SECONDS
    std::chrono::seconds local_max_wait{60};       ///< LLM_LOCAL_MAX_WAIT_SECONDS
    int num_ctx = 8192;                            ///< LLM_NUM_CTX, tokens
    int num_ctx_max = 32'768;                      ///< LLM_NUM_CTX_MAX, tokens
    int retry_budget_percent = 10;                 ///< LLM_RETRY_BUDGET_PERCENT
    std::chrono::seconds sticky{3600};             ///< LLM_STICKY_SECONDS, 0: off
    Privacy privacy = Privacy::off;                ///< LLM_PRIVACY
    std::vector<std::string> local_only_keys;      ///< LLM_LOCAL_ONLY_KEYS, names of client keys

    // prices
    std::string prices_file;  ///< LLM_PRICES_FILE; empty: the built-in prices alone
    /// LLM_AZURE_DEPLOYMENT_MODELS: what to price an Azure deployment as
    std::map<std::string, std::string> azure_deployment_models;

    /// As written, of the variables that only helped to make the upstreams and models above.
    std::map<std::string, std::string> texts;

    // set by the command line, not by a variable
    bool demo = false;  ///< serve --demo: upstreams are the built-in simulator

    /// The first of external_models, and what savings are counted against; empty: none.
    std::string_view external_model() const {
        return external_models.empty() ? std::string_view() : external_models.front().model;
    }

    bool operator==(const Config&) const = default;
};

/// Where values come from: environment first, then the KEY=VALUE file named by LLM_ROUTER_CONFIG.
using Environment = std::map<std::string, std::string>;

/// The process environment as a map. Not to be called while another thread changes it.
Environment process_environment();
/// Overwrites and removes the secrets among its variables, so that neither /proc nor a child shows
/// them. Call it once they are read, before there are other threads.
void forget_secrets_of_process();
/// No core file of this process, which would hold keys and prompts, and no debugger of its own
/// user.
void forbid_core_dumps();
/// Whether this process is in a Docker or Podman container, by the file that each leaves there.
bool running_in_container();
/// Whether stderr is the systemd journal: JOURNAL_STREAM names the device and inode behind it.
bool under_journal();
/// Reads a KEY=VALUE file in the systemd EnvironmentFile format (comments, quotes, line
/// continuation). Errors: cannot be read; a line that is no assignment, with its number.
Result<Environment> read_env_file(const std::string& path);

struct ConfigResult {
    std::shared_ptr<const Config> config;  ///< null when there are errors
    std::vector<std::string> errors;  ///< each names the variable, the fault, the nearest valid
    std::vector<std::string> warnings;
};
/// Builds and validates. Pure but for reading LLM_ROUTER_CONFIG and *_FILE secrets.
/// An unknown LLM_ROUTER_* name is an error with the nearest name; foreign variables are ignored.
ConfigResult load_config(const Environment& environment);
/// The same for a given place: in a container Ollama's default URL is that of the host.
ConfigResult load_config(const Environment& environment, bool in_container);
/// The variables that differ between two configurations and take effect at a restart only.
std::vector<std::string> restart_needed(const Config& running, const Config& fresh);
/// What a running program takes over of a fresh configuration: all but what needs a restart. A key
/// of an upstream that is otherwise the same is taken over.
Config reloaded(const Config& running, const Config& fresh);

/// One row of the option table as documentation.
struct OptionInfo {
    std::string name;
    std::vector<std::string> aliases;
    std::string type;  ///< "integer 1..65535", "on|off", "list of host:port", ...
    std::string default_value;
    std::string help;
    std::string group;  ///< "Server", "Ledger", "Upstreams", "Network", "Routing", ...
    bool secret = false;
    bool reloadable = false;
};
std::vector<OptionInfo> option_table();
/// The variables with their types and defaults, for --help.
std::string config_help();
/// Effective values as KEY=VALUE lines, each behind a comment that tells its source; secrets as
/// "(set, key id 1a2b3c4d)". The output is itself a valid LLM_ROUTER_CONFIG file with the same
/// meaning but for the secrets, which stand in comments, as does what must not be written down.
std::string print_config(const Environment& environment, const Config& config);
/// docs/configuration.md, generated.
std::string config_markdown();

}  // namespace llmr
