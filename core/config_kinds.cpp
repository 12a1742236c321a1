#include "core/config_kinds.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "core/config_proxy.hpp"
#include "core/fixed_decimal.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"
#include "core/usd_amount.hpp"

namespace llmr::config {
namespace {

constexpr std::array<std::string_view, 9> kLogLevelNames{
    "trace", "debug", "info", "warn", "error", "off", "warning", "critical", "fatal"};
constexpr std::array<std::string_view, 9> kLogLevels{"trace", "debug", "info",  "warn", "error",
                                                     "off",   "warn",  "error", "error"};

/// Assigns a parsed value, or says what was wrong.
template <class T, class Target>
std::optional<Fault> assign(Parsed<T> parsed, Target& target) {
    if (!parsed) return parsed.error();
    target = std::move(*parsed);
    return std::nullopt;
}

std::string urls_of(const Config& config, Dialect dialect) {
    std::vector<std::string> urls;
    for (const UpstreamConfig& upstream : config.upstreams) {
        if (upstream.dialect == dialect) urls.push_back(upstream.base_url);
    }
    return fmt::format("{}", fmt::join(urls, ","));
}

}  // namespace

Kind bytes(std::int64_t Config::* member, std::int64_t low, std::int64_t high) {
    return {fmt::format("bytes {}..{}", format_bytes(low), format_bytes(high)),
            [=](const Input& input, Draft& draft) {
                return assign(parse_bytes(input.text, low, high), draft.config.*member);
            },
            [=](const Config& config) { return format_bytes(config.*member); }};
}

Kind on_off(bool Config::* member) {
    return {"true|false|1|0|on|off|yes|no",
            [=](const Input& input, Draft& draft) {
                return assign(parse_on_off(input.text), draft.config.*member);
            },
            [=](const Config& config) -> std::string { return config.*member ? "true" : "false"; }};
}

Kind percent(double Config::* member) {
    return {"percent 0..100",
            [=](const Input& input, Draft& draft) {
                auto fault = assign(parse_percent(input.text), draft.config.*member);
                const double value = draft.config.*member;
                if (!fault && value > 0.0 && value <= 1.0) {
                    draft.warnings.push_back(
                        fmt::format("{} is {} %, not {} %: it is a percentage from 0 to 100",
                                    input.variable, value, value * 100.0));
                }
                return fault;
            },
            [=](const Config& config) { return fmt::format("{}", config.*member); }};
}

Kind local_power() {
    constexpr std::int64_t kMaxWatts = 100'000;
    return {"watts 0..100000|auto",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                draft.config.measure_local_power = iequals(input.text, "auto");
                draft.config.local_milliwatts = 0;
                if (input.text.empty() || draft.config.measure_local_power) return std::nullopt;
                const auto milliwatts = parse_fixed(input.text, 3, kMaxWatts);
                if (!milliwatts) return Fault(milliwatts.error().message, "auto");
                draft.config.local_milliwatts = *milliwatts;
                return std::nullopt;
            },
            [](const Config& config) -> std::string {
                if (config.measure_local_power) return "auto";
                return format_fixed(config.local_milliwatts, 3);
            }};
}

Kind micro_usd(std::int64_t Config::* member, std::int64_t max_usd) {
    return {fmt::format("USD 0..{}", max_usd),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const auto amount = parse_fixed(input.text, 6, max_usd);
                if (!amount) return Fault(amount.error().message, "0.30");
                draft.config.*member = *amount;
                return std::nullopt;
            },
            [=](const Config& config) { return format_fixed(config.*member, 6); }};
}

Kind log_level() {
    return {"trace|debug|info|warn|error|off",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<std::size_t> index = parse_choice(input.text, kLogLevelNames);
                if (!index) return index.error();
                draft.config.log_level = std::string(kLogLevels[*index]);
                return std::nullopt;
            },
            [](const Config& config) { return config.log_level; }};
}

Kind listen_list() {
    return {"list of host:port",
            [](const Input& input, Draft& draft) {
                return assign(parse_listen(input.text), draft.config.listen);
            },
            [](const Config& config) {
                std::vector<std::string> items;
                for (const ListenAddress& a : config.listen)
                    items.push_back(format_listen(a));
                return fmt::format("{}", fmt::join(items, ","));
            }};
}

Kind host_list(std::vector<std::string> Config::* member) {
    return {
        "list of host names",
        [=](const Input& input, Draft& draft) {
            return assign(parse_host_list(input.text), draft.config.*member);
        },
        [=](const Config& config) { return fmt::format("{}", fmt::join(config.*member, ",")); }};
}

Kind origin_list(std::vector<std::string> Config::* member) {
    return {
        "list of scheme://host:port",
        [=](const Input& input, Draft& draft) {
            return assign(parse_origin_list(input.text), draft.config.*member);
        },
        [=](const Config& config) { return fmt::format("{}", fmt::join(config.*member, ",")); }};
}

Kind name_list(std::vector<std::string> Config::* member) {
    return {
        "list of names",
        [=](const Input& input, Draft& draft) -> std::optional<Fault> {
            draft.config.*member = split_list(input.text);
            return std::nullopt;
        },
        [=](const Config& config) { return fmt::format("{}", fmt::join(config.*member, ",")); }};
}

Kind alias_map(std::map<std::string, std::string> Config::* member) {
    return {"list of name=model",
            [=](const Input& input, Draft& draft) {
                return assign(parse_map(input.text), draft.config.*member);
            },
            [=](const Config& config) {
                std::vector<std::string> items;
                for (const auto& [name, model] : config.*member)
                    items.push_back(name + "=" + model);
                return fmt::format("{}", fmt::join(items, ","));
            }};
}

Kind role_model(QueryType type) {
    return {"model name",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                Parsed<std::string> model = parse_model(input.text);
                if (!model) return model.error();
                draft.config.role_models[type] = RoleModel{std::move(*model), input.given};
                return std::nullopt;
            },
            [=](const Config& config) -> std::string {
                const auto found = config.role_models.find(type);
                return found == config.role_models.end() ? "" : found->second.model;
            }};
}

Kind database_path() {
    return {"path",
            [](const Input& input, Draft& draft) {
                auto fault = assign(parse_file_path(input.text), draft.config.db_path);
                draft.config.db_path_given = !fault;
                return fault;
            },
            [](const Config& config) { return config.db_path; }};
}

Kind file_path(std::string Config::* member) {
    return {"path",
            [=](const Input& input, Draft& draft) {
                return assign(parse_file_path(input.text), draft.config.*member);
            },
            [=](const Config& config) { return config.*member; }};
}

Kind config_file() {
    return {"path",
            [](const Input& input, Draft&) -> std::optional<Fault> {
                const Parsed<std::string> path = parse_file_path(input.text);
                if (!path) return path.error();
                return std::nullopt;
            },
            {}};
}

Kind ollama_urls() {
    return {"list of URLs",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                for (const std::string& item : split_list(input.text)) {
                    Parsed<BaseUrl> url = parse_ollama_url(item);
                    if (!url) return url.error();
                    draft.ollama_urls.push_back({std::move(*url), std::string(input.variable)});
                }
                if (draft.ollama_urls.empty()) {
                    return Fault{"names no server", "http://127.0.0.1:11434"};
                }
                return std::nullopt;
            },
            [](const Config& config) { return urls_of(config, Dialect::ollama); }};
}

Kind usd_amount(std::optional<PicoUsd> Config::* member) {
    return {"amount in USD",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Result<PicoUsd> amount = parse_usd_amount(input.text);
                if (amount && *amount >= 0) {
                    draft.config.*member = *amount;
                    return std::nullopt;
                }
                return Fault{amount ? "is negative" : amount.error().message,
                             amount ? "0" : "0.015"};
            },
            [=](const Config& config) {
                const std::optional<PicoUsd>& amount = config.*member;
                return amount ? format_usd(*amount) : std::string();
            }};
}

Kind usd_by_name(std::map<std::string, PicoUsd> Config::* member) {
    return {"list of key=USD",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const auto entries = parse_map(input.text);
                if (!entries) return entries.error();
                std::map<std::string, PicoUsd> amounts;
                for (const auto& [name, text] : *entries) {
                    const Result<PicoUsd> amount = parse_usd_amount(text);
                    if (!amount) return Fault{name + ": " + amount.error().message, name + "=1.50"};
                    if (*amount < 0) return Fault{name + " is negative", name + "=0"};
                    amounts[name] = *amount;
                }
                draft.config.*member = std::move(amounts);
                return std::nullopt;
            },
            [=](const Config& config) {
                std::vector<std::string> items;
                for (const auto& [name, amount] : config.*member)
                    items.push_back(name + "=" + format_usd(amount));
                return fmt::format("{}", fmt::join(items, ","));
            }};
}

Kind proxy_url(std::optional<ProxyServer> ProxyConfig::* member) {
    return {"URL",
            [=](const Input& input, Draft& draft) {
                return assign(parse_proxy_url(input.text), draft.config.proxies.*member);
            },
            [=](const Config& config) { return fingerprint(config.proxies.*member); },
            /*secret=*/true};
}

Kind proxy_list() {
    return {"list of [upstream=]URL|off",
            [](const Input& input, Draft& draft) {
                return assign(parse_proxy_list(input.text), draft.config.proxies.by_upstream);
            },
            [](const Config& config) { return fingerprint(config.proxies.by_upstream); },
            /*secret=*/true};
}

Kind bypass_list() {
    return {"list of hosts, .suffixes, CIDR ranges or *",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                draft.config.proxies.bypass = parse_bypass_list(input.text);
                return std::nullopt;
            },
            [](const Config& config) {
                return fmt::format("{}", fmt::join(config.proxies.bypass, ","));
            }};
}

Kind client_keys(std::vector<Secret> Config::* member) {
    return {"list of keys",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                // A variable has commas; a file of keys may have lines.
                std::string list(input.text);
                std::replace(list.begin(), list.end(), '\n', ',');
                for (const std::string& item : split_list(list)) {
                    const NamedKey named = split_named_key(item);
                    Parsed<Secret> key = parse_key(named.key);
                    if (!key) return key.error();
                    if (!named.name.empty())
                        draft.config.key_names.insert_or_assign(key_id(sha256(named.key)),
                                                                std::string(named.name));
                    (draft.config.*member).push_back(std::move(*key));
                }
                if ((draft.config.*member).empty()) return Fault{"names no key", "one key"};
                return std::nullopt;
            },
            {},
            /*secret=*/true};
}

}  // namespace llmr::config
