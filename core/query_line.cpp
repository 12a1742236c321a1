#include "core/query_line.hpp"

#include "core/json.hpp"

namespace llmr {
namespace {

using simdjson::dom::element;

Role role_of(std::string_view name) {
    if (name == "system" || name == "developer") return Role::system;
    if (name == "assistant" || name == "model") return Role::assistant;
    return name == "tool" ? Role::tool : Role::user;
}

void add_text(Message& message, std::string_view text) {
    ContentPart part;
    part.text = text;
    message.parts.push_back(part);
}

void add_part(ChatRequest& request, Message& message, element part) {
    if (const auto text = get_string(part, "text")) return add_text(message, *text);
    const auto type = get_string(part, "type").value_or("");
    if (type.find("image") != std::string_view::npos) ++request.image_count;
}

std::optional<Error> add_message(ChatRequest& request, element entry) {
    const auto role = get_string(entry, "role");
    if (!role) return Error(Errc::missing_parameter, "a message has no \"role\"");
    Message message;
    message.role = role_of(*role);
    const auto content = get_value(entry, "content");
    std::string_view text;
    if (content && content->get(text) == simdjson::SUCCESS) {
        add_text(message, text);
    } else if (content && content->is_array()) {
        for (const element part : content->get_array())
            add_part(request, message, part);
    } else if (content && !content->is_null()) {
        return Error(Errc::invalid_parameter,
                     "\"content\" of a message is neither text nor a list");
    }
    request.messages.push_back(std::move(message));
    return std::nullopt;
}

}  // namespace

Result<ChatRequest> read_query_line(element line) {
    ChatRequest request;
    request.root = line;
    const auto messages = get_value(line, "messages");
    if (messages && messages->is_array()) {
        for (const element entry : messages->get_array()) {
            if (auto wrong = add_message(request, entry)) return *wrong;
        }
    } else if (const auto prompt = get_string(line, "prompt")) {
        Message message;
        add_text(message, *prompt);
        request.messages.push_back(std::move(message));
    } else {
        return Error(Errc::missing_parameter, "a line needs \"prompt\" or \"messages\"");
    }
    if (const auto tools = get_value(line, "tools"); tools && tools->is_array())
        request.tool_count = tools->get_array().value().size();
    request.wants_json = get_value(line, "response_format").has_value();
    return request;
}

}  // namespace llmr
