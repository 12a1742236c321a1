#include "core/config_source.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "core/env_file.hpp"
#include "core/text.hpp"

namespace llmr::config {
namespace {

constexpr std::string_view kOwnPrefix = "LLM_ROUTER_";
constexpr std::string_view kWiderPrefix = "LLM_";
constexpr std::size_t kTypoDistance = 2;

/// Names that other daemons use, where the letters alone would lead astray.
struct Meant {
    std::string_view written;
    std::string_view name;
};
constexpr std::array kMeant{
    Meant{"LLM_ROUTER_PORT", "LLM_ROUTER_LISTEN"}, Meant{"LLM_ROUTER_HOST", "LLM_ROUTER_LISTEN"},
    Meant{"LLM_ROUTER_BIND", "LLM_ROUTER_LISTEN"}, Meant{"LLM_ROUTER_ADDRESS", "LLM_ROUTER_LISTEN"},
    Meant{"LLM_ROUTER_DATABASE", "LLM_ROUTER_DB"}};

struct Found {
    std::string value;
    Source source = Source::environment;
};
using Variables = std::map<std::string, Found>;

/// Container tools pass the quotes of an env file on as part of the value.
std::string clean(std::string_view value) {
    value = trim(value);
    const bool quoted = value.size() >= 2 && value.front() == value.back() &&
                        (value.front() == '"' || value.front() == '\'');
    return std::string(quoted ? trim(value.substr(1, value.size() - 2)) : value);
}

/// Set variables only: an empty value counts as unset.
void add_variables(const Environment& from, Source source, Variables& to) {
    for (const auto& [name, value] : from) {
        std::string cleaned = clean(value);
        if (!cleaned.empty()) to.emplace(name, Found{std::move(cleaned), source});
    }
}

const Found* find(const Variables& variables, const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : &found->second;
}

/// What the file of LLM_ROUTER_CONFIG says. A minus before its path: it may be missing, as with
/// systemd's EnvironmentFile.
Result<Environment> read_settings_file(const std::string& value) {
    const bool optional = value.starts_with('-');
    const std::string path = value.substr(optional ? 1 : 0);
    std::error_code fault;
    const bool exists = std::filesystem::exists(path, fault);
    if (optional && !exists && !fault) return Environment{};
    return read_env_file(path);
}

Variables gather(const Environment& environment, Settings& settings) {
    Variables variables;
    add_variables(environment, Source::environment, variables);
    const Found* const path = find(variables, "LLM_ROUTER_CONFIG");
    if (path == nullptr) return variables;
    const Result<Environment> file = read_settings_file(path->value);
    if (!file) {
        settings.errors.push_back("LLM_ROUTER_CONFIG: " + file.error().message);
        return variables;
    }
    if (file->contains("LLM_ROUTER_CONFIG")) {
        settings.warnings.push_back("LLM_ROUTER_CONFIG has no effect within the file it names");
    }
    add_variables(*file, Source::file, variables);
    return variables;
}

/// Whether an alias shared with other programs is meant for this option.
bool admitted(const Option& option, const std::string& alias, const Variables& variables) {
    for (const AliasGuard& guard : option.guards) {
        if (guard.alias != alias) continue;
        const Found* const provider =
            find(variables, std::string(guard.condition.provider_variable));
        if (provider == nullptr) return guard.condition.holds_if_unset;
        const bool ollama =
            iequals(provider->value, "ollama") || iequals(provider->value, "ollama_chat");
        return ollama == guard.condition.ollama;
    }
    return true;
}

void resolve_names(const Option& option, const Variables& variables, Settings& settings) {
    std::vector<std::string> names{option.name};
    names.insert(names.end(), option.aliases.begin(), option.aliases.end());
    for (const std::string& name : names) {
        const Found* const found = find(variables, name);
        if (found == nullptr || !admitted(option, name, variables)) continue;
        const auto [chosen, first] = settings.by_option.try_emplace(
            option.name, Setting{found->value, found->source, name, ""});
        if (!first && chosen->second.value != found->value) {
            settings.warnings.push_back(fmt::format(
                "{0} and {1} are both set and differ: {0} is used", chosen->second.variable, name));
        }
    }
}

/// systemd's LoadCredential: a file of the variable's name, in capitals or not. What the
/// environment says wins, as it does over every file.
void resolve_credential(const Option& option, const Variables& variables, Settings& settings) {
    const Found* const directory = find(variables, "CREDENTIALS_DIRECTORY");
    if (directory == nullptr || settings.by_option.contains(option.name)) return;
    for (const std::string& name : {option.name, to_lower(option.name)}) {
        const Result<std::string> contents = read_small_file(directory->value + "/" + name);
        if (!contents) continue;
        const std::string value(trim(*contents));
        if (value.empty()) continue;
        settings.by_option[option.name] = {value, directory->source, "credential " + name, ""};
        return;
    }
}

void resolve_secret_file(const Option& option, const Variables& variables, Settings& settings) {
    const std::string variable = file_variable(option);
    const Found* const path = find(variables, variable);
    if (path == nullptr) return resolve_credential(option, variables, settings);
    if (settings.by_option.contains(option.name)) {
        settings.warnings.push_back(
            fmt::format("{0} and {1} are both set: {0} is used", option.name, variable));
        return;
    }
    const Result<std::string> contents = read_small_file(path->value);
    if (!contents) {
        settings.errors.push_back(variable + ": " + contents.error().message);
        return;
    }
    const std::string value(trim(*contents));
    if (value.empty()) {
        settings.errors.push_back(fmt::format(
            "{}: {} is empty; nearest valid: a file that holds the value", variable, path->value));
        return;
    }
    settings.by_option[option.name] = {value, path->source, variable, path->value};
}

std::set<std::string> known_names() {
    std::set<std::string> names;
    for (const Option& option : options()) {
        names.insert(option.name);
        names.insert(option.aliases.begin(), option.aliases.end());
        if (option.kind.secret) names.insert(file_variable(option));
    }
    return names;
}

/// Kubernetes and Docker links put the address of a service named "llm-router" into every
/// container: LLM_ROUTER_SERVICE_HOST, LLM_ROUTER_PORT_11435_TCP_ADDR and so on.
bool is_service_link(std::string_view name, std::string_view value) {
    const std::string_view rest = name.substr(kOwnPrefix.size());
    if (rest == "SERVICE_HOST" || rest == "SERVICE_PORT" || rest.starts_with("SERVICE_PORT_")) {
        return true;
    }
    if (rest == "PORT") return value.find("://") != std::string_view::npos;
    return rest.starts_with("PORT_") && rest.size() > 5 &&
           std::isdigit(static_cast<unsigned char>(rest[5])) != 0;
}

std::string nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
    for (const Meant& meant : kMeant) {
        if (meant.written == name) return std::string(meant.name);
    }
    return nearest_of(name, candidates);
}

void report_unknown(const Variables& variables, Settings& settings) {
    static const std::set<std::string> known = known_names();
    static const std::vector<std::string_view> candidates(known.begin(), known.end());
    for (const auto& [name, found] : variables) {
        if (!name.starts_with(kWiderPrefix) || known.contains(name)) continue;
        const std::string nearest = nearest_name(name, candidates);
        if (name.starts_with(kOwnPrefix)) {
            if (is_service_link(name, found.value)) continue;
            settings.errors.push_back(
                fmt::format("{}: there is no such variable; nearest: {}", name, nearest));
        } else if (edit_distance(name, nearest) <= kTypoDistance) {
            settings.warnings.push_back(
                fmt::format("{} is not a variable of the router: was {} meant?", name, nearest));
        }
    }
}

/// What the configuration asks of the process itself, never of a file.
constexpr std::array<std::string_view, 5> kOfTheProcess{
    "LLM_ROUTER_CONFIG", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY", "XDG_DATA_HOME", "HOME"};

}  // namespace

Environment without_repeats_of_file(Environment environment) {
    const auto path = environment.find("LLM_ROUTER_CONFIG");
    if (path == environment.end()) return environment;
    const Result<Environment> file = read_settings_file(clean(path->second));
    if (!file) return environment;
    for (const auto& [name, value] : *file) {
        const bool kept =
            std::find(kOfTheProcess.begin(), kOfTheProcess.end(), name) != kOfTheProcess.end();
        const auto found = environment.find(name);
        if (kept || found == environment.end() || clean(found->second) != clean(value)) continue;
        environment.erase(found);
    }
    return environment;
}

Settings resolve_settings(const Environment& environment) {
    Settings settings;
    const Variables variables = gather(environment, settings);
    for (const Option& option : options()) {
        resolve_names(option, variables, settings);
        if (option.kind.secret) resolve_secret_file(option, variables, settings);
    }
    report_unknown(variables, settings);
    return settings;
}

}  // namespace llmr::config
