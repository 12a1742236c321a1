#include <string>

#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/json_view.hpp"
#include "simulator/openai_request.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<OpenAiError>;

constexpr std::int64_t kMessageTokens = 4;
constexpr std::int64_t kImageTokens = 85;  // an image of low detail

/// Reads the content of one message; the last text part is the one that counts as its text.
class ContentReader {
public:
    ContentReader(OpenAiRequest& out, const std::string& param) : out_(out), param_(param) {}

    Refusal read(element message) {
        const auto content = get_value(message, "content");
        if (!content) {
            return std::nullopt;
        }
        if (content->is_string()) {
            take(string_of(*content));
            return std::nullopt;
        }
        if (!content->is_array()) {
            return openai_wrong_type(param_ + ".content", "a string or an array");
        }
        for (const element part : array_of(*content)) {
            const auto type = get_string(part, "type").value_or("");
            if (type == "text") {
                take(get_string(part, "text").value_or(""));
            } else if (type == "image_url") {
                ++images;
                out_.prompt.prompt_tokens += kImageTokens;
            } else if (type.empty()) {
                return openai_missing(param_ + ".content[0].type");
            }
        }
        return std::nullopt;
    }

    std::string_view text;
    std::size_t images = 0;

private:
    void take(std::string_view piece) {
        text = piece;
        out_.prompt.prompt_tokens += count_tokens(piece);
        out_.says_json = out_.says_json || to_lower(piece).find("json") != std::string::npos;
    }

    OpenAiRequest& out_;
    const std::string& param_;
};

Refusal read_tool_calls(element message, const std::string& param, Prompt& prompt, bool& any) {
    const auto calls = get_value(message, "tool_calls");
    any = calls && calls->is_array() && array_of(*calls).size() > 0;
    if (!any) {
        return std::nullopt;
    }
    for (const element call : array_of(*calls)) {
        const auto function = get_value(call, "function");
        if (!get_string(call, "id") || !function) {
            return openai_missing(param + ".tool_calls[0].id");
        }
        const auto arguments = get_string(*function, "arguments");
        if (!arguments) {
            return openai_wrong_type(param + ".tool_calls[0].function.arguments", "a string");
        }
        prompt.prompt_tokens += count_tokens(*arguments);
        prompt.tool_name = get_string(*function, "name").value_or("");
    }
    return std::nullopt;
}

OpenAiError bad_role(std::string_view role, const std::string& param) {
    return {400,
            "Invalid value: '" + std::string(role) +
                "'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and "
                "'developer'.",
            param + ".role", "invalid_value"};
}

OpenAiError stray_tool(const std::string& param) {
    return {400,
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
            "message with 'tool_calls'.",
            param + ".role", ""};
}

/// One message; `calls_open` says whether tool results may come.
Refusal read_message(element message, const std::string& param, OpenAiRequest& out,
                     bool& calls_open) {
    if (!message.is_object()) {
        return openai_wrong_type(param, "an object");
    }
    auto& prompt = out.prompt;
    const auto role = get_string(message, "role");
    if (!role) {
        return openai_missing(param + ".role");
    }
    prompt.prompt_tokens += kMessageTokens;
    ContentReader content(out, param);
    if (auto refusal = content.read(message)) {
        return refusal;
    }
    prompt.last_is_tool = role == "tool";
    if (role == "tool") {
        if (!calls_open) {
            return stray_tool(param);
        }
        if (!get_string(message, "tool_call_id")) {
            return openai_missing(param + ".tool_call_id");
        }
        prompt.tool_result = content.text;
        return std::nullopt;
    }
    calls_open = false;
    if (role == "user") {
        prompt.question = content.text;
        prompt.image_count = content.images;
        return std::nullopt;
    }
    if (role == "assistant") {
        return read_tool_calls(message, param, prompt, calls_open);
    }
    const bool known = role == "system" || role == "developer" || role == "function";
    return known ? Refusal() : Refusal(bad_role(*role, param));
}

}  // namespace

Refusal read_openai_messages(element messages, OpenAiRequest& out) {
    if (!messages.is_array()) {
        return openai_wrong_type("messages", "an array of objects");
    }
    const auto list = array_of(messages);
    if (list.size() == 0) {
        return OpenAiError{400,
                           "Invalid 'messages': empty array. Expected an array with minimum length "
                           "1, but got an empty array instead.",
                           "messages", "empty_array"};
    }
    bool calls_open = false;
    std::size_t index = 0;
    for (const element message : list) {
        const std::string param = "messages[" + std::to_string(index++) + "]";
        if (auto refusal = read_message(message, param, out, calls_open)) {
            return refusal;
        }
    }
    return std::nullopt;
}

}  // namespace llmr::simulator
