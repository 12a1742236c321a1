#include <utility>
#include <vector>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/images.hpp"
#include "providers/message_parts.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

// Other dialects tie a result to its call by id, Ollama by the tool's name.
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

// The bytes of an image in base64: those of a data: URI, or plain ones.
std::optional<std::string_view> image_bytes(std::string_view text) {
    if (const auto payload = data_uri_payload(text)) return payload;
    const bool address = text.find(':') != std::string_view::npos;
    return address ? std::nullopt : std::optional(text);
}

std::optional<Error> write_images(JsonWriter& out, const ChatRequest& request,
                                  const Message& message) {
    bool any = false;
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (part.kind != ContentPart::Kind::image) continue;
        const auto bytes = image_bytes(part.text);
        if (!bytes) {
            return Error(Errc::invalid_parameter,
                         "images must come with their bytes for local models, not as addresses",
                         indexed(place_of(request, message) + ".content", i));
        }
        if (!std::exchange(any, true)) out.key("images").begin_array();
        out.value(*bytes);
    }
    if (any) out.end_array();
    return std::nullopt;
}

std::optional<Error> write_tool_calls(JsonWriter& out, const ChatRequest& request,
                                      const Message& message, CallNames& names) {
    if (message.tool_calls.empty()) return std::nullopt;
    out.key("tool_calls").begin_array();
    for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
        const ToolCall& call = message.tool_calls[i];
        const auto arguments = call_arguments(request, message, i);
        if (!arguments) return arguments.error();
        out.begin_object();
        if (!call.id.empty()) out.field("id", call.id);
        out.key("function").begin_object().field("index", static_cast<std::int64_t>(i));
        out.field("name", call.name).raw_field("arguments", *arguments).end_object().end_object();
        names.emplace_back(call.id, call.name);
    }
    out.end_array();
    return std::nullopt;
}

std::optional<Error> write_message(JsonWriter& out, const ChatRequest& request,
                                   const Message& message, CallNames& names) {
    if (auto bad = refuse_other_parts(request, message)) return bad;
    out.begin_object().field("role", role_name(message.role));
    out.field("content", result_text(message));
    if (!message.thinking.empty()) out.field("thinking", message.thinking);
    if (auto bad = write_images(out, request, message)) return bad;
    if (auto bad = write_tool_calls(out, request, message, names)) return bad;
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
    for (const Message& message : request.messages) {
        if (auto bad = write_message(out, request, message, names)) return bad;
    }
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
