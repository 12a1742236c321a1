#include "daemon/cli_outline.hpp"

#include <CLI/CLI.hpp>

#include "core/text.hpp"

namespace llmr::daemon {
namespace {

/// The set of a CLI::IsMember, which it tells as "TEXT:{one,two}".
std::vector<std::string> choices_of(const std::string& type) {
    const std::size_t begin = type.find('{');
    const std::size_t end = type.find('}', begin);
    if (begin == std::string::npos || end == std::string::npos) return {};
    return split_list(std::string_view(type).substr(begin + 1, end - begin - 1));
}

OptionOutline outline_of(const CLI::Option& option) {
    OptionOutline outline;
    if (option.get_positional()) {
        outline.names = {option.get_name(true)};
    } else {
        for (const std::string& name : option.get_snames())
            outline.names.push_back("-" + name);
        for (const std::string& name : option.get_lnames())
            outline.names.push_back("--" + name);
    }
    const std::string type = option.get_type_name();
    const bool takes_value = option.get_items_expected_max() > 0;
    if (takes_value) outline.value = type.substr(0, type.find(':'));
    if (takes_value && outline.value.empty()) outline.value = "TEXT";
    outline.choices = choices_of(type);
    outline.help = option.get_description();
    outline.default_value = option.get_default_str();
    outline.required = option.get_required();
    return outline;
}

}  // namespace

CommandOutline outline_of(const CLI::App& app) {
    CommandOutline outline;
    outline.name = app.get_name();
    outline.help = app.get_description();
    for (const CLI::Option* option : app.get_options()) {
        auto& list = option->get_positional() ? outline.arguments : outline.options;
        list.push_back(outline_of(*option));
    }
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        const bool hidden = command->get_group().empty();
        if (!hidden) outline.commands.push_back(outline_of(*command));
    }
    return outline;
}

}  // namespace llmr::daemon
