#include "providers/codec.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

Result<ChatRequest> read_openai(Operation operation, simdjson::dom::element body) {
    switch (operation) {
        case Operation::chat:
            return read_openai_chat(body);
        case Operation::complete:
            return read_openai_completion(body);
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

Result<ChatRequest> read(Dialect dialect, Operation operation, simdjson::dom::element body) {
    switch (dialect) {
        case Dialect::openai_chat:
            return read_openai(operation, body);
        case Dialect::openai_responses:
            return read_responses_chat(body);
        case Dialect::ollama:
            return read_ollama(operation, body);
        case Dialect::anthropic:
            return read_anthropic_chat(body);
        case Dialect::gemini:
            break;
    }
    return Error(Errc::not_found, "this dialect is not known");
}

}  // namespace

Result<ChatRequest> parse_request(Dialect dialect, Operation operation,
                                  simdjson::dom::element body) {
    if (!body.is_object()) {
        return Error(Errc::bad_request, "the request body must be a JSON object, not " +
                                            std::string(describe_type(body)));
    }
    auto request = read(dialect, operation, body);
    if (request) {
        request->dialect = dialect;
        request->operation = operation;
        request->root = body;
    }
    return request;
}

std::string_view response_content_type(Dialect dialect, bool stream) {
    if (!stream) return "application/json";
    return dialect == Dialect::ollama ? "application/x-ndjson" : "text/event-stream";
}

}  // namespace llmr::providers
