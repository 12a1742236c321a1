#include "core/config_kinds.hpp"
#include "core/config_provider_kinds.hpp"
#include "core/config_rows.hpp"

namespace llmr::config {
namespace {

constexpr std::array kLedgerModes{Choice<LedgerMode>{"durable", LedgerMode::durable},
                                  Choice<LedgerMode>{"async", LedgerMode::async}};
// "normal" is what SQLite calls it.
constexpr std::array kFsyncModes{Choice<FsyncMode>{"off", FsyncMode::off},
                                 Choice<FsyncMode>{"full", FsyncMode::full},
                                 Choice<FsyncMode>{"normal", FsyncMode::off}};
constexpr std::array kLogFormats{Choice<LogFormat>{"text", LogFormat::text},
                                 Choice<LogFormat>{"json", LogFormat::json}};
constexpr std::array kShareUnits{Choice<ShareUnit>{"queries", ShareUnit::queries},
                                 Choice<ShareUnit>{"tokens", ShareUnit::tokens},
                                 Choice<ShareUnit>{"cost", ShareUnit::cost}};
constexpr std::array kPrivacies{Choice<Privacy>{"off", Privacy::off},
                                Choice<Privacy>{"local-only", Privacy::local_only}};
constexpr std::array kResponsesUpstreams{
    Choice<ResponsesUpstream>{"auto", ResponsesUpstream::automatic},
    Choice<ResponsesUpstream>{"on", ResponsesUpstream::on},
    Choice<ResponsesUpstream>{"off", ResponsesUpstream::off}};
constexpr std::array kFallbackPolicies{
    Choice<FallbackPolicy>{"always", FallbackPolicy::always},
    Choice<FallbackPolicy>{"allowance", FallbackPolicy::allowance},
    Choice<FallbackPolicy>{"never", FallbackPolicy::never}};

constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kGiB = 1 << 30;
constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86400;
constexpr Condition kMem0IsOllama{"MEM0_LLM_PROVIDER", true, true};
constexpr Condition kMem0EmbedderIsOllama{"MEM0_EMBEDDER_PROVIDER", true, true};
constexpr Condition kEmbeddingIsOllama{"EMBEDDING_PROVIDER", true, true};

void add_access(Table& table) {
    table
        .add("LLM_ROUTER_CONFIG", config_file(), "",
             "File of further NAME=value lines, in the format of systemd's EnvironmentFile. The "
             "environment wins over it. With - before the path it may be missing.")
        .default_note("none")
        .echo(Echo::never)
        .at_restart();
    table
        .add("LLM_ROUTER_LISTEN", listen_list(), "127.0.0.1:11435,[::1]:11435",
             "Addresses to listen on: host:port, [v6]:port, :port (every address) or port "
             "(loopback). One other than loopback needs LLM_ROUTER_API_KEYS. Port 0 takes a free "
             "one.")
        .at_restart();
    table
        .add("LLM_ROUTER_API_KEYS", client_keys(&Config::api_keys), "",
             "Keys that clients must present, as a bearer token, x-api-key or api-key. At least 16 "
             "characters each unless all listening is on loopback. A name in front (laptop=KEY) is "
             "what statistics show; rows hold the key's id.")
        .default_note("none");
    table
        .add("LLM_ROUTER_ADMIN_KEYS", client_keys(&Config::admin_keys), "",
             "Keys that may change the routing while it runs (PUT /router/tuning, the dashboard). "
             "They may ask all that client keys may. At least 16 characters each, as above.")
        .default_note("none: nobody may");
    table
        .add("LLM_ROUTER_ALLOWED_HOSTS", host_list(&Config::allowed_hosts), "",
             "Names accepted in the Host header beyond those of this machine and its network.")
        .default_note("none");
    table
        .add("LLM_ROUTER_ALLOWED_ORIGINS", origin_list(&Config::allowed_origins), "",
             "Web origins that may call the router beyond those of this machine and its network.")
        .default_note("none");
}

void add_server(Table& table) {
    table
        .add("LLM_ROUTER_THREADS", integer(&Config::threads, 0, 256), "0",
             "I/O threads. 0: one per core, at most 4.")
        .at_restart();
    table.add("LLM_ROUTER_MAX_CONNECTIONS", integer(&Config::max_connections, 1, 1'000'000), "4096",
              "Client connections at a time; more wait in the listen queue.");
    table.add("LLM_ROUTER_MAX_BODY_BYTES", bytes(&Config::max_body_bytes, kKiB, kGiB), "64MiB",
              "Largest request body. KiB, MiB or GiB may follow the number.");
    table.add("LLM_ROUTER_MAX_HEADER_BYTES", bytes(&Config::max_header_bytes, 4 * kKiB, kMiB),
              "64KiB", "Largest request head.");
    table.add("LLM_ROUTER_HEADER_TIMEOUT_SECONDS", duration(&Config::header_timeout, 1, kHour),
              "30", "Time a client has to send a complete request head.");
    table.add("LLM_ROUTER_KEEPALIVE_SECONDS", duration(&Config::idle_timeout, 1, kDay), "75",
              "Time an idle client connection is kept open.");
    table.add("LLM_ROUTER_HEARTBEAT_SECONDS", duration(&Config::heartbeat, 0, kHour), "15",
              "Silence after which a stream gets a comment line, so that proxies keep it open. 0: "
              "off.");
    table.add("LLM_ROUTER_DRAIN_SECONDS", duration(&Config::drain, 0, kHour), "25",
              "Time that running requests have to finish when the router is stopped.");
    table
        .add("LLM_ROUTER_LOG_LEVEL", log_level(), "info",
             "Least severe messages to log, on stderr. Prompts, answers and keys are never logged.")
        .alias("LOG_LEVEL");
    table
        .add("LLM_LOG_FORMAT", choice(&Config::log_format, kLogFormats), "text",
             "text: lines for people. json: one JSON object a line.")
        .at_restart();
    table
        .add("LLM_ROUTER_CORE_DUMPS", on_off(&Config::core_dumps), "false",
             "true: a crash may leave a core file, and debuggers may attach. Both see keys and "
             "prompts.")
        .at_restart();
}

void add_ledger(Table& table) {
    table.add("LLM_ROUTER_DB", database_path(), "", "SQLite file of the ledger.")
        .default_note(
            "ledger.db in $STATE_DIRECTORY, $XDG_DATA_HOME/llm-router or "
            "$HOME/.local/share/llm-router")
        .echo(Echo::if_given)
        .at_restart();
    table
        .add("LLM_LEDGER", choice(&Config::ledger_mode, kLedgerModes), "durable",
             "durable: a query's row is committed before the client's last byte. async: shortly "
             "after it, for less latency.")
        .at_restart();
    table
        .add("LLM_LEDGER_FSYNC", choice(&Config::ledger_fsync, kFsyncModes), "off",
             "off: committed rows survive a crash of the router. full: a loss of power as well.")
        .at_restart();
    table
        .add("LLM_EXTERNAL_COST_PER_QUERY", usd_amount(&Config::external_cost_per_query), "",
             "What an external query costs on average, in USD, for projections.")
        .default_note("as measured");
    table.add("LLM_LOCAL_WATTS", local_power(), "0",
              "Power this machine draws while a local model works, for the energy shown beside the "
              "savings. 0: no energy is counted. auto: measured from the processor's and NVIDIA's "
              "counters.");
    table.add("LLM_KWH_PRICE", micro_usd(&Config::kwh_micro_usd, 1000), "0",
              "What a kilowatt hour costs, in USD.");
    table
        .add("LLM_RETENTION_DAYS", integer(&Config::retention_days, 0, 36'500), "90",
             "Days after which rows of attempts are deleted. Totals and statistics stay. 0: never.")
        .at_restart();
    table
        .add("LLM_LEDGER_MAX_MB", integer(&Config::ledger_max_mb, 0, 1'000'000), "0",
             "MiB of tables beyond which the oldest rows are deleted. 0: no limit.")
        .at_restart();
}

void add_upstreams(Table& table) {
    table
        .add("OLLAMA_URL", ollama_urls(), "",
             "Ollama servers. http:// and :11434 may be left out; a trailing /v1 or /api is "
             "dropped. One outside loopback and private networks counts as external.")
        .alias("OLLAMA_API_BASE")
        .alias("OLLAMA_BASE_URL")
        .default_note("http://127.0.0.1:11434 (in a container http://host.docker.internal:11434)")
        .at_restart();
}

void add_client_features(Table& table) {
    table.add("LLM_ALLOW_PULL", on_off(&Config::allow_pull), "false",
              "true: POST /api/pull of a model that is not installed is passed on to Ollama. "
              "false: it is refused.");
    table.add("LLM_RESPONSES_UPSTREAM", choice(&Config::responses_upstream, kResponsesUpstreams),
              "auto",
              "on: requests to /v1/responses reach LLM_BASE_URL as they are, which must have that "
              "path. off: as chat completions. auto: on for api.openai.com.");
    table
        .add("LLM_RESPONSES_STORE", integer(&Config::responses_store, 0, 1'000'000), "0",
             "Answers of /v1/responses kept in memory, texts included, for previous_response_id. "
             "0: none; a request that needs one is refused.")
        .at_restart();
}

void add_network(Table& table) {
    table
        .add("LLM_CA_FILE", file_path(&Config::ca_file), "",
             "PEM file of certificate authorities that vouch for upstreams, beyond those of the "
             "system.")
        .default_note("none")
        .at_restart();
    table
        .add("LLM_PROXY", proxy_list(), "",
             "Proxy for external upstreams: http://host:port, with user:password@ before the host "
             "if it wants them, or off. With the name of an upstream in front (openai=URL) it is "
             "for that one alone. It wins over the variables below.")
        .default_note("none")
        .at_restart();
    table
        .add("HTTPS_PROXY", proxy_url(&ProxyConfig::https), "",
             "Proxy for external upstreams with an https URL.")
        .alias("https_proxy")
        .default_note("none")
        .at_restart();
    table
        .add("HTTP_PROXY", proxy_url(&ProxyConfig::http), "",
             "Proxy for external upstreams with an http URL.")
        .alias("http_proxy")
        .default_note("none")
        .at_restart();
    table
        .add("NO_PROXY", bypass_list(), "",
             "Hosts reached without a proxy unless LLM_PROXY names their upstream. Loopback and "
             "private networks always are.")
        .alias("no_proxy")
        .default_note("none")
        .at_restart();
}

void add_timeouts(Table& table) {
    table.add("LLM_CONNECT_TIMEOUT_MS",
              timeout(&Config::connect_timeout, &Config::connect_timeouts, 1, 600'000), "5000",
              "Time to connect to an upstream, TLS included. name=value behind a comma is for one "
              "upstream, here and below: 5000,azure=20000.");
    table.add("LLM_LOCAL_FIRST_BYTE_SECONDS", duration(&Config::local_first_byte_timeout, 1, kDay),
              "600", "Time a local model has to begin its answer, loading included.");
    table.add("LLM_EXTERNAL_FIRST_BYTE_SECONDS",
              timeout(&Config::external_first_byte_timeout, &Config::first_byte_timeouts, 1, kDay),
              "120",
              "Time an external model has to begin its answer. Azure's reasoning models may take "
              "half an hour: 120,azure=1800.");
    table.add("LLM_STREAM_IDLE_SECONDS",
              timeout(&Config::stream_idle_timeout, &Config::stream_idle_timeouts, 1, kDay), "300",
              "Longest silence within an answer.");
    table.add("LLM_REQUEST_DEADLINE_SECONDS", duration(&Config::request_deadline, 1, kDay), "1800",
              "Time for a query with all its attempts.");
}

void add_local_models(Table& table) {
    table
        .add("LLM_LOCAL_PARALLEL", integer(&Config::local_parallel, 1, 1024), "4",
             "Requests in flight per local model.")
        .at_restart();
    table
        .add("LLM_LOCAL_QUEUE", integer(&Config::local_queue, 0, 100'000), "512",
             "Requests waiting per local model; more are told to come back later.")
        .at_restart();
    table
        .add("LLM_LOCAL_MAX_LOADED", integer(&Config::local_max_loaded, 0, 64), "0",
             "Models that one Ollama holds in memory at a time; requests are put in such an order "
             "that it rarely swaps them. 0: learned from what it loads and unloads.")
        .at_restart();
    table
        .add("LLM_LOCAL_MIN_RESIDENCY_SECONDS", duration(&Config::local_min_residency, 0, kHour),
             "10",
             "How long a model that was loaded is not swapped out for another while it has work; "
             "one that has been idle for as long as loading takes may go before.")
        .at_restart();
    table
        .add("LLM_LOCAL_MAX_WAIT_SECONDS", duration(&Config::local_max_wait, 0, kHour), "60",
             "How long requests for a model that must be loaded may wait for requests to the one "
             "in memory; then that one gets no more until the switch is done.")
        .at_restart();
    table
        .add("LLM_NUM_CTX", integer(&Config::num_ctx, 512, 10'000'000), "8192",
             "Context in tokens that a local model is loaded with; less if it was trained for "
             "less. It grows, by a reload, when a prompt needs more.")
        .alias("OLLAMA_CONTEXT_LENGTH");
    table.add("LLM_NUM_CTX_MAX", integer(&Config::num_ctx_max, 512, 10'000'000), "32768",
              "How far it grows, at least LLM_NUM_CTX. Longer prompts go external or are refused.");
}

void add_routing(Table& table) {
    table.add("LLM_ROUTING_ENABLED", on_off(&Config::routing_enabled), "true",
              "false: the model auto is the simple model, and nothing else changes.");
    table.add("LLM_LOCAL_THRESHOLD", percent(&Config::local_threshold), "95",
              "Share of queries that is answered locally at least. Decimals are allowed.");
    table.add("LLM_LOCAL_WINDOW", integer(&Config::local_window, 1, 100'000), "1000",
              "Queries in the sliding window that keeps that share, as the total does.");
    table
        .add("LLM_LOCAL_SHARE_BY", choice(&Config::share_unit, kShareUnits), "queries",
             "What that share is a share of: queries, their tokens, or what they cost at the price "
             "of the external model.")
        .at_restart();
    table.add("LLM_COMPLEXITY_THRESHOLD", integer(&Config::complexity_threshold, 1, 10), "7",
              "Least complexity of a query that may be answered externally.");
    table.add("LLM_ONLINE_CALIBRATION", on_off(&Config::online_calibration), "true",
              "Let feedback and outcomes (fallbacks, questions asked again, truncations) move how "
              "hard each type of query is taken to be, by at most 1.5 of 10.");
    table.add("LLM_FALLBACK_POLICY", choice(&Config::fallback_policy, kFallbackPolicies), "always",
              "Whether a query that fails locally may go external: always, only within the "
              "allowance of the threshold, or never.");
    table
        .add("LLM_MODEL_ALIASES", alias_map(&Config::model_aliases), "",
             "Model names of clients and what they stand for: a=b,c=d.")
        .default_note("none");
}

void add_attempts(Table& table) {
    table.add("LLM_RETRY_BUDGET_PERCENT", integer(&Config::retry_budget_percent, 0, 100), "10",
              "Further attempts per hundred queries that succeed, beyond one a second. Protects "
              "upstreams in trouble from being asked again and again.");
    table.add("LLM_STICKY_SECONDS", duration(&Config::sticky, 0, kDay), "3600",
              "How long a conversation keeps its model after its last query. 0: every query is "
              "routed on its own.");
    table
        .add("LLM_PRIVACY", choice(&Config::privacy, kPrivacies), "off",
             "local-only: no connection to anything but this machine and its network.")
        .at_restart();
    table
        .add("LLM_LOCAL_ONLY_KEYS", name_list(&Config::local_only_keys), "",
             "Names of client keys (LLM_ROUTER_API_KEYS) whose queries never leave.")
        .default_note("none");
}

Row add_role(Table& table, std::string name, QueryType type, std::string model, std::string help) {
    // Named explicitly, a model that is missing is an error: the default must stay unwritten.
    return table.add(std::move(name), role_model(type), std::move(model), std::move(help))
        .echo(Echo::if_given);
}

void add_role_models(Table& table) {
    add_role(table, "LLM_MODEL_EMBEDDING", QueryType::embedding, "nomic-embed-text:latest",
             "Local model for embeddings. The aliases name it unless MEM0_EMBEDDER_PROVIDER, or "
             "EMBEDDING_PROVIDER, is other than ollama.")
        .alias("MEM0_EMBEDDER_MODEL", kMem0EmbedderIsOllama)
        .alias("EMBEDDING_MODEL_CHOICE", kEmbeddingIsOllama);
    add_role(table, "LLM_MODEL_CODE", QueryType::code, "deepseek-coder:6.7b",
             "Local model for code.");
    add_role(table, "LLM_MODEL_SIMPLE", QueryType::simple, "mistral:7b",
             "Local model for simple queries. The alias names it unless MEM0_LLM_PROVIDER is other "
             "than ollama.")
        .alias("MEM0_LLM_MODEL", kMem0IsOllama);
    add_role(table, "LLM_MODEL_SUMMARIZATION", QueryType::summarization, "mistral:7b",
             "Local model for summaries.");
    add_role(table, "LLM_MODEL_EXTRACTION", QueryType::extraction, "mistral:7b",
             "Local model for extraction.");
    add_role(table, "LLM_MODEL_MEDIUM", QueryType::medium, "codellama:13b",
             "Local model for queries of medium complexity.");
    add_role(table, "LLM_MODEL_COMPLEX", QueryType::complex, "codellama:13b",
             "Local model for complex queries.");
}

void add_prices(Table& table) {
    table
        .add("LLM_PRICES_FILE", file_path(&Config::prices_file), "",
             "File of prices that override or extend the built-in ones: a table (docs/prices.md) "
             "or a JSON price map such as LiteLLM's. See llm-router prices.")
        .default_note("none")
        .at_restart();
    table
        .add("LLM_AZURE_DEPLOYMENT_MODELS", alias_map(&Config::azure_deployment_models), "",
             "Azure deployments and the models they are priced as: deployment=model,... . A "
             "deployment named after its model needs no entry.")
        .default_note("none");
}

void add_budget(Table& table) {
    table
        .add("LLM_BUDGET_USD_DAY", usd_amount(&Config::budget_day), "",
             "What external calls may cost in a UTC day. A call's worst case is held before it is "
             "sent; what does not fit stays local.")
        .default_note("no cap");
    table
        .add("LLM_BUDGET_USD_MONTH", usd_amount(&Config::budget_month), "",
             "The same for a UTC month.")
        .default_note("no cap");
    table
        .add("LLM_KEY_BUDGET_USD_DAY", usd_by_name(&Config::key_budgets_day), "",
             "The same by client key: names of LLM_ROUTER_API_KEYS, or * for every key that is not "
             "named.")
        .default_note("no caps");
    table
        .add("LLM_KEY_BUDGET_USD_MONTH", usd_by_name(&Config::key_budgets_month), "",
             "The same for a UTC month.")
        .default_note("no caps");
    table.add("LLM_BUDGET_FORECAST", on_off(&Config::budget_forecast), "true",
              "Whether queries stay local, too, while a cap would be reached before its period "
              "ends if spending went on at the rate until now.");
}

std::vector<Option> build_table() {
    Table table;
    table.begin_group("Server");
    add_access(table);
    add_server(table);
    table.begin_group("Ledger");
    add_ledger(table);
    table.begin_group("Upstreams");
    add_upstreams(table);
    add_providers(table);
    add_client_features(table);
    add_timeouts(table);
    add_provider_groups(table);
    table.begin_group("Network");
    add_network(table);
    table.begin_group("Routing");
    add_routing(table);
    add_attempts(table);
    add_local_models(table);
    add_role_models(table);
    table.begin_group("Prices");
    add_prices(table);
    table.begin_group("Budget");
    add_budget(table);
    return table.take();
}

}  // namespace

const std::vector<Option>& options() {
    static const std::vector<Option> table = build_table();
    return table;
}

std::string rendered(const Option& option, const Config& config) {
    if (option.kind.render) return option.kind.render(config);
    const auto text = config.texts.find(option.name);
    return text == config.texts.end() ? std::string() : text->second;
}

std::string file_variable(const Option& option) {
    return option.name + "_FILE";
}

}  // namespace llmr::config
