#include <algorithm>

#include <fmt/format.h>

#include "core/config.hpp"
#include "core/config_source.hpp"
#include "core/env_file.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"

namespace llmr {
namespace {

using namespace config;

std::string describe_source(const Option& option, const Settings& settings) {
    const auto found = settings.by_option.find(option.name);
    if (found == settings.by_option.end()) return "default";
    const Setting& setting = found->second;
    std::string text = setting.source == Source::environment ? "environment" : "file";
    if (setting.variable != option.name) text += ", as " + setting.variable;
    return text;
}

/// "(set, key id 1a2b3c4d)", with one id for each key of a list.
std::string describe_secret(const Option& option, const Setting* setting) {
    if (setting == nullptr || is_placeholder(setting->value)) return "(not set)";
    std::string value = setting->value;
    if (option.name != "LLM_ROUTER_API_KEYS" && option.name != "LLM_ROUTER_ADMIN_KEYS") {
        return fmt::format("(set, key id {})", key_id(sha256(value)));
    }
    std::replace(value.begin(), value.end(), '\n', ',');
    std::string ids;
    for (const std::string& key : split_list(value)) {
        ids += (ids.empty() ? "" : ", key id ") + key_id(sha256(split_named_key(key).key));
    }
    return fmt::format("(set, key id {})", ids);
}

std::string print_secret(const Option& option, const Setting* setting) {
    std::string line = fmt::format("# {}={}\n", option.name, describe_secret(option, setting));
    if (setting != nullptr && !setting->secret_path.empty()) {
        line += fmt::format("{}={}\n", setting->variable, quote_env_value(setting->secret_path));
    }
    return line;
}

std::string print_option(const Option& option, const Setting* setting, const Config& config) {
    if (option.kind.secret) return print_secret(option, setting);
    std::string value = rendered(option, config);
    if (option.echo == Echo::never && setting != nullptr) value = setting->value;
    const bool comment =
        option.echo == Echo::never || (option.echo == Echo::if_given && setting == nullptr);
    return fmt::format("{}{}={}\n", comment ? "# " : "", option.name, quote_env_value(value));
}

}  // namespace

std::string print_config(const Environment& environment, const Config& config) {
    const Settings settings = resolve_settings(environment);
    std::string text;
    std::string group;
    for (const Option& option : options()) {
        if (option.group != group) {
            group = option.group;
            text += fmt::format("{}## {}\n", text.empty() ? "" : "\n", group);
        }
        const auto found = settings.by_option.find(option.name);
        const Setting* const setting = found == settings.by_option.end() ? nullptr : &found->second;
        text += fmt::format("# {}\n", describe_source(option, settings));
        text += print_option(option, setting, config);
    }
    return text;
}

}  // namespace llmr
