#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

std::optional<Role> role_of(std::string_view name) {
    if (name == "system" || name == "developer") return Role::system;
    if (name == "user") return Role::user;
    if (name == "assistant") return Role::assistant;
    if (name == "tool" || name == "function") return Role::tool;
    return std::nullopt;
}

// {"image_url":{"url":...}}; some clients leave out the inner object.
std::string_view image_address(element part) {
    const auto image = get_value(part, "image_url");
    if (!image) return {};
    std::string_view address;
    if (image->get(address) == simdjson::SUCCESS) return address;
    return get_string(*image, "url").value_or("");
}

ContentPart read_part(element raw, std::string_view type) {
    ContentPart part;
    part.raw = raw;
    if (type == "text") {
        part.text = get_string(raw, "text").value_or("");
    } else if (type == "image_url") {
        part.kind = ContentPart::Kind::image;
        part.text = image_address(raw);
    } else {
        part.kind = ContentPart::Kind::other;
    }
    return part;
}

void read_parts(simdjson::dom::array raw_parts, const std::string& path, Message& message,
                std::optional<Error>& error) {
    std::size_t index = 0;
    for (const element raw : raw_parts) {
        const std::string place = indexed(path, index++);
        if (!raw.is_object()) {
            if (!error) error = wrong_type(place, "an object", raw);
            return;
        }
        const auto type = Fields(raw, error, place).string("type");
        message.parts.push_back(read_part(raw, type.value_or("")));
    }
}

void read_content(element raw, const Fields& fields, Message& message,
                  std::optional<Error>& error) {
    const auto content = get_value(raw, "content");
    if (!content) return;
    std::string_view text;
    simdjson::dom::array parts;
    if (content->get(text) == simdjson::SUCCESS) {
        message.parts.push_back({ContentPart::Kind::text, text, *content});
    } else if (content->get(parts) == simdjson::SUCCESS) {
        read_parts(parts, fields.path_of("content"), message, error);
    } else {
        fields.fail("content", "a string or an array of parts");
    }
}

// Where Google's OpenAI endpoint puts it.
std::string_view thought_signature(element call) {
    const auto extra = get_value(call, "extra_content");
    const auto google = extra ? get_value(*extra, "google") : std::nullopt;
    return google ? get_string(*google, "thought_signature").value_or("") : std::string_view();
}

void read_tool_calls(const Fields& fields, Message& message, std::optional<Error>& error) {
    const auto calls = fields.array("tool_calls");
    if (!calls) return;
    std::size_t index = 0;
    for (const element raw : *calls) {
        const std::string place = indexed(fields.path_of("tool_calls"), index++);
        if (!raw.is_object()) {
            if (!error) error = wrong_type(place, "an object", raw);
            return;
        }
        const auto function = get_value(raw, "function");
        if (!function) continue;
        const Fields inner(*function, error, place + ".function");
        ToolCall call;
        call.id = get_string(raw, "id").value_or("");
        call.name = inner.string("name").value_or("");
        call.arguments = inner.any("arguments").value_or(empty_object());
        call.thought_signature = thought_signature(raw);
        message.tool_calls.push_back(call);
    }
}

void read_message(element raw, const std::string& path, Message& message,
                  std::optional<Error>& error) {
    const Fields fields(raw, error, path);
    const auto name = fields.string("role");
    const auto role = role_of(name.value_or(""));
    if (!role) {
        if (!error) {
            error = Error(Errc::invalid_parameter,
                          "'" + path + ".role' must be developer, system, user, assistant or tool",
                          path + ".role");
        }
        return;
    }
    message.role = *role;
    read_content(raw, fields, message, error);
    message.thinking =
        get_string(raw, "reasoning_content").value_or(get_string(raw, "reasoning").value_or(""));
    message.tool_call_id = get_string(raw, "tool_call_id").value_or("");
    if (message.role == Role::tool) message.tool_name = get_string(raw, "name").value_or("");
    read_tool_calls(fields, message, error);
}

void read_messages(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    const auto messages = fields.array("messages");
    if (error) return;
    if (!messages) {
        error = Error(Errc::missing_parameter, "'messages' is required", "messages");
        return;
    }
    request.messages.reserve(messages->size());
    for (const element raw : *messages) {
        const std::string path = indexed("messages", request.messages.size());
        if (!raw.is_object()) {
            error = wrong_type(path, "an object", raw);
            return;
        }
        Message& message = request.messages.emplace_back();
        message.source = request.messages.size() - 1;
        read_message(raw, path, message, error);
        if (error) return;
        request.image_count += image_count(request.messages.back());
    }
    if (request.messages.empty())
        error = Error(Errc::invalid_parameter, "'messages' must not be empty", "messages");
}

void read_limits_and_modes(const Fields& fields, ChatRequest& request,
                           std::optional<Error>& error) {
    request.model = fields.string("model").value_or("");
    request.stream = fields.boolean("stream").value_or(false);
    if (const auto options = fields.object("stream_options"); options && request.stream) {
        const Fields inner(*options, error, "stream_options");
        request.include_usage = inner.boolean("include_usage").value_or(false);
    }
    request.max_output_tokens = fields.integer("max_completion_tokens");
    if (!request.max_output_tokens) request.max_output_tokens = fields.integer("max_tokens");
    if (const auto tools = fields.array("tools")) request.tool_count = tools->size();
    if (const auto legacy = fields.array("functions")) request.tool_count += legacy->size();
    if (const auto format = fields.object("response_format")) {
        const auto type = Fields(*format, error, "response_format").string("type");
        request.wants_json = type == "json_object" || type == "json_schema";
    }
}

}  // namespace

Result<ChatRequest> read_openai_chat(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    read_limits_and_modes(fields, request, error);
    read_messages(fields, request, error);
    if (error) return std::move(*error);
    return request;
}

}  // namespace llmr::providers
