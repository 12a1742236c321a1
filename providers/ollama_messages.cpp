#include <utility>
#include <vector>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/images.hpp"
#include "providers/request_writers.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

// OpenAI ties a result to its call by id, Ollama by the tool's name.
using CallNames = std::vector<std::pair<std::string_view, std::string_view>>;

std::string_view role_name(Role role) {
    switch (role) {
        case Role::system:
            return "system";
        case Role::user:
            return "user";
        case Role::assistant:
            return "assistant";
        case Role::tool:
            return "tool";
    }
    return "user";
}

std::string_view tool_name_of(const Message& message, const CallNames& calls) {
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
        if (call->first == message.tool_call_id) return call->second;
    }
    return message.tool_name;
}

// Text parts and a refusal that the client sends back in the history, joined by LF.
Result<std::string> content_of(const Message& message, const std::string& path) {
    std::string text = joined_text(message);
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (part.kind != ContentPart::Kind::other) continue;
        const auto refusal = get_string(part.raw, "refusal");
        if (!refusal) {
            const auto type = get_string(part.raw, "type").value_or("unknown");
            return unsupported(indexed(path + ".content", i),
                               "local models cannot read a part of type " + std::string(type));
        }
        if (!text.empty()) text.push_back('\n');
        text.append(*refusal);
    }
    return text;
}

std::optional<Error> write_images(JsonWriter& out, const Message& message,
                                  const std::string& path) {
    bool any = false;
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (part.kind != ContentPart::Kind::image) continue;
        const auto payload = data_uri_payload(part.text);
        if (!payload) {
            return Error(Errc::invalid_parameter, "images must be data: URIs for local models",
                         indexed(path + ".content", i));
        }
        if (!std::exchange(any, true)) out.key("images").begin_array();
        out.value(*payload);
    }
    if (any) out.end_array();
    return std::nullopt;
}

std::optional<Error> write_tool_calls(JsonWriter& out, const Message& message,
                                      const std::string& path, CallNames& names) {
    if (message.tool_calls.empty()) return std::nullopt;
    out.key("tool_calls").begin_array();
    int index = 0;
    for (const ToolCall& call : message.tool_calls) {
        const auto arguments = arguments_object(call.arguments);
        if (!arguments) {
            const std::string place =
                indexed(path + ".tool_calls", static_cast<std::size_t>(index)) +
                ".function.arguments";
            return Error(Errc::invalid_parameter, "'" + place + "' must hold a JSON object", place);
        }
        out.begin_object();
        if (!call.id.empty()) out.field("id", call.id);
        out.key("function").begin_object().field("index", index++).field("name", call.name);
        out.raw_field("arguments", *arguments).end_object().end_object();
        names.emplace_back(call.id, call.name);
    }
    out.end_array();
    return std::nullopt;
}

std::optional<Error> write_message(JsonWriter& out, const Message& message, const std::string& path,
                                   CallNames& names) {
    auto content = content_of(message, path);
    if (!content) return content.error();
    out.begin_object().field("role", role_name(message.role)).field("content", *content);
    if (!message.thinking.empty()) out.field("thinking", message.thinking);
    if (auto bad = write_images(out, message, path)) return bad;
    if (auto bad = write_tool_calls(out, message, path, names)) return bad;
    if (message.role == Role::tool) {
        const std::string_view name = tool_name_of(message, names);
        if (!name.empty()) out.field("tool_name", name);
        if (!message.tool_call_id.empty()) out.field("tool_call_id", message.tool_call_id);
    }
    out.end_object();
    return std::nullopt;
}

}  // namespace

std::optional<Error> write_ollama_messages(JsonWriter& out, const ChatRequest& request) {
    CallNames names;
    out.begin_array();
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        if (auto bad = write_message(out, request.messages[i], indexed("messages", i), names))
            return bad;
    }
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
