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

std::optional<Error> read_flat_tools(const Fields& fields, std::string_view own_type,
                                     std::string_view schema_key, bool untyped,
                                     RequestOptions& options) {
    const auto tools = fields.array("tools");
    if (!tools) return std::nullopt;
    for (const element tool : *tools) {
        const std::string place = indexed("tools", options.tools.size());
        if (!tool.is_object()) return wrong_type(place, "an object", tool);
        const std::string_view type = get_string(tool, "type").value_or(untyped ? own_type : "");
        if (type != own_type) {
            return unsupported(place + ".type", "the model that answers has no tool of type " +
                                                    std::string(type) + " of its own");
        }
        if (auto bad = read_function(tool, schema_key, place, options)) return bad;
    }
    return std::nullopt;
}

std::optional<Error> read_schema(std::optional<element> holder, const std::string& place,
                                 RequestOptions& options) {
    const auto schema = holder ? get_value(*holder, "schema") : std::nullopt;
    if (!schema || !schema->is_object())
        return Error(Errc::invalid_parameter, "'" + place + "' must be an object", place);
    options.format = RequestOptions::Format::schema;
    options.schema = *schema;
    options.schema_name = get_string(*holder, "name").value_or(options.schema_name);
    options.schema_strict = get_bool(*holder, "strict");
    return std::nullopt;
}

ToolChoice tool_choice_of(std::string_view word) {
    if (word == "none") return ToolChoice::none;
    if (word == "auto") return ToolChoice::automatic;
    return word == "required" ? ToolChoice::required : ToolChoice::unset;
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
        case Dialect::gemini:
            break;
    }
    return "thinking";
}

std::string client_name(Dialect dialect, std::string_view parameter) {
    if (dialect == Dialect::ollama) return "options." + std::string(parameter);
    if (dialect == Dialect::anthropic && parameter == "stop") return "stop_sequences";
    return std::string(parameter);
}

}  // namespace llmr::providers
