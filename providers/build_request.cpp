#include "core/json.hpp"
#include "providers/codec.hpp"
#include "providers/fields.hpp"
#include "providers/foreign_history.hpp"
#include "providers/request_options.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

Result<UpstreamRequest> to_ollama(const ChatRequest& request, const Target& target) {
    if (is_embedding(request.operation)) return write_ollama_embed(request, target);
    auto options = read_openai_options(request);
    if (!options) return options.error();
    return write_ollama_chat(request, *options, target);
}

Result<UpstreamRequest> to_openai(const ChatRequest& request, const Target& target) {
    if (request.load_only) {
        const bool chat = request.operation == Operation::chat;
        const bool embed = request.operation == Operation::embed;
        return unsupported(chat    ? "messages"
                           : embed ? "input"
                                   : "prompt",
                           "an empty request loads or unloads a model, which only Ollama can do");
    }
    if (is_embedding(request.operation)) return write_openai_embed(request, target);
    auto options = read_ollama_options(request);
    if (!options) return options.error();
    return write_openai_chat(request, *options, target);
}

Result<UpstreamRequest> write_request(const ChatRequest& request, std::string_view body,
                                      const Target& target) {
    if (request.dialect == target.dialect) {
        return target.dialect == Dialect::ollama ? pass_ollama_request(request, body, target)
                                                 : pass_openai_request(request, body, target);
    }
    return target.dialect == Dialect::ollama ? to_ollama(request, target)
                                             : to_openai(request, target);
}

}  // namespace

std::string joined_text(const Message& message) {
    std::string text;
    bool first = true;
    for (const ContentPart& part : message.parts) {
        if (part.kind != ContentPart::Kind::text) continue;
        if (!first) text.push_back('\n');
        text.append(part.text);
        first = false;
    }
    return text;
}

Result<UpstreamRequest> build_request(const ChatRequest& request, std::string_view client_body,
                                      const Target& target) {
    std::optional<std::string> messages;
    if (target.foreign_messages > 0)
        messages = without_foreign_parts(request, target.foreign_messages);
    if (!messages) return write_request(request, client_body, target);
    // Read again, so that both ways of writing see the same history.
    const auto body = replace_member(client_body, "messages", *messages);
    if (!body) return Error(Errc::bad_request, "the request body must be a JSON object");
    JsonParser parser;
    const auto root = parser.parse(*body);
    if (!root) return root.error();
    const auto cleaned = parse_request(request.dialect, request.operation, *root);
    if (!cleaned) return cleaned.error();
    return write_request(*cleaned, *body, target);
}

}  // namespace llmr::providers
