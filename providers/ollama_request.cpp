#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// Ollama folds case and leaves other roles (such as Granite's "control") to the template.
Role role_of(std::string_view name) {
    if (iequals(name, "user")) return Role::user;
    if (iequals(name, "assistant")) return Role::assistant;
    if (iequals(name, "tool")) return Role::tool;
    return Role::system;
}

void read_images(const Fields& fields, Message& message, std::optional<Error>& error) {
    const auto images = fields.array("images");
    if (!images) return;
    std::size_t index = 0;
    for (const element raw : *images) {
        ContentPart part{ContentPart::Kind::image, {}, raw};
        if (raw.get(part.text) != simdjson::SUCCESS) {
            if (!error)
                error =
                    wrong_type(indexed(fields.path_of("images"), index), "a base64 string", raw);
            return;
        }
        message.parts.push_back(part);
        ++index;
    }
}

void read_tool_calls(const Fields& fields, Message& message, std::optional<Error>& error) {
    const auto calls = fields.array("tool_calls");
    if (!calls) return;
    std::size_t index = 0;
    for (const element raw : *calls) {
        const std::string place = indexed(fields.path_of("tool_calls"), index++);
        const auto function = get_value(raw, "function");
        if (!function) {
            if (!error)
                error =
                    Error(Errc::invalid_parameter, "'" + place + ".function' is required", place);
            return;
        }
        const Fields inner(*function, error, place + ".function");
        ToolCall call;
        call.id = get_string(raw, "id").value_or("");
        call.name = inner.string("name").value_or("");
        call.arguments = inner.any("arguments").value_or(empty_object());
        message.tool_calls.push_back(call);
    }
}

void read_message(element raw, const std::string& path, Message& message,
                  std::optional<Error>& error) {
    const Fields fields(raw, error, path);
    message.role = role_of(fields.string("role").value_or(""));
    if (const auto text = fields.string("content"))
        message.parts.push_back({ContentPart::Kind::text, *text, *get_value(raw, "content")});
    read_images(fields, message, error);
    message.thinking = fields.string("thinking").value_or("");
    message.tool_call_id = fields.string("tool_call_id").value_or("");
    if (message.role == Role::tool) {
        message.tool_name =
            fields.string("tool_name").value_or(get_string(raw, "name").value_or(""));
    }
    read_tool_calls(fields, message, error);
}

// What chat and generate have in common.
void read_common(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    request.model = fields.string("model").value_or("");
    request.stream = fields.boolean("stream").value_or(true);
    if (const auto format = fields.any("format")) {
        std::string_view name;
        if (format->get(name) == simdjson::SUCCESS)
            request.wants_json = name == "json";
        else if (format->is_object())
            request.wants_json = true;
        else
            fields.fail("format", "\"json\" or a JSON schema object");
    }
    if (const auto options = fields.object("options")) {
        const auto limit = Fields(*options, error, "options").integer("num_predict");
        if (limit && *limit > 0) request.max_output_tokens = limit;  // -1 and -2: no limit
    }
}

void read_messages(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    const auto messages = fields.array("messages");
    if (!messages) return;
    request.messages.reserve(messages->size());
    for (const element raw : *messages) {
        const std::string path = indexed("messages", request.messages.size());
        if (!raw.is_object()) {
            if (!error) error = wrong_type(path, "an object", raw);
            return;
        }
        Message& message = request.messages.emplace_back();
        message.source = request.messages.size() - 1;
        read_message(raw, path, message, error);
        if (error) return;
        request.image_count += image_count(request.messages.back());
    }
}

}  // namespace

Result<ChatRequest> read_ollama_chat(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    read_common(fields, request, error);
    if (const auto tools = fields.array("tools")) request.tool_count = tools->size();
    read_messages(fields, request, error);
    if (error) return std::move(*error);
    request.load_only = request.messages.empty();
    return request;
}

Result<ChatRequest> read_ollama_generate(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    read_common(fields, request, error);
    const auto system = fields.string("system").value_or("");
    const auto prompt = fields.string("prompt").value_or("");
    const auto suffix = fields.string("suffix").value_or("");
    if (!system.empty()) {
        Message& message = request.messages.emplace_back();
        message.role = Role::system;
        message.parts.push_back({ContentPart::Kind::text, system, *fields.any("system")});
    }
    Message& message = request.messages.emplace_back();
    if (!prompt.empty())
        message.parts.push_back({ContentPart::Kind::text, prompt, *fields.any("prompt")});
    read_images(fields, message, error);
    if (error) return std::move(*error);
    request.image_count = image_count(message);
    request.load_only = prompt.empty() && suffix.empty() && request.image_count == 0;
    if (message.parts.empty()) request.messages.pop_back();
    return request;
}

}  // namespace llmr::providers
