#include <utility>

#include "core/json.hpp"
#include "providers/images.hpp"
#include "providers/message_parts.hpp"
#include "providers/request_writers.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

void write_image(JsonWriter& out, const ContentPart& part) {
    const bool address = part.text.starts_with("http://") || part.text.starts_with("https://");
    out.begin_object().field("type", "input_image").field("detail", "auto");
    out.field("image_url", address ? std::string(part.text) : image_data_uri(part.text));
    out.end_object();
}

// What a model said is output_text, everything else input_text.
void write_parts(JsonWriter& out, const Message& message) {
    const bool said = message.role == Role::assistant;
    out.begin_array();
    for (const ContentPart& part : message.parts) {
        if (part.kind == ContentPart::Kind::image) write_image(out, part);
        if (part.kind != ContentPart::Kind::text) continue;
        out.begin_object().field("type", said ? "output_text" : "input_text");
        out.field("text", part.text);
        if (said) out.key("annotations").begin_array().end_array();
        out.end_object();
    }
    out.end_array();
}

std::optional<Error> write_result(JsonWriter& out, const ChatRequest& request,
                                  const Message& message, OpenCalls& calls) {
    const auto id = answered_call(request, message, calls);
    if (!id) return id.error();
    out.begin_object().field("type", "function_call_output").field("call_id", *id).key("output");
    if (has_images(message))
        write_parts(out, message);
    else
        out.value(result_text(message));
    out.end_object();
    return std::nullopt;
}

void write_turn(JsonWriter& out, const Message& message, OpenCalls& calls) {
    const bool says = has_images(message) || !joined_text(message).empty();
    if (says || message.tool_calls.empty()) {
        constexpr std::string_view kRoles[] = {"system", "user", "assistant"};
        out.begin_object().field("type", "message");
        out.field("role", kRoles[static_cast<std::size_t>(message.role)]).key("content");
        write_parts(out, message);
        out.end_object();
    }
    for (const ToolCall& call : message.tool_calls) {
        out.begin_object().field("type", "function_call");
        out.field("call_id", calls.add(call.id, call.name)).field("name", call.name);
        out.field("arguments", arguments_text(call.arguments)).end_object();
    }
}

}  // namespace

std::optional<Error> write_responses_items(JsonWriter& out, const ChatRequest& request) {
    OpenCalls calls;
    out.begin_array();
    const std::size_t all = request.messages.size();
    for (std::size_t i = leading_system_messages(request); i < all; ++i) {
        const Message& message = request.messages[i];
        if (auto bad = refuse_other_parts(request, message)) return bad;
        if (message.role == Role::tool) {
            if (auto bad = write_result(out, request, message, calls)) return bad;
        } else {
            write_turn(out, message, calls);
        }
    }
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
