#include "core/json.hpp"
#include "simulator/embeddings.hpp"
#include "simulator/gemini_api.hpp"
#include "simulator/gemini_request.hpp"
#include "simulator/json_view.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

constexpr std::size_t kMostInBatch = 100;

struct Wanted {
    std::string text;
    int dimensions = 0;
};

GeminiError bad(std::string message) {
    return {400, std::move(message), {}, 0, {}};
}

std::optional<GeminiError> read_dimensions(element holder, const GeminiModel& model, int& out) {
    const auto dimensions =
        get_int(holder, "outputDimensionality").value_or(model.embedding_length);
    if (dimensions < 1 || dimensions > model.embedding_length) {
        return bad("output_dimensionality must be between 1 and " +
                   std::to_string(model.embedding_length));
    }
    out = static_cast<int>(dimensions);
    return std::nullopt;
}

/// {"content":{"parts":[{"text"}]}}
std::optional<GeminiError> read_content(element request, const GeminiModel& model, Wanted& out) {
    const auto content = get_value(request, "content");
    auto text = content ? content_text(*content) : std::nullopt;
    if (!text) {
        return bad("* EmbedContentRequest.content: content is empty");
    }
    out.text = *std::move(text);
    return read_dimensions(request, model, out.dimensions);
}

void write_values(JsonWriter& writer, const GeminiModel& model, const Wanted& wanted) {
    writer.key("values");
    write_floats(writer,
                 embedding(model.name, wanted.text, model.embedding_length, wanted.dimensions));
}

std::optional<GeminiError> check_model(const GeminiModel& model, std::string_view method,
                                       bool vertex) {
    if (model.embedding_length > 0) {
        return std::nullopt;
    }
    return gemini_unknown_model(model.name, method, vertex);
}

}  // namespace

Reply GeminiApi::embed(const Call& call, const GeminiModel& model, element root) {
    Wanted wanted;
    auto refusal = check_model(model, call.method, call.vertex);
    if (!refusal) {
        refusal = read_content(root, model, wanted);
    }
    if (refusal) {
        return gemini_error(*refusal);
    }
    auto reply = gemini_json({});
    if (suffers(call, reply)) {
        return reply;
    }
    JsonWriter writer(reply.body);
    writer.begin_object().key("embedding").begin_object();
    write_values(writer, model, wanted);
    writer.end_object().end_object();
    return reply;
}

Reply GeminiApi::embed_batch(const Call& call, const GeminiModel& model, element root) {
    if (const auto refusal = check_model(model, call.method, call.vertex)) {
        return gemini_error(*refusal);
    }
    const auto requests = get_value(root, "requests");
    if (!requests || !requests->is_array() || array_of(*requests).size() == 0) {
        return gemini_error(bad("* BatchEmbedContentsRequest.requests: requests is empty"));
    }
    if (array_of(*requests).size() > kMostInBatch) {
        return gemini_error(
            bad("* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch"));
    }
    std::vector<Wanted> all;
    for (const element request : array_of(*requests)) {
        if (get_string(request, "model").value_or("") != "models/" + model.name) {
            return gemini_error(
                bad("* BatchEmbedContentsRequest.requests[0].model: model must match"));
        }
        if (const auto refusal = read_content(request, model, all.emplace_back())) {
            return gemini_error(*refusal);
        }
    }
    auto reply = gemini_json({});
    if (suffers(call, reply)) {
        return reply;
    }
    JsonWriter writer(reply.body);
    writer.begin_object().key("embeddings").begin_array();
    for (const auto& wanted : all) {
        writer.begin_object();
        write_values(writer, model, wanted);
        writer.end_object();
    }
    writer.end_array().end_object();
    return reply;
}

Reply GeminiApi::predict(const Call& call, const GeminiModel& model, element root) {
    if (const auto refusal = check_model(model, call.method, call.vertex)) {
        return gemini_error(*refusal);
    }
    const auto instances = get_value(root, "instances");
    if (!instances || !instances->is_array() || array_of(*instances).size() == 0) {
        return gemini_error(bad("Request should have 'instances' with a 'content' each."));
    }
    if (array_of(*instances).size() > model.most_inputs) {
        return gemini_error(bad(std::to_string(model.most_inputs) +
                                " instance(s) is allowed per prediction. Actual: " +
                                std::to_string(array_of(*instances).size())));
    }
    const auto parameters = get_value(root, "parameters");
    std::vector<Wanted> all;
    for (const element instance : array_of(*instances)) {
        auto& wanted = all.emplace_back();
        wanted.text = get_string(instance, "content").value_or("");
        if (wanted.text.empty()) {
            return gemini_error(bad("The text content is empty."));
        }
        if (const auto refusal =
                read_dimensions(parameters.value_or(root), model, wanted.dimensions)) {
            return gemini_error(*refusal);
        }
    }
    auto reply = gemini_json({});
    if (suffers(call, reply)) {
        return reply;
    }
    std::int64_t characters = 0;
    JsonWriter writer(reply.body);
    writer.begin_object().key("predictions").begin_array();
    for (const auto& wanted : all) {
        characters += static_cast<std::int64_t>(wanted.text.size());
        writer.begin_object().key("embeddings").begin_object();
        write_values(writer, model, wanted);
        writer.key("statistics").begin_object().field("truncated", false);
        writer.field("token_count", count_tokens(wanted.text)).end_object();
        writer.end_object().end_object();
    }
    writer.end_array().key("metadata").begin_object();
    writer.field("billableCharacterCount", characters).end_object().end_object();
    return reply;
}

}  // namespace llmr::simulator
