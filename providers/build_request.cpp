#include <utility>

#include "core/json.hpp"
#include "providers/adapt_request.hpp"
#include "providers/codec.hpp"
#include "providers/fields.hpp"
#include "providers/foreign_history.hpp"
#include "providers/request_options.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

// An empty request loads or unloads a model.
Error refuse_load(Operation operation) {
    std::string_view param = "prompt";
    if (operation == Operation::chat) param = "messages";
    if (operation == Operation::embed) param = "input";
    return unsupported(std::string(param),
                       "an empty request loads or unloads a model, which only Ollama can do");
}

Result<UpstreamRequest> write_embed(const ChatRequest& request, const Target& target) {
    if (target.dialect == Dialect::ollama) return write_ollama_embed(request, target);
    if (target.dialect == Dialect::openai_chat) return write_openai_embed(request, target);
    if (target.dialect == Dialect::gemini) return write_gemini_embed(request, target);
    return unsupported("model", "the server of this model has no embeddings");
}

Result<UpstreamRequest> translate(const ChatRequest& request, const Target& target) {
    if (request.load_only && target.dialect != Dialect::ollama)
        return refuse_load(request.operation);
    if (is_embedding(request.operation)) return write_embed(request, target);
    auto options = read_options(request);
    if (!options) return options.error();
    switch (target.dialect) {
        case Dialect::openai_chat:
            return write_openai_chat(request, std::move(*options), target);
        case Dialect::openai_responses:
            return write_responses_chat(request, std::move(*options), target);
        case Dialect::anthropic:
            return write_anthropic_chat(request, std::move(*options), target);
        case Dialect::gemini:
            return write_gemini_chat(request, std::move(*options), target);
        case Dialect::ollama:
            break;
    }
    return request.operation == Operation::complete
               ? write_ollama_generate(request, std::move(*options), target)
               : write_ollama_chat(request, std::move(*options), target);
}

Result<UpstreamRequest> write_request(const ChatRequest& request, std::string_view body,
                                      const Target& target) {
    if (request.dialect == target.dialect) return pass_request(request, body, target);
    return translate(request, target);
}

/// The written request as its server takes it.
Result<UpstreamRequest> finished(Result<UpstreamRequest> written, const ChatRequest& request,
                                 const Target& target) {
    if (!written) return written;
    add_defaults(*written, request, target);
    adapt_request(*written, request, target);
    return written;
}

}  // namespace

Result<RequestOptions> read_options(const ChatRequest& request) {
    if (request.operation == Operation::complete) return read_completion_options(request);
    switch (request.dialect) {
        case Dialect::openai_chat:
            return read_openai_options(request);
        case Dialect::openai_responses:
            return read_responses_options(request);
        case Dialect::ollama:
            return read_ollama_options(request);
        case Dialect::anthropic:
            return read_anthropic_options(request);
        case Dialect::gemini:
            break;
    }
    return RequestOptions{};
}

Result<UpstreamRequest> build_request(const ChatRequest& request, std::string_view client_body,
                                      const Target& target) {
    std::optional<std::string> history;
    if (target.foreign_messages > 0)
        history = without_foreign_parts(request, target.foreign_messages);
    if (!history) return finished(write_request(request, client_body, target), request, target);
    const auto cleaned_body = replace_member(client_body, history_key(request), *history);
    if (!cleaned_body) return Error(Errc::bad_request, "the request body must be a JSON object");
    // Read again, so that both ways of writing see the same history.
    JsonParser parser;
    const auto root = parser.parse(*cleaned_body);
    if (!root) return root.error();
    const auto cleaned = parse_request(request.dialect, request.operation, *root);
    if (!cleaned) return cleaned.error();
    return finished(write_request(*cleaned, *cleaned_body, target), *cleaned, target);
}

}  // namespace llmr::providers
