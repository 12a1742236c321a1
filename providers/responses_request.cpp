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
    return std::nullopt;
}

ContentPart read_part(element raw) {
    ContentPart part{ContentPart::Kind::other, {}, raw};
    const std::string_view type = get_string(raw, "type").value_or("");
    if (type == "input_text" || type == "output_text" || type == "text") {
        part.kind = ContentPart::Kind::text;
        part.text = get_string(raw, "text").value_or("");
    } else if (type == "input_image" && get_string(raw, "image_url")) {
        part.kind = ContentPart::Kind::image;
        part.text = get_string(raw, "image_url").value_or("");
    }
    return part;
}

void read_content(element content, const std::string& path, Message& message,
                  std::optional<Error>& error) {
    std::string_view text;
    simdjson::dom::array parts;
    if (content.get(text) == simdjson::SUCCESS) {
        message.parts.push_back({ContentPart::Kind::text, text, content});
    } else if (content.get(parts) == simdjson::SUCCESS) {
        for (const element part : parts)
            message.parts.push_back(read_part(part));
    } else if (!error) {
        error = wrong_type(path, "a string or an array of parts", content);
    }
}

// The first text of a reasoning item: in the open, or its summary.
std::string_view thinking_of(element item) {
    for (const std::string_view key : {"content", "summary"}) {
        const auto texts = get_value(item, key);
        simdjson::dom::array list;
        if (!texts || texts->get(list) != simdjson::SUCCESS || list.size() == 0) continue;
        return get_string(list.at(0).value(), "text").value_or("");
    }
    return {};
}

/// Puts items together to messages: what a model said, thought and called in one go is one turn.
class Items {
public:
    Items(ChatRequest& request, std::optional<Error>& error) : request_(request), error_(error) {}

    void read(element item, std::size_t source) {
        source_ = source;
        const std::string_view type = get_string(item, "type").value_or("message");
        if (type == "message") return read_message(item);
        if (type == "function_call") return read_call(item);
        if (type == "function_call_output") return read_result(item);
        if (type == "reasoning") {
            turn(Role::assistant, /*fresh=*/true).thinking = thinking_of(item);
            return;
        }
        // A writer that cannot say it refuses it by name.
        turn(Role::user, /*fresh=*/true).parts.push_back({ContentPart::Kind::other, {}, item});
    }

private:
    Message& turn(Role role, bool fresh) {
        if (fresh || request_.messages.empty() || request_.messages.back().role != role) {
            request_.messages.emplace_back().role = role;
            request_.messages.back().source = source_;
        }
        return request_.messages.back();
    }

    void read_message(element item) {
        const std::string path = indexed("input", source_);
        const auto role = role_of(get_string(item, "role").value_or(""));
        const auto content = get_value(item, "content");
        if (!role || !content) {
            const std::string place = path + (role ? ".content" : ".role");
            if (!error_) {
                error_ = role
                             ? Error(Errc::missing_parameter, "'" + place + "' is required", place)
                             : Error(Errc::invalid_parameter,
                                     "'" + place + "' must be user, assistant, system or developer",
                                     place);
            }
            return;
        }
        const bool thought_only = *role == Role::assistant && !request_.messages.empty() &&
                                  request_.messages.back().role == Role::assistant &&
                                  request_.messages.back().parts.empty() &&
                                  request_.messages.back().tool_calls.empty();
        read_content(*content, path + ".content", turn(*role, !thought_only), error_);
    }

    void read_call(element item) {
        ToolCall call;
        call.id = get_string(item, "call_id").value_or(get_string(item, "id").value_or(""));
        call.name = get_string(item, "name").value_or("");
        call.arguments = get_value(item, "arguments").value_or(empty_object());
        turn(Role::assistant, /*fresh=*/false).tool_calls.push_back(call);
    }

    void read_result(element item) {
        Message& message = turn(Role::tool, /*fresh=*/true);
        message.tool_call_id = get_string(item, "call_id").value_or("");
        const auto output = get_value(item, "output");
        if (output) read_content(*output, indexed("input", source_) + ".output", message, error_);
    }

    ChatRequest& request_;
    std::optional<Error>& error_;
    std::size_t source_ = 0;
};

void read_input(const Fields& fields, ChatRequest& request, std::optional<Error>& error) {
    const auto input = fields.any("input");
    std::string_view text;
    simdjson::dom::array items;
    if (!input) {
        error = Error(Errc::missing_parameter, "'input' is required", "input");
    } else if (input->get(text) == simdjson::SUCCESS) {
        request.messages.emplace_back().parts.push_back({ContentPart::Kind::text, text, *input});
    } else if (input->get(items) != simdjson::SUCCESS) {
        fields.fail("input", "a string or an array of items");
    } else if (items.size() == 0) {
        error = Error(Errc::invalid_parameter, "'input' must not be empty", "input");
    } else {
        Items reader(request, error);
        std::size_t source = 0;
        for (const element item : items) {
            if (!item.is_object()) {
                error = wrong_type(indexed("input", source), "an object", item);
                return;
            }
            reader.read(item, source++);
            if (error) return;
        }
    }
}

// A client that got a new answer for an old conversation would not notice.
std::optional<Error> check_state(const Fields& fields) {
    if (fields.any("previous_response_id")) {
        return unsupported("previous_response_id",
                           "this router keeps no responses (LLM_RESPONSES_STORE=0); send the whole "
                           "conversation as 'input'");
    }
    if (fields.any("conversation"))
        return unsupported("conversation", "this router keeps no conversations");
    if (fields.boolean("background").value_or(false))
        return unsupported("background", "answers are given at once");
    return std::nullopt;
}

bool asks_for_json(const Fields& fields) {
    const auto text = fields.object("text");
    const auto format = text ? get_value(*text, "format") : std::nullopt;
    const auto type = format ? get_string(*format, "type") : std::nullopt;
    return type == "json_object" || type == "json_schema";
}

}  // namespace

Result<ChatRequest> read_responses_chat(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    request.model = fields.string("model").value_or("");
    request.stream = fields.boolean("stream").value_or(false);
    request.max_output_tokens = fields.integer("max_output_tokens");
    if (const auto tools = fields.array("tools")) request.tool_count = tools->size();
    request.wants_json = asks_for_json(fields);
    if (const auto instructions = fields.string("instructions")) {
        Message& message = request.messages.emplace_back();
        message.role = Role::system;
        message.parts.push_back(
            {ContentPart::Kind::text, *instructions, *fields.any("instructions")});
    }
    if (auto bad = check_state(fields)) return std::move(*bad);
    read_input(fields, request, error);
    if (error) return std::move(*error);
    for (const Message& message : request.messages)
        request.image_count += image_count(message);
    return request;
}

}  // namespace llmr::providers
