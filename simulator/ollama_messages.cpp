#include "simulator/ollama_messages.hpp"

#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/json_view.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using Refusal = std::optional<OllamaRefusal>;

/// What an image costs in Ollama's own reckoning.
constexpr std::int64_t kImageTokens = 768;
Refusal read_tool_calls(element message, Prompt& prompt) {
    const auto calls = get_value(message, "tool_calls");
    if (!calls || !calls->is_array()) {
        return std::nullopt;
    }
    for (const element call : array_of(*calls)) {
        const auto function = get_value(call, "function");
        const auto arguments = function ? get_value(*function, "arguments") : std::nullopt;
        if (arguments && !arguments->is_object()) {
            return wrong_type(*arguments, "ChatRequest.messages.tool_calls.function.arguments",
                              "api.ToolCallFunctionArguments");
        }
        if (arguments) {
            prompt.prompt_tokens += count_tokens(to_json(*arguments));
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view go_name(element value) {
    switch (value.type()) {
        case element_type::ARRAY:
            return "array";
        case element_type::OBJECT:
            return "object";
        case element_type::STRING:
            return "string";
        case element_type::BOOL:
            return "bool";
        case element_type::NULL_VALUE:
            return "null";
        default:
            return "number";
    }
}

OllamaRefusal wrong_type(element value, std::string_view field, std::string_view wanted) {
    std::string text = "json: cannot unmarshal ";
    text += go_name(value);
    text += " into Go struct field ";
    text += field;
    text += " of type ";
    text += wanted;
    return {400, std::move(text)};
}

/// A member that must have `type` if it is there and not null.
Refusal check_type(element object, std::string_view key, element_type type, std::string_view field,
                   std::string_view wanted) {
    const auto value = get_value(object, key);
    return !value || value->type() == type ? Refusal() : Refusal(wrong_type(*value, field, wanted));
}

Refusal read_images(element object, Prompt& prompt) {
    const auto images = get_value(object, "images");
    if (!images) {
        return std::nullopt;
    }
    if (!images->is_array()) {
        return wrong_type(*images, "ChatRequest.messages.images", "[]api.ImageData");
    }
    std::string bytes;
    for (const element image : array_of(*images)) {
        const auto text = image.get_string();
        if (text.error() || !base64_decode(text.value_unsafe(), bytes)) {
            return OllamaRefusal{400, "illegal base64 data at input byte 0"};
        }
        ++prompt.image_count;
        prompt.prompt_tokens += kImageTokens;
    }
    return std::nullopt;
}

Refusal read_message(element message, Prompt& prompt) {
    if (!message.is_object()) {
        return wrong_type(message, "ChatRequest.messages", "api.Message");
    }
    if (auto refusal = check_type(message, "content", element_type::STRING,
                                  "ChatRequest.messages.content", "string")) {
        return refusal;
    }
    const auto content = get_string(message, "content").value_or("");
    const auto role = to_lower(get_string(message, "role").value_or(""));
    if (role != "system" && role != "user" && role != "assistant" && role != "tool") {
        return OllamaRefusal{400, "invalid role: " + json_quote(role)};
    }
    prompt.prompt_tokens += kMessageTokens + count_tokens(content);
    prompt.last_is_tool = role == "tool";
    if (role == "user") {
        prompt.question = content;
        prompt.image_count = 0;  // those of the last user turn count
    } else if (role == "tool") {
        prompt.tool_result = content;
        prompt.tool_name = get_string(message, "tool_name").value_or("");
    }
    if (auto refusal = read_images(message, prompt)) {
        return refusal;
    }
    return read_tool_calls(message, prompt);
}

Refusal read_tools(element root, OllamaRequest& out) {
    const auto tools = get_value(root, "tools");
    if (!tools) {
        return std::nullopt;
    }
    if (!tools->is_array()) {
        return wrong_type(*tools, "ChatRequest.tools", "api.Tools");
    }
    const auto list = array_of(*tools);
    out.wants_tools = list.size() > 0;
    if (!out.wants_tools) {
        return std::nullopt;
    }
    out.prompt.prompt_tokens += count_tokens(to_json(*tools));
    for (const element tool : list) {
        const auto function = get_value(tool, "function");
        const auto name = function ? get_string(*function, "name") : std::nullopt;
        if (name) {
            out.prompt.offered.push_back({*name, get_value(*function, "parameters")});
        }
    }
    return std::nullopt;
}

}  // namespace llmr::simulator
