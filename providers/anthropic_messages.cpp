#include <algorithm>
#include <cctype>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/foreign_history.hpp"
#include "providers/images.hpp"
#include "providers/message_parts.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

/// Only letters, digits, '_' and '-' are taken.
std::string anthropic_id(const std::string& id) {
    const bool valid = !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-';
    });
    return valid ? id : portable_tool_id(id);
}

void write_text(JsonWriter& out, std::string_view text) {
    out.begin_object().field("type", "text").field("text", text).end_object();
}

void write_image(JsonWriter& out, const ContentPart& part) {
    out.begin_object().field("type", "image").key("source").begin_object();
    const bool address = part.text.starts_with("http://") || part.text.starts_with("https://");
    if (address) {
        out.field("type", "url").field("url", part.text);
    } else {
        const std::string uri = image_data_uri(part.text);
        out.field("type", "base64").field("media_type", data_uri_type(uri));
        out.field("data", data_uri_payload(uri).value_or(part.text));
    }
    out.end_object().end_object();
}

// Text and images in their order. An empty text is refused by the server.
void write_parts(JsonWriter& out, const Message& message) {
    for (const ContentPart& part : message.parts) {
        if (part.kind == ContentPart::Kind::image) write_image(out, part);
        if (part.kind == ContentPart::Kind::text && !part.text.empty()) write_text(out, part.text);
    }
}

/// Writes turns, each of one side: messages in a row become one, and what a system message says in
/// the middle of a conversation is told by the user.
class Turns {
public:
    Turns(JsonWriter& out, const ChatRequest& request) : out_(out), request_(request) {}

    std::optional<Error> write(const Message& message, bool last) {
        if (auto bad = refuse_other_parts(request_, message)) return bad;
        const bool says_nothing = message.role != Role::tool && message.tool_calls.empty() &&
                                  !has_images(message) && trim(joined_text(message)).empty();
        if (says_nothing) return std::nullopt;  // an empty turn is refused by the server
        begin(message.role == Role::assistant ? "assistant" : "user");
        if (message.role == Role::tool) return write_result(message);
        if (message.role == Role::assistant && last && message.tool_calls.empty()) {
            // The server refuses white space at the end of what it is to continue.
            const std::string text = joined_text(message);
            const std::string_view kept = trim_end(text);
            if (!kept.empty()) write_text(out_, kept);
            return std::nullopt;
        }
        write_parts(out_, message);
        return write_calls(message);
    }

    void end() {
        if (!side_.empty()) out_.end_array().end_object();
        side_ = {};
    }

private:
    static std::string_view trim_end(std::string_view text) {
        const std::size_t end = text.find_last_not_of(" \t\r\n");
        return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
    }

    void begin(std::string_view side) {
        if (side_ == side) return;
        end();
        side_ = side;
        out_.begin_object().field("role", side).key("content").begin_array();
    }

    std::optional<Error> write_result(const Message& message) {
        const auto id = answered_call(request_, message, calls_);
        if (!id) return id.error();
        out_.begin_object().field("type", "tool_result").field("tool_use_id", anthropic_id(*id));
        out_.key("content");
        if (has_images(message)) {
            out_.begin_array();
            write_parts(out_, message);
            out_.end_array();
        } else {
            out_.value(joined_text(message));
        }
        if (message.tool_failed) out_.field("is_error", true);
        out_.end_object();
        return std::nullopt;
    }

    std::optional<Error> write_calls(const Message& message) {
        for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
            const ToolCall& call = message.tool_calls[i];
            const auto arguments = call_arguments(request_, message, i);
            if (!arguments) return arguments.error();
            out_.begin_object().field("type", "tool_use");
            out_.field("id", anthropic_id(calls_.add(call.id, call.name)));
            out_.field("name", call.name).raw_field("input", *arguments).end_object();
        }
        return std::nullopt;
    }

    JsonWriter& out_;
    const ChatRequest& request_;
    OpenCalls calls_;
    std::string_view side_;
};

}  // namespace

std::optional<Error> write_anthropic_messages(JsonWriter& out, const ChatRequest& request) {
    Turns turns(out, request);
    out.begin_array();
    const std::size_t all = request.messages.size();
    for (std::size_t i = leading_system_messages(request); i < all; ++i) {
        if (auto bad = turns.write(request.messages[i], i + 1 == all)) return bad;
    }
    turns.end();
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
