#include "core/json.hpp"
#include "simulator/gemini_api.hpp"

namespace llmr::simulator {
namespace {

void write_model(JsonWriter& writer, const GeminiModel& model) {
    writer.begin_object().field("name", "models/" + model.name).field("version", "001");
    writer.field("displayName", model.name);
    writer.field("inputTokenLimit", model.context_length);
    writer.field("outputTokenLimit", model.max_output);
    writer.key("supportedGenerationMethods").begin_array();
    if (model.embedding_length > 0) {
        writer.value("embedContent");
    } else {
        writer.value("generateContent").value("countTokens");
    }
    writer.end_array();
    if (model.thinking != GeminiModel::Thinking::none) {
        writer.field("thinking", true);
    }
    writer.end_object();
}

void write_publisher_model(JsonWriter& writer, const GeminiModel& model) {
    writer.begin_object().field("name", "publishers/google/models/" + model.name);
    writer.field("versionId", "001").field("launchStage", "GA").end_object();
}

}  // namespace

GeminiError gemini_unknown_model(std::string_view model, std::string_view method, bool vertex) {
    const std::string name(model);
    if (vertex) {
        return {404,
                "Publisher Model `publishers/google/models/" + name +
                    "` was not found or your project does not have access to it.",
                {},
                0,
                {}};
    }
    return {404,
            "models/" + name + " is not found for API version v1beta, or is not supported for " +
                std::string(method) +
                ". Call ListModels to see the list of available models and their supported "
                "methods.",
            {},
            0,
            {}};
}

Reply GeminiApi::list_models(const Call& call) const {
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().key(call.vertex ? "publisherModels" : "models").begin_array();
    for (const auto& model : models_) {
        if (call.vertex) {
            write_publisher_model(writer, model);
        } else {
            write_model(writer, model);
        }
    }
    writer.end_array().end_object();
    return gemini_json(std::move(body));
}

Reply GeminiApi::one_model(const Call& call) const {
    const auto* model = find(call.model);
    if (!model) {
        return gemini_error(gemini_unknown_model(call.model, "GetModel", call.vertex));
    }
    std::string body;
    JsonWriter writer(body);
    if (call.vertex) {
        write_publisher_model(writer, *model);
    } else {
        write_model(writer, *model);
    }
    return gemini_json(std::move(body));
}

}  // namespace llmr::simulator
