#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/request_readers.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

constexpr std::size_t kMaxOpenAiInputs = 2048;

bool is_list(element item) {
    simdjson::dom::array inner;
    return item.get(inner) == simdjson::SUCCESS;
}

// Token ids are the upstream's affair: what counts here is how many texts they stand for.
void add_token_ids(simdjson::dom::array items, ChatRequest& request) {
    const std::size_t texts = is_list(items.at(0).value()) ? items.size() : 1;
    request.inputs.assign(texts, std::string_view());
}

std::optional<Error> read_inputs(element input, ChatRequest& request) {
    std::string_view text;
    if (input.get(text) == simdjson::SUCCESS) {
        request.inputs.push_back(text);
        return std::nullopt;
    }
    simdjson::dom::array items;
    if (input.get(items) != simdjson::SUCCESS)
        return wrong_type("input", "a string or an array of strings", input);
    request.inputs.reserve(items.size());
    for (const element item : items) {
        if (item.get(text) != simdjson::SUCCESS)
            return wrong_type(indexed("input", request.inputs.size()), "a string", item);
        request.inputs.push_back(text);
    }
    return std::nullopt;
}

}  // namespace

bool holds_token_ids(element input) {
    simdjson::dom::array items;
    if (input.get(items) != simdjson::SUCCESS || items.size() == 0) return false;
    const element first = items.at(0).value();
    return first.is_number() || is_list(first);
}

std::optional<Error> refuse_token_ids(const ChatRequest& request) {
    const auto input = get_value(request.root, "input");
    if (!input || !holds_token_ids(*input)) return std::nullopt;
    return Error(Errc::invalid_parameter,
                 "'input' holds token ids, which belong to one vendor's tokenizer; send text "
                 "instead (LangChain: OpenAIEmbeddings(check_embedding_ctx_length=False))",
                 "input");
}

Result<ChatRequest> read_openai_embed(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    request.model = fields.string("model").value_or("");
    const auto encoding = fields.string("encoding_format").value_or("float");
    fields.integer("dimensions");
    if (error) return std::move(*error);
    if (encoding != "float" && encoding != "base64") {
        return Error(Errc::invalid_parameter, "'encoding_format' must be float or base64",
                     "encoding_format");
    }
    request.base64_embeddings = encoding == "base64";
    const auto input = fields.any("input");
    if (!input) return Error(Errc::missing_parameter, "'input' is required", "input");
    if (simdjson::dom::array items;
        holds_token_ids(*input) && input->get(items) == simdjson::SUCCESS)
        add_token_ids(items, request);
    else if (auto bad = read_inputs(*input, request))
        return std::move(*bad);
    if (request.inputs.empty())
        return Error(Errc::invalid_parameter, "'input' must not be empty", "input");
    if (request.inputs.size() > kMaxOpenAiInputs) {
        return Error(Errc::invalid_parameter, "'input' must have at most 2048 entries", "input");
    }
    return request;
}

Result<ChatRequest> read_ollama_embed(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    request.model = fields.string("model").value_or("");
    fields.integer("dimensions");
    if (error) return std::move(*error);
    if (const auto input = fields.any("input")) {
        if (auto bad = read_inputs(*input, request)) return std::move(*bad);
        // Ollama answers an empty string, like an empty list, with no vector at all.
        if (input->is_string() && request.inputs.front().empty()) request.inputs.clear();
    }
    request.load_only = request.inputs.empty();
    return request;
}

Result<ChatRequest> read_ollama_legacy_embed(element body) {
    ChatRequest request;
    std::optional<Error> error;
    const Fields fields(body, error);
    request.model = fields.string("model").value_or("");
    const auto prompt = fields.string("prompt").value_or("");
    if (error) return std::move(*error);
    if (!prompt.empty()) request.inputs.push_back(prompt);
    request.load_only = request.inputs.empty();
    return request;
}

}  // namespace llmr::providers
