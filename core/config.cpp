#include "core/config.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/config_models.hpp"
#include "core/config_proxy.hpp"
#include "core/config_source.hpp"
#include "core/config_upstreams.hpp"
#include "core/config_value.hpp"
#include "core/money.hpp"
#include "core/text.hpp"

namespace llmr {
namespace {

using namespace config;

constexpr std::size_t kMinKeyLength = 16;

std::string describe(const Option& option, std::string_view variable, std::string_view value,
                     const Fault& fault) {
    // A URL can carry a password, or a key in its query.
    const bool hide = option.kind.secret || value.find_first_of("@?") != std::string_view::npos;
    const std::string shown = hide ? "the value" : fmt::format("\"{}\"", value);
    const std::string nearest =
        fault.nearest.empty() ? std::string() : fmt::format("; nearest valid: {}", fault.nearest);
    return fmt::format("{}: {} {}{} ({})", variable, shown, fault.wrong, nearest, option.kind.type);
}

void apply_option(const Option& option, const Settings& settings, Draft& draft,
                  std::vector<std::string>& errors) {
    const auto found = settings.by_option.find(option.name);
    const bool given = found != settings.by_option.end();
    const std::string& text = given ? found->second.value : option.default_value;
    if (text.empty()) return;
    const std::string& variable = given ? found->second.variable : option.name;
    if (const auto fault = option.kind.apply(Input{text, variable, given}, draft)) {
        errors.push_back(describe(option, variable, text, *fault));
    }
    const bool kept = !option.kind.render && !option.kind.secret && option.echo != Echo::never;
    if (kept) draft.config.texts[option.name] = text;
}

std::string value_of(const Environment& environment, const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : std::string(trim(found->second));
}

/// Where the ledger goes unless LLM_ROUTER_DB says so; empty if there is no such place.
std::string default_database(const Environment& environment) {
    const std::string state = value_of(environment, "STATE_DIRECTORY");
    const std::string first_state = state.substr(0, state.find(':'));
    if (first_state.starts_with('/')) return first_state + "/ledger.db";
    // The XDG specification has relative paths ignored.
    const std::string data = value_of(environment, "XDG_DATA_HOME");
    if (data.starts_with('/')) return data + "/llm-router/ledger.db";
    const std::string home = value_of(environment, "HOME");
    if (home.starts_with('/')) return home + "/.local/share/llm-router/ledger.db";
    return {};
}

void check_database(const Environment& environment, const Settings& settings, Config& config,
                    std::vector<std::string>& errors) {
    if (settings.by_option.contains("LLM_ROUTER_DB")) return;
    config.db_path = default_database(environment);
    if (config.db_path.empty()) {
        errors.push_back(
            "LLM_ROUTER_DB: not set, and neither STATE_DIRECTORY, XDG_DATA_HOME nor HOME is an "
            "absolute path; nearest valid: /var/lib/llm-router/ledger.db (path)");
    }
}

void check_key_lengths(const std::vector<Secret>& keys, std::string_view variable,
                       std::string_view address, std::vector<std::string>& errors) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::string& key = keys[i].reveal();
        const bool placeholder = is_placeholder(key);
        if (key.size() >= kMinKeyLength && !placeholder) continue;
        errors.push_back(fmt::format(
            "{}: key {} {}, but LLM_ROUTER_LISTEN has {}, which is not loopback; nearest valid: a "
            "random key of at least {} characters (list of keys)",
            variable, i + 1,
            placeholder ? "is a placeholder" : fmt::format("has {} characters", key.size()),
            address, kMinKeyLength));
    }
}

/// What protects a router that others on the network can reach.
void check_exposure(const Settings& settings, const Config& config,
                    std::vector<std::string>& errors) {
    const auto exposed =
        std::find_if(config.listen.begin(), config.listen.end(),
                     [](const ListenAddress& a) { return !is_loopback_host(a.host); });
    if (exposed == config.listen.end()) return;
    const std::string address = format_listen(*exposed);
    const auto given = settings.by_option.find("LLM_ROUTER_API_KEYS");
    if (given == settings.by_option.end()) {
        errors.push_back(fmt::format(
            "LLM_ROUTER_API_KEYS: not set, but LLM_ROUTER_LISTEN has {}, which is not loopback; "
            "set a key of at least {} characters or listen on 127.0.0.1",
            address, kMinKeyLength));
        return;
    }
    check_key_lengths(config.api_keys, given->second.variable, address, errors);
    const auto admin = settings.by_option.find("LLM_ROUTER_ADMIN_KEYS");
    if (admin != settings.by_option.end())
        check_key_lengths(config.admin_keys, admin->second.variable, address, errors);
}

/// A setting for a key that does not exist would be one that nobody has.
class KeyNameCheck {
public:
    KeyNameCheck(const Config& config, std::vector<std::string>& errors) : errors_(errors) {
        for (const auto& [key_id, name] : config.key_names)
            names_.push_back(name);
    }
    void check(std::string_view variable, std::string_view name, std::string_view rest) {
        if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
        const std::string nearest =
            names_.empty() ? "none, name the keys first" : std::string(nearest_of(name, names_));
        errors_.push_back(
            fmt::format("{}: LLM_ROUTER_API_KEYS names no key {}; nearest valid: {}{}", variable,
                        name, nearest, names_.empty() ? "" : rest));
    }

private:
    std::vector<std::string_view> names_;
    std::vector<std::string>& errors_;
};

void check_key_names(const Config& config, std::vector<std::string>& errors) {
    KeyNameCheck names(config, errors);
    const auto check_budgets = [&](const char* variable, const auto& amounts) {
        for (const auto& [name, amount] : amounts)
            if (name != "*") names.check(variable, name, "=" + format_usd(amount));
    };
    check_budgets("LLM_KEY_BUDGET_USD_DAY", config.key_budgets_day);
    check_budgets("LLM_KEY_BUDGET_USD_MONTH", config.key_budgets_month);
    for (const std::string& name : config.local_only_keys)
        names.check("LLM_LOCAL_ONLY_KEYS", name, "");
}

void check_timeout_names(const Config& config, std::vector<std::string>& errors) {
    const auto check = [&](const char* variable, const auto& times) {
        for (const auto& [name, time] : times)
            check_upstream_name(variable, name, config, errors);
    };
    check("LLM_CONNECT_TIMEOUT_MS", config.connect_timeouts);
    check("LLM_EXTERNAL_FIRST_BYTE_SECONDS", config.first_byte_timeouts);
    check("LLM_STREAM_IDLE_SECONDS", config.stream_idle_timeouts);
}

/// What of an upstream cannot change while it is in use.
UpstreamConfig without_secrets(UpstreamConfig upstream) {
    upstream.api_keys.clear();
    upstream.token.secret = Secret();
    for (ExtraHeader& header : upstream.headers)
        header.value = Secret();
    return upstream;
}

bool same_servers(const Config& running, const Config& fresh) {
    return std::equal(running.upstreams.begin(), running.upstreams.end(), fresh.upstreams.begin(),
                      fresh.upstreams.end(), [](const auto& a, const auto& b) {
                          return without_secrets(a) == without_secrets(b);
                      });
}

}  // namespace

ConfigResult load_config(const Environment& environment) {
    return load_config(environment, running_in_container());
}

ConfigResult load_config(const Environment& environment, bool in_container) {
    Settings settings = resolve_settings(environment);
    ConfigResult result;
    result.errors = std::move(settings.errors);
    result.warnings = std::move(settings.warnings);
    Draft draft;
    for (const Option& option : options())
        apply_option(option, settings, draft, result.errors);
    check_database(environment, settings, draft.config, result.errors);
    check_exposure(settings, draft.config, result.errors);
    check_key_names(draft.config, result.errors);
    draft.config.num_ctx_max = std::max(draft.config.num_ctx_max, draft.config.num_ctx);
    build_upstreams(draft, in_container, result.errors);
    resolve_models(draft);
    check_proxy_names(draft.config, result.errors);
    check_timeout_names(draft.config, result.errors);
    result.warnings.insert(result.warnings.end(), draft.warnings.begin(), draft.warnings.end());
    if (result.errors.empty()) {
        result.config = std::make_shared<const Config>(std::move(draft.config));
    }
    return result;
}

std::vector<std::string> restart_needed(const Config& running, const Config& fresh) {
    std::vector<std::string> names;
    for (const Option& option : options()) {
        if (option.reloadable) continue;
        if (rendered(option, running) != rendered(option, fresh)) names.push_back(option.name);
    }
    // A key that is new brings a server with it.
    const bool named = std::find(names.begin(), names.end(), "LLM_BASE_URL") != names.end();
    if (!named && !same_servers(running, fresh)) names.emplace_back("LLM_BASE_URL");
    return names;
}

Config reloaded(const Config& running, const Config& fresh) {
    Config next = fresh;
    next.listen = running.listen;
    next.threads = running.threads;
    next.db_path = running.db_path;
    next.db_path_given = running.db_path_given;
    next.ledger_mode = running.ledger_mode;
    next.ledger_fsync = running.ledger_fsync;
    next.local_parallel = running.local_parallel;
    next.local_queue = running.local_queue;
    next.prices_file = running.prices_file;
    next.privacy = running.privacy;
    next.ca_file = running.ca_file;
    next.proxies = running.proxies;
    next.core_dumps = running.core_dumps;
    next.demo = running.demo;
    next.texts = running.texts;
    if (same_servers(running, fresh)) return next;
    next.upstreams = running.upstreams;
    next.external_models = running.external_models;
    next.embedding_model = running.embedding_model;
    return next;
}

std::vector<OptionInfo> option_table() {
    std::vector<OptionInfo> table;
    for (const Option& option : options()) {
        table.push_back({option.name, option.aliases, option.kind.type,
                         option.default_note.empty() ? option.default_value : option.default_note,
                         option.help, option.group, option.kind.secret, option.reloadable});
    }
    return table;
}

}  // namespace llmr
