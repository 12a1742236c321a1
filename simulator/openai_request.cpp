#include "simulator/openai_request.hpp"

#include "core/json.hpp"
#include "simulator/json_view.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<OpenAiError>;

constexpr std::int64_t kMostChoices = 128;

Refusal read_stream(element root, OpenAiRequest& out) {
    const auto stream = get_value(root, "stream");
    if (stream && !stream->is_bool()) {
        return openai_wrong_type("stream", "a boolean");
    }
    out.stream = get_bool(root, "stream").value_or(false);
    const auto options = get_value(root, "stream_options");
    if (options && !out.stream) {
        return OpenAiError{400,
                           "The 'stream_options' parameter is only allowed when 'stream' is "
                           "enabled.",
                           "stream_options", ""};
    }
    out.include_usage = options && get_bool(*options, "include_usage").value_or(false);
    return std::nullopt;
}

Refusal read_limit(element root, OpenAiRequest& out) {
    for (const auto* name : {"max_completion_tokens", "max_tokens"}) {
        const auto value = get_value(root, name);
        if (!value) {
            continue;
        }
        if (!value->is_number()) {
            return openai_wrong_type(name, "an integer");
        }
        const auto limit = get_int(root, name).value_or(0);
        if (limit < 1) {
            return OpenAiError{400,
                               "Invalid '" + std::string(name) +
                                   "': integer below minimum value. Expected a value >= 1, but "
                                   "got " +
                                   std::to_string(limit) + " instead.",
                               name, "integer_below_min_value"};
        }
        out.prompt.max_tokens = limit;
        break;
    }
    return std::nullopt;
}

Refusal read_choices(element root, OpenAiRequest& out) {
    const auto n = get_int(root, "n").value_or(1);
    if (n < 1 || n > kMostChoices) {
        return OpenAiError{400, "Invalid 'n': expected a value between 1 and 128.", "n",
                           "invalid_value"};
    }
    out.choices = static_cast<int>(n);
    return std::nullopt;
}

Refusal read_stops(element root, OpenAiRequest& out) {
    const auto stop = get_value(root, "stop");
    if (!stop) {
        return std::nullopt;
    }
    if (stop->is_string()) {
        out.prompt.stops.push_back(string_of(*stop));
        return std::nullopt;
    }
    constexpr std::size_t kMostStops = 4;
    if (!stop->is_array() || array_of(*stop).size() > kMostStops) {
        return openai_wrong_type("stop", "a string or an array of at most 4 strings");
    }
    for (const element text : array_of(*stop)) {
        if (!text.is_string()) {
            return openai_wrong_type("stop", "a string or an array of at most 4 strings");
        }
        out.prompt.stops.push_back(string_of(text));
    }
    return std::nullopt;
}

Refusal read_format(element root, OpenAiRequest& out) {
    const auto format = get_value(root, "response_format");
    if (!format) {
        return std::nullopt;
    }
    const auto type = get_string(*format, "type").value_or("");
    if (type == "json_object") {
        if (!out.says_json) {
            return OpenAiError{400,
                               "'messages' must contain the word 'json' in some form, to use "
                               "'response_format' of type 'json_object'.",
                               "messages", ""};
        }
        out.prompt.json = true;
        return std::nullopt;
    }
    if (type == "json_schema") {
        const auto named = get_value(*format, "json_schema");
        if (!named || !get_string(*named, "name")) {
            return openai_missing("response_format.json_schema");
        }
        out.prompt.json = true;
        out.prompt.json_schema = get_value(*named, "schema");
        return std::nullopt;
    }
    return type == "text" ? Refusal()
                          : OpenAiError{400,
                                        "Invalid value: '" + std::string(type) +
                                            "'. Supported values are: 'json_object', "
                                            "'json_schema', and 'text'.",
                                        "response_format.type", "invalid_value"};
}

/// The name in {"type":"function","function":{"name":...}}; empty for "auto" and "required".
std::string_view chosen_tool(element root) {
    const auto choice = get_value(root, "tool_choice");
    const auto function =
        choice && choice->is_object() ? get_value(*choice, "function") : std::nullopt;
    return function ? get_string(*function, "name").value_or("") : std::string_view();
}

Refusal read_tools(element root, OpenAiRequest& out) {
    const auto tools = get_value(root, "tools");
    if (!tools) {
        return std::nullopt;
    }
    if (!tools->is_array()) {
        return openai_wrong_type("tools", "an array of objects");
    }
    auto& prompt = out.prompt;
    prompt.prompt_tokens += count_tokens(to_json(*tools));
    if (get_string(root, "tool_choice") == "none") {
        return std::nullopt;
    }
    const auto wanted = chosen_tool(root);
    for (const element tool : array_of(*tools)) {
        const auto function = get_value(tool, "function");
        const auto name = function ? get_string(*function, "name") : std::nullopt;
        if (!name) {
            return openai_missing("tools[0].function");
        }
        if (wanted.empty() || wanted == *name) {
            prompt.offered.push_back({*name, get_value(*function, "parameters")});
        }
    }
    prompt.parallel_calls = get_bool(root, "parallel_tool_calls").value_or(true);
    return std::nullopt;
}

Refusal read_logprobs(element root, OpenAiRequest& out) {
    out.logprobs = get_bool(root, "logprobs").value_or(false);
    const auto top = get_int(root, "top_logprobs");
    if (top && !out.logprobs) {
        return OpenAiError{400,
                           "Invalid value for 'top_logprobs': 'logprobs' must be set to true when "
                           "using 'top_logprobs'.",
                           "top_logprobs", "invalid_value"};
    }
    if (top && (*top < 0 || *top > 20)) {
        return OpenAiError{400, "Invalid 'top_logprobs': expected a value between 0 and 20.",
                           "top_logprobs", "invalid_value"};
    }
    out.top_logprobs = static_cast<int>(top.value_or(0));
    return std::nullopt;
}

Refusal read_reasoning(element root, OpenAiRequest& out) {
    const auto effort = get_string(root, "reasoning_effort").value_or("medium");
    out.prompt.think = effort != "none";
    return std::nullopt;
}

}  // namespace

OpenAiError openai_missing(std::string_view param) {
    return {400, "Missing required parameter: '" + std::string(param) + "'.", std::string(param),
            "missing_required_parameter"};
}

OpenAiError openai_wrong_type(std::string_view param, std::string_view expected) {
    return {400,
            "Invalid type for '" + std::string(param) + "': expected " + std::string(expected) +
                ", but got something else instead.",
            std::string(param), "invalid_type"};
}

Refusal read_openai_settings(element root, OpenAiRequest& out) {
    if (out.prompt.model.empty()) {
        out.prompt.model = get_string(root, "model").value_or("");
    }
    if (out.prompt.model.empty()) {
        return OpenAiError{400, "you must provide a model parameter", "", ""};
    }
    for (const auto reader : {&read_stream, &read_limit, &read_choices, &read_stops}) {
        if (auto refusal = reader(root, out)) {
            return refusal;
        }
    }
    return std::nullopt;
}

Refusal read_openai_chat(element root, OpenAiRequest& out) {
    if (out.prompt.model.empty() && get_string(root, "model").value_or("").empty()) {
        return OpenAiError{400, "you must provide a model parameter", "", ""};
    }
    const auto messages = get_value(root, "messages");
    if (!messages) {
        return openai_missing("messages");
    }
    if (auto refusal = read_openai_messages(*messages, out)) {
        return refusal;
    }
    for (const auto reader :
         {&read_openai_settings, &read_format, &read_tools, &read_logprobs, &read_reasoning}) {
        if (auto refusal = reader(root, out)) {
            return refusal;
        }
    }
    return std::nullopt;
}

}  // namespace llmr::simulator
