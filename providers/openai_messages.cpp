#include <utility>
#include <vector>

#include "core/json.hpp"
#include "providers/images.hpp"
#include "providers/message_parts.hpp"
#include "providers/model_facts.hpp"
#include "providers/request_writers.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

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

void write_image(JsonWriter& out, const ContentPart& part) {
    const bool address = part.text.starts_with("http://") || part.text.starts_with("https://");
    out.begin_object().field("type", "image_url").key("image_url").begin_object();
    out.field("url", address ? std::string(part.text) : image_data_uri(part.text));
    if (const auto image = get_value(part.raw, "image_url"); image && image->is_object()) {
        if (const auto detail = get_string(*image, "detail")) out.field("detail", *detail);
    }
    out.end_object().end_object();
}

// Text alone is a string, which every server reads; with images it is parts, in their order.
void write_content(JsonWriter& out, const Message& message) {
    out.key("content");
    if (!has_images(message) || message.role == Role::tool) {
        const std::string text = result_text(message);
        if (text.empty() && !message.tool_calls.empty())
            out.null();
        else
            out.value(text);
        return;
    }
    out.begin_array();
    for (const ContentPart& part : message.parts) {
        if (part.kind == ContentPart::Kind::image) write_image(out, part);
        if (part.kind == ContentPart::Kind::text && !part.text.empty())
            out.begin_object().field("type", "text").field("text", part.text).end_object();
    }
    out.end_array();
}

void write_tool_calls(JsonWriter& out, const Message& message, OpenCalls& calls) {
    if (message.tool_calls.empty()) return;
    out.key("tool_calls").begin_array();
    for (const ToolCall& call : message.tool_calls) {
        out.begin_object().field("id", calls.add(call.id, call.name)).field("type", "function");
        out.key("function").begin_object().field("name", call.name);
        out.field("arguments", arguments_text(call.arguments)).end_object().end_object();
    }
    out.end_array();
}

// A tool's result is text here: the images it shows go into a user message behind the results.
void write_result_images(JsonWriter& out, std::vector<const Message*>& results) {
    if (results.empty()) return;
    out.begin_object().field("role", "user").key("content").begin_array();
    for (const Message* result : results) {
        for (const ContentPart& part : result->parts) {
            if (part.kind == ContentPart::Kind::image) write_image(out, part);
        }
    }
    out.end_array().end_object();
    results.clear();
}

}  // namespace

std::optional<Error> write_openai_messages(JsonWriter& out, const ChatRequest& request,
                                           std::string_view model) {
    const ModelFacts facts = model_facts(model);
    OpenCalls calls;
    std::vector<const Message*> with_images;
    out.begin_array();
    for (const Message& message : request.messages) {
        if (auto bad = refuse_other_parts(request, message)) return bad;
        if (message.role != Role::tool) write_result_images(out, with_images);
        out.begin_object().field("role", role_name(message.role));
        if (message.role == Role::tool) {
            const auto id = answered_call(request, message, calls);
            if (!id) return id.error();
            out.field("tool_call_id", *id);
            if (has_images(message)) with_images.push_back(&message);
        }
        write_content(out, message);
        if (facts.wants_reasoning_back && !message.tool_calls.empty())
            out.field("reasoning_content", message.thinking);
        write_tool_calls(out, message, calls);
        out.end_object();
    }
    write_result_images(out, with_images);
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
