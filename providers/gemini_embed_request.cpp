#include <algorithm>

#include <fmt/format.h>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/gemini_model.hpp"
#include "providers/request_readers.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

// https://ai.google.dev/gemini-api/docs/embeddings and
// https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings
constexpr std::size_t kMostInBatch = 100;
constexpr std::size_t kMostOnVertex = 250;

std::size_t most_inputs(const GeminiModel& model, const Target& target) {
    if (!target.vertex) return kMostInBatch;
    return model.name.starts_with("gemini-embedding") ? 1 : kMostOnVertex;
}

std::optional<Error> check(const ChatRequest& request, const GeminiModel& model,
                           const Target& target) {
    if (auto bad = refuse_token_ids(request)) return bad;
    const std::size_t most = most_inputs(model, target);
    if (request.inputs.size() <= most) return std::nullopt;
    return unsupported("input",
                       fmt::format("{} embeds at most {} text{} per request{}", model.name, most,
                                   most == 1 ? "" : "s", target.vertex ? " on Vertex AI" : ""));
}

std::string batch_body(const ChatRequest& request, const GeminiModel& model,
                       std::optional<std::int64_t> dimensions) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().key("requests").begin_array();
    for (const std::string_view text : request.inputs) {
        out.begin_object().field("model", "models/" + std::string(model.name));
        out.key("content").begin_object().key("parts").begin_array();
        out.begin_object().field("text", text).end_object().end_array().end_object();
        optional_field(out, "outputDimensionality", dimensions);
        out.end_object();
    }
    out.end_array().end_object();
    return body;
}

std::string predict_body(const ChatRequest& request, std::optional<std::int64_t> dimensions) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().key("instances").begin_array();
    for (const std::string_view text : request.inputs)
        out.begin_object().field("content", text).end_object();
    out.end_array();
    if (dimensions)
        out.key("parameters")
            .begin_object()
            .field("outputDimensionality", *dimensions)
            .end_object();
    out.end_object();
    return body;
}

}  // namespace

Result<UpstreamRequest> write_gemini_embed(const ChatRequest& request, const Target& target) {
    const GeminiModel model = gemini_model(target.model);
    if (auto bad = check(request, model, target)) return std::move(*bad);
    std::optional<Error> error;
    const auto dimensions = Fields(request.root, error).integer("dimensions");
    if (error) return std::move(*error);
    UpstreamRequest upstream;
    upstream.path = gemini_path(target.model, target.vertex ? "predict" : "batchEmbedContents");
    upstream.body =
        target.vertex ? predict_body(request, dimensions) : batch_body(request, model, dimensions);
    return upstream;
}

}  // namespace llmr::providers
