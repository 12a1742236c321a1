// What OpenAI does with models, where a dialect has nothing of its own.
#include <algorithm>

#include "simulator/dialect.hpp"

namespace llmr::simulator {

OpenAiModel Dialect::model(std::string_view text) const {
    OpenAiModel model(text);
    if (traits_.name != "openai") {
        model.snapshot = model.name;
        model.reasons = std::any_of(
            traits_.reasoning_names.begin(), traits_.reasoning_names.end(),
            [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
    }
    if (traits_.context_length > 0 && model.embedding_length == 0) {
        model.context_length = traits_.context_length;
    }
    return model;
}

const OpenAiModel* Dialect::resolve(const std::vector<OpenAiModel>& models,
                                    std::string_view name) const {
    const auto found = std::find_if(models.begin(), models.end(), [&](const auto& known) {
        return known.name == name || known.snapshot == name;
    });
    return found == models.end() ? nullptr : &*found;
}

std::vector<std::string_view> Dialect::candidates(simdjson::dom::element root,
                                                  const Call& call) const {
    if (!call.model.empty()) {
        return {call.model};
    }
    return {get_string(root, "model").value_or("")};
}

std::optional<OpenAiError> Dialect::too_long(const OpenAiModel& model, const Prompt& prompt) const {
    if (prompt.prompt_tokens <= model.context_length) {
        return std::nullopt;
    }
    return OpenAiError{
        400,
        "This model's maximum context length is " + std::to_string(model.context_length) +
            " tokens. However, your messages resulted in " + std::to_string(prompt.prompt_tokens) +
            " tokens. Please reduce the length of the messages.",
        "messages", "context_length_exceeded"};
}

Reply Dialect::list_models(const std::vector<OpenAiModel>& models) const {
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().field("object", "list").key("data").begin_array();
    for (const auto& model : models) {
        write_model(writer, model);
    }
    writer.end_array().end_object();
    return json_reply(std::move(body));
}

void Dialect::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    writer.begin_object().field("id", model.name).field("object", "model");
    writer.field("created", model.created).field("owned_by", "system").end_object();
}

}  // namespace llmr::simulator
