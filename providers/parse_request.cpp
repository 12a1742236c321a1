#include "providers/codec.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

Result<ChatRequest> read_openai(Operation operation, simdjson::dom::element body) {
    switch (operation) {
        case Operation::chat:
            return read_openai_chat(body);
        case Operation::embed:
            return read_openai_embed(body);
        default:
            break;
    }
    return Error(Errc::not_found, "this operation does not exist in the OpenAI dialect");
}

Result<ChatRequest> read_ollama(Operation operation, simdjson::dom::element body) {
    switch (operation) {
        case Operation::chat:
            return read_ollama_chat(body);
        case Operation::generate:
            return read_ollama_generate(body);
        case Operation::embed:
            return read_ollama_embed(body);
        case Operation::legacy_embed:
            return read_ollama_legacy_embed(body);
        case Operation::complete:
            break;
    }
    return Error(Errc::not_found, "this operation does not exist in the Ollama dialect");
}

}  // namespace

Result<ChatRequest> parse_request(Dialect dialect, Operation operation,
                                  simdjson::dom::element body) {
    if (!body.is_object()) {
        return Error(Errc::bad_request, "the request body must be a JSON object, not " +
                                            std::string(describe_type(body)));
    }
    auto request = dialect == Dialect::openai_chat ? read_openai(operation, body)
                                                   : read_ollama(operation, body);
    if (request) {
        request->dialect = dialect;
        request->operation = operation;
        request->root = body;
    }
    return request;
}

std::string_view response_content_type(Dialect dialect, bool stream) {
    if (!stream) return "application/json";
    return dialect == Dialect::openai_chat ? "text/event-stream" : "application/x-ndjson";
}

}  // namespace llmr::providers
