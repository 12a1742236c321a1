#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/config_option.hpp"

/// The kinds of values the option table is made of: each a type text, a parser and a renderer.
namespace llmr::config {

template <class Int>
Kind integer(Int Config::* member, std::int64_t low, std::int64_t high) {
    return {fmt::format("integer {}..{}", low, high),
            [member, low, high](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<std::int64_t> value = parse_integer(input.text, low, high);
                if (!value) return value.error();
                draft.config.*member = static_cast<Int>(*value);
                return std::nullopt;
            },
            [member](const Config& config) { return fmt::format("{}", config.*member); }};
}

template <class Rep, class Period>
Kind duration(std::chrono::duration<Rep, Period> Config::* member, std::int64_t low,
              std::int64_t high) {
    constexpr bool kMillis = Period::den == 1000;
    return {fmt::format("{} {}..{}", kMillis ? "milliseconds" : "seconds", low, high),
            [member, low, high](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<std::int64_t> value = parse_integer(input.text, low, high);
                if (!value) return value.error();
                draft.config.*member = std::chrono::duration<Rep, Period>(*value);
                return std::nullopt;
            },
            [member](const Config& config) { return fmt::format("{}", (config.*member).count()); }};
}

template <class Enum>
struct Choice {
    std::string_view name;
    Enum value;
};

/// `choices` may name a value more than once: the first name is the one that is shown, the others
/// are read only.
template <class Enum, std::size_t N>
Kind choice(Enum Config::* member, const std::array<Choice<Enum>, N>& choices) {
    std::string type;
    for (auto c = choices.begin(); c != choices.end(); ++c) {
        const auto same = [c](const Choice<Enum>& other) { return other.value == c->value; };
        if (std::any_of(choices.begin(), c, same)) continue;
        type += (type.empty() ? "" : "|") + std::string(c->name);
    }
    return {type,
            [member, choices](const Input& input, Draft& draft) -> std::optional<Fault> {
                std::array<std::string_view, N> names;
                for (std::size_t i = 0; i < N; ++i)
                    names[i] = choices[i].name;
                const Parsed<std::size_t> index = parse_choice(input.text, names);
                if (!index) return index.error();
                draft.config.*member = choices[*index].value;
                return std::nullopt;
            },
            [member, choices](const Config& config) -> std::string {
                for (const Choice<Enum>& c : choices) {
                    if (c.value == config.*member) return std::string(c.name);
                }
                return {};
            }};
}

Kind bytes(std::int64_t Config::* member, std::int64_t low, std::int64_t high);
Kind on_off(bool Config::* member);
Kind percent(double Config::* member);
Kind usd_amount(std::optional<PicoUsd> Config::* member);
/// name=USD,*=USD
Kind usd_by_name(std::map<std::string, PicoUsd> Config::* member);
/// Watts with up to 3 decimals, or "auto": measured.
Kind local_power();
/// USD with up to 6 decimals, as 1e-6 USD.
Kind micro_usd(std::int64_t Config::* member, std::int64_t max_usd);
Kind log_level();
Kind listen_list();
Kind host_list(std::vector<std::string> Config::* member);
Kind origin_list(std::vector<std::string> Config::* member);
/// Taken as they are.
Kind name_list(std::vector<std::string> Config::* member);
Kind alias_map(std::map<std::string, std::string> Config::* member);
Kind role_model(QueryType type);
Kind database_path();
Kind file_path(std::string Config::* member);
/// The file of further variables; it was read before the table is walked.
Kind config_file();
Kind ollama_urls();
/// The proxy for upstreams of one scheme.
Kind proxy_url(std::optional<ProxyServer> ProxyConfig::* member);
/// Proxies by upstream: LLM_PROXY.
Kind proxy_list();
/// Hosts that are reached without a proxy: NO_PROXY.
Kind bypass_list();
/// Keys that clients present, `name=key` or `key`. Their length is judged with the listen
/// addresses, later.
Kind client_keys(std::vector<Secret> Config::* member);

}  // namespace llmr::config
