#include "providers/option_parts.hpp"

#include <algorithm>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

struct ThinkLevel {
    std::string_view effort;
    std::string_view level;  // empty: off
};

constexpr std::array kThinkLevels{
    ThinkLevel{"none", ""},         ThinkLevel{"minimal", "low"}, ThinkLevel{"low", "low"},
    ThinkLevel{"medium", "medium"}, ThinkLevel{"high", "high"},   ThinkLevel{"xhigh", "high"},
    ThinkLevel{"max", "high"},
};

}  // namespace

bool says_nothing(element value) {
    std::string_view text;
    bool flag = false;
    simdjson::dom::array array;
    simdjson::dom::object object;
    if (value.is_null()) return true;
    if (value.get(text) == simdjson::SUCCESS) return text.empty();
    if (value.get(flag) == simdjson::SUCCESS) return !flag;
    if (value.get(object) == simdjson::SUCCESS) return object.size() == 0;
    return value.get(array) == simdjson::SUCCESS && array.size() == 0;
}

void read_stop(element value, const std::string& path, std::vector<std::string_view>& stop,
               std::optional<Error>& error) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        stop.push_back(text);
        return;
    }
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) {
        if (!error) error = wrong_type(path, "a string or an array of strings", value);
        return;
    }
    for (const element item : items) {
        if (item.get(text) == simdjson::SUCCESS)
            stop.push_back(text);
        else if (!error)
            error = wrong_type(indexed(path, stop.size()), "a string", item);
    }
}

std::optional<Error> read_effort(std::string_view effort, const std::string& path,
                                 RequestOptions& options) {
    for (const ThinkLevel& row : kThinkLevels) {
        if (row.effort != effort) continue;
        options.think =
            row.level.empty() ? RequestOptions::Think::off : RequestOptions::Think::level;
        options.think_level = row.level;
        return std::nullopt;
    }
    return Error(Errc::invalid_parameter,
                 "'" + path + "' must be none, minimal, low, medium, high, xhigh or max", path);
}

std::optional<Error> read_function(element function, std::string_view schema_key,
                                   const std::string& place, RequestOptions& options) {
    const auto name = get_string(function, "name");
    if (!name || name->empty())
        return Error(Errc::missing_parameter, "'" + place + ".name' is required", place + ".name");
    ToolSpec tool;
    tool.name = *name;
    tool.description = get_string(function, "description");
    tool.parameters = get_value(function, schema_key);
    tool.strict = get_bool(function, "strict");
    options.tools.push_back(tool);
    return std::nullopt;
}

std::optional<Error> check_chosen_tool(const RequestOptions& options) {
    if (options.tool_choice != ToolChoice::named) return std::nullopt;
    const bool known =
        std::any_of(options.tools.begin(), options.tools.end(),
                    [&](const ToolSpec& tool) { return tool.name == options.chosen_tool; });
    if (known) return std::nullopt;
    return Error(Errc::invalid_parameter, "'tool_choice' names a function that is not in 'tools'",
                 "tool_choice");
}

std::string_view thinking_name(Dialect dialect) {
    switch (dialect) {
        case Dialect::openai_chat:
            return "reasoning_effort";
        case Dialect::openai_responses:
            return "reasoning";
        case Dialect::ollama:
            return "think";
        case Dialect::anthropic:
            break;
    }
    return "thinking";
}

std::string client_name(Dialect dialect, std::string_view parameter) {
    if (dialect == Dialect::ollama) return "options." + std::string(parameter);
    return std::string(parameter);
}

}  // namespace llmr::providers
