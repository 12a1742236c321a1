#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

Error several_prompts() {
    return unsupported("prompt", "one prompt per request, as text");
}

// A list of one text is that text. Other lists are for upstreams that speak this dialect.
void read_prompt(element prompt, ChatRequest& request) {
    std::string_view text;
    simdjson::dom::array list;
    element only = prompt;
    if (prompt.get(list) == simdjson::SUCCESS && list.size() == 1) only = list.at(0).value();
    Message& message = request.messages.emplace_back();
    if (only.get(text) == simdjson::SUCCESS)
        message.parts.push_back({ContentPart::Kind::text, text, only});
    else
        message.parts.push_back({ContentPart::Kind::other, {}, prompt});
}

}  // namespace

Result<ChatRequest> read_openai_completion(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    request.model = fields.string("model").value_or("");
    request.stream = fields.boolean("stream").value_or(false);
    if (const auto options = fields.object("stream_options"); options && request.stream)
        request.include_usage = get_bool(*options, "include_usage").value_or(false);
    request.max_output_tokens = fields.integer("max_tokens");
    fields.string("suffix");
    const auto prompt = fields.any("prompt");
    if (prompt)
        read_prompt(*prompt, request);
    else if (!error)
        error = Error(Errc::missing_parameter, "'prompt' is required", "prompt");
    if (error) return std::move(*error);
    return request;
}

Result<std::string_view> completion_prompt(const ChatRequest& request) {
    const ContentPart& part = request.messages.front().parts.front();
    if (part.kind != ContentPart::Kind::text) return several_prompts();
    return part.text;
}

}  // namespace llmr::providers
