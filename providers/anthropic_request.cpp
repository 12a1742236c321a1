#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// Claude Code's first system block names the build that asks. It changes from query to query and
// says nothing to a model, but would make each a conversation of its own.
constexpr std::string_view kAttribution = "x-anthropic-billing-header";

ContentPart read_image(element block) {
    ContentPart part{ContentPart::Kind::other, {}, block};
    const auto source = get_value(block, "source");
    const std::string_view type = source ? get_string(*source, "type").value_or("") : "";
    if (type == "base64") part.text = get_string(*source, "data").value_or("");
    if (type == "url") part.text = get_string(*source, "url").value_or("");
    if (!part.text.empty()) part.kind = ContentPart::Kind::image;
    return part;
}

// A block that is content wherever it stands.
void read_part(element block, std::string_view type, Message& message) {
    if (type == "text") {
        const std::string_view text = get_string(block, "text").value_or("");
        message.parts.push_back({ContentPart::Kind::text, text, block});
    } else if (type == "image") {
        message.parts.push_back(read_image(block));
    } else {
        message.parts.push_back({ContentPart::Kind::other, {}, block});
    }
}

// Calls `read` with each block and its type; a string is one text.
template <class Read>
void for_each_block(element content, const std::string& path, Message& text_to,
                    std::optional<Error>& error, Read&& read) {
    std::string_view text;
    simdjson::dom::array blocks;
    if (content.get(text) == simdjson::SUCCESS) {
        text_to.parts.push_back({ContentPart::Kind::text, text, content});
        return;
    }
    if (content.get(blocks) != simdjson::SUCCESS) {
        if (!error) error = wrong_type(path, "a string or an array of blocks", content);
        return;
    }
    std::size_t index = 0;
    for (const element block : blocks) {
        const std::string place = indexed(path, index++);
        if (!block.is_object()) {
            if (!error) error = wrong_type(place, "an object", block);
            return;
        }
        read(block, Fields(block, error, place).string("type").value_or(""), place);
    }
}

Message read_result(element block, const std::string& place, std::optional<Error>& error) {
    Message result;
    result.role = Role::tool;
    result.tool_call_id = get_string(block, "tool_use_id").value_or("");
    result.tool_failed = get_bool(block, "is_error").value_or(false);
    if (const auto content = get_value(block, "content")) {
        for_each_block(*content, place + ".content", result, error,
                       [&](element inner, std::string_view type, const std::string&) {
                           read_part(inner, type, result);
                       });
    }
    return result;
}

ToolCall read_call(element block) {
    ToolCall call;
    call.id = get_string(block, "id").value_or("");
    call.name = get_string(block, "name").value_or("");
    call.arguments = get_value(block, "input").value_or(empty_object());
    return call;
}

std::optional<Role> role_of(std::string_view name) {
    if (name == "user") return Role::user;
    if (name == "assistant") return Role::assistant;
    if (name == "system") return Role::system;
    return std::nullopt;
}

// Tool results become messages of their own, before what else the turn says.
void read_message(element raw, std::size_t source, ChatRequest& request,
                  std::optional<Error>& error) {
    const std::string path = indexed("messages", source);
    const Fields fields(raw, error, path);
    const auto role = role_of(fields.string("role").value_or(""));
    const auto content = fields.any("content");
    if (!role || !content) {
        const std::string place = path + (role ? ".content" : ".role");
        if (!error) {
            error = role ? Error(Errc::missing_parameter, "'" + place + "' is required", place)
                         : Error(Errc::invalid_parameter,
                                 "'" + place + "' must be user or assistant", place);
        }
        return;
    }
    Message message;
    message.role = *role;
    bool only_results = false;
    for_each_block(*content, path + ".content", message, error,
                   [&](element block, std::string_view type, const std::string& place) {
                       if (type == "tool_result") {
                           request.messages.push_back(read_result(block, place, error));
                           request.messages.back().source = source;
                           only_results = true;
                       } else if (type == "tool_use") {
                           message.tool_calls.push_back(read_call(block));
                       } else if (type == "thinking") {
                           message.thinking = get_string(block, "thinking").value_or("");
                       } else if (type != "redacted_thinking") {
                           read_part(block, type, message);
                       }
                   });
    if (only_results && message.parts.empty()) return;
    message.source = source;
    request.messages.push_back(std::move(message));
}

void read_system(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    const auto system = fields.any("system");
    if (!system) return;
    Message message;
    message.role = Role::system;
    for_each_block(*system, "system", message, error,
                   [&](element block, std::string_view type, const std::string&) {
                       const auto text = get_string(block, "text").value_or("");
                       if (!text.starts_with(kAttribution)) read_part(block, type, message);
                   });
    if (!message.parts.empty()) request.messages.push_back(std::move(message));
}

void read_messages(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    const auto messages = fields.array("messages");
    if (error) return;
    if (!messages || messages->size() == 0) {
        error = messages
                    ? Error(Errc::invalid_parameter, "'messages' must not be empty", "messages")
                    : Error(Errc::missing_parameter, "'messages' is required", "messages");
        return;
    }
    request.messages.reserve(messages->size() + 1);
    std::size_t source = 0;
    for (const element raw : *messages) {
        if (!raw.is_object()) {
            error = wrong_type(indexed("messages", source), "an object", raw);
            return;
        }
        read_message(raw, source++, request, error);
        if (error) return;
    }
}

void read_limit(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    request.max_output_tokens = fields.integer("max_tokens");
    if (error) return;
    if (!request.max_output_tokens)
        error = Error(Errc::missing_parameter, "'max_tokens' is required", "max_tokens");
    else if (*request.max_output_tokens < 1)
        error = Error(Errc::invalid_parameter, "'max_tokens' must be at least 1", "max_tokens");
}

bool asks_for_json(const Fields& fields) {
    if (fields.any("output_format")) return true;
    const auto config = fields.any("output_config");
    return config && get_value(*config, "format");
}

}  // namespace

Result<ChatRequest> read_anthropic_chat(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    request.model = fields.string("model").value_or("");
    request.stream = fields.boolean("stream").value_or(false);
    read_limit(fields, request, error);
    if (const auto tools = fields.array("tools")) request.tool_count = tools->size();
    request.wants_json = asks_for_json(fields);
    read_system(fields, request, error);
    read_messages(fields, request, error);
    if (error) return std::move(*error);
    for (const Message& message : request.messages)
        request.image_count += image_count(message);
    return request;
}

}  // namespace llmr::providers
