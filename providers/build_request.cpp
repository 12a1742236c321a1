#include "providers/codec.hpp"
#include "providers/fields.hpp"
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
    if (request.dialect == target.dialect) {
        return target.dialect == Dialect::ollama
                   ? pass_ollama_request(request, client_body, target)
                   : pass_openai_request(request, client_body, target);
    }
    return target.dialect == Dialect::ollama ? to_ollama(request, target)
                                             : to_openai(request, target);
}

}  // namespace llmr::providers
