#include <deque>
#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/images.hpp"
#include "providers/model_facts.hpp"
#include "providers/request_writers.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

// Ollama's calls may lack ids and its results name a tool; OpenAI wants the id of the call.
class OpenCalls {
public:
    std::string add(std::string_view id, std::string_view name) {
        std::string given = id.empty() ? "call_" + std::to_string(invented_++) : std::string(id);
        open_.push_back({given, name});
        return given;
    }

    /// The id of the call that `result` answers: by id, else the first open one of that name, else
    /// (a result without a name) the first open one.
    std::optional<std::string> answer(const Message& result) {
        for (auto call = open_.begin(); call != open_.end(); ++call) {
            const bool matches = !result.tool_call_id.empty() ? call->id == result.tool_call_id
                                 : !result.tool_name.empty()  ? call->name == result.tool_name
                                                              : true;
            if (!matches) continue;
            std::string id = std::move(call->id);
            open_.erase(call);
            return id;
        }
        return std::nullopt;
    }

private:
    struct Call {
        std::string id;
        std::string_view name;
    };
    std::deque<Call> open_;
    int invented_ = 0;
};

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

bool has_images(const Message& message) {
    for (const ContentPart& part : message.parts) {
        if (part.kind == ContentPart::Kind::image) return true;
    }
    return false;
}

void write_content(JsonWriter& out, const Message& message) {
    const std::string text = joined_text(message);
    out.key("content");
    if (!has_images(message)) {
        if (text.empty() && !message.tool_calls.empty())
            out.null();
        else
            out.value(text);
        return;
    }
    out.begin_array();
    if (!text.empty()) out.begin_object().field("type", "text").field("text", text).end_object();
    for (const ContentPart& part : message.parts) {
        if (part.kind != ContentPart::Kind::image) continue;
        out.begin_object().field("type", "image_url").key("image_url").begin_object();
        out.field("url", image_data_uri(part.text)).end_object().end_object();
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

}  // namespace

std::optional<Error> write_openai_messages(JsonWriter& out, const ChatRequest& request,
                                           std::string_view model) {
    const ModelFacts facts = model_facts(model);
    OpenCalls calls;
    out.begin_array();
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        const Message& message = request.messages[i];
        out.begin_object().field("role", role_name(message.role));
        if (message.role == Role::tool) {
            const auto id = calls.answer(message);
            if (!id) {
                const std::string place = indexed("messages", i);
                return Error(Errc::invalid_parameter,
                             "'" + place + "' is a tool result without an open tool call", place);
            }
            out.field("tool_call_id", *id);
        }
        write_content(out, message);
        if (facts.wants_reasoning_back && !message.tool_calls.empty())
            out.field("reasoning_content", message.thinking);
        write_tool_calls(out, message, calls);
        out.end_object();
    }
    out.end_array();
    return std::nullopt;
}

}  // namespace llmr::providers
