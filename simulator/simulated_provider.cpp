#include "simulator/simulated_provider.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "simulator/dialects/dialects.hpp"

namespace llmr::simulator {
namespace {

using Providers = std::vector<SimulatedProvider>;
using Refusal = std::optional<Error>;
constexpr std::string_view kOpenAi = "openai";

Error refused(std::string message) {
    return {Errc::invalid_parameter, std::move(message), "provider"};
}

std::optional<std::int64_t> to_count(std::string_view text, std::int64_t low, std::int64_t high) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number >= low && number <= high ? std::optional(number) : std::nullopt;
}

/// The provider that a text is about, and what stands after `separator`.
Result<std::pair<SimulatedProvider*, std::string>> split(Providers& providers,
                                                         const std::string& text, char separator) {
    const auto at = text.find(separator);
    const auto name = text.substr(0, at);
    const auto found = std::find_if(providers.begin(), providers.end(),
                                    [&](const auto& provider) { return provider.name == name; });
    if (at == std::string::npos || found == providers.end()) {
        return refused(
            fmt::format("'{}' is no provider that has a port (--provider NAME=PORT)", name));
    }
    return std::pair(&*found, text.substr(at + 1));
}

Refusal read_port(Providers& providers, const std::string& text) {
    const auto equals = text.find('=');
    SimulatedProvider provider;
    provider.name = text.substr(0, equals);
    const auto known = provider_names();
    if (std::find(known.begin(), known.end(), provider.name) == known.end()) {
        return refused(fmt::format("unknown provider '{}'; there are {}", provider.name,
                                   fmt::join(known, ", ")));
    }
    const auto port = equals == std::string::npos
                          ? std::nullopt
                          : to_count(std::string_view(text).substr(equals + 1), 0,
                                     std::numeric_limits<std::uint16_t>::max());
    if (!port) {
        return refused(fmt::format("{}: a port from 0 to 65535 is needed", provider.name));
    }
    provider.port = static_cast<std::uint16_t>(*port);
    for (const auto& other : providers) {
        if (other.name == provider.name) {
            return refused(fmt::format("{} is given twice", provider.name));
        }
    }
    providers.push_back(std::move(provider));
    return std::nullopt;
}

Refusal read_key(Providers& providers, const std::string& text) {
    auto parts = split(providers, text, '=');
    if (!parts) {
        return parts.error();
    }
    parts->first->keys.push_back(std::move(parts->second));
    return std::nullopt;
}

Refusal read_model(Providers& providers, const std::string& text) {
    auto parts = split(providers, text, '=');
    if (!parts) {
        return parts.error();
    }
    parts->first->models.push_back(std::move(parts->second));
    return std::nullopt;
}

Refusal read_context(Providers& providers, const std::string& text) {
    const auto parts = split(providers, text, '=');
    if (!parts) {
        return parts.error();
    }
    const auto tokens = to_count(parts->second, 1, 1'000'000'000);
    if (!tokens) {
        return refused(fmt::format("{}: a number of tokens is needed", parts->first->name));
    }
    parts->first->context_length = *tokens;
    return std::nullopt;
}

/// The key may hold '=' and ':': the first colon and the last equals sign count.
Refusal read_limit(Providers& providers, const std::string& text) {
    const auto parts = split(providers, text, ':');
    if (!parts) {
        return parts.error();
    }
    const auto& rest = parts->second;
    const auto equals = rest.rfind('=');
    const auto count = equals == std::string::npos
                           ? std::nullopt
                           : to_count(std::string_view(rest).substr(equals + 1), 0, INT64_MAX);
    if (!count) {
        return refused(
            fmt::format("{}: KEY=N is needed, N a number of requests", parts->first->name));
    }
    parts->first->key_limits[rest.substr(0, equals)] = *count;
    return std::nullopt;
}

}  // namespace

std::vector<std::string> provider_names() {
    auto names = dialect_names();
    names.emplace_back("identity");
    return names;
}

Result<std::vector<SimulatedProvider>> parse_providers(const ProviderTexts& texts) {
    SimulatedProvider unmentioned;
    unmentioned.name = kOpenAi;
    Providers providers{unmentioned};
    struct Step {
        const std::vector<std::string>& texts;
        Refusal (*read)(Providers&, const std::string&);
    };
    for (const auto& step : {Step{texts.ports, &read_port}, Step{texts.keys, &read_key},
                             Step{texts.models, &read_model}, Step{texts.contexts, &read_context},
                             Step{texts.limits, &read_limit}}) {
        for (const auto& text : step.texts) {
            if (auto refusal = step.read(providers, text)) {
                return *std::move(refusal);
            }
        }
    }
    if (providers.front() == unmentioned) {
        providers.erase(providers.begin());
    }
    return providers;
}

}  // namespace llmr::simulator
