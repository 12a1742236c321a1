// LM Studio's local server, as lmstudio.ai/docs describes it.
#include "simulator/dialects/dialects.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

DialectTraits traits_of(const DialectSettings& settings) {
    DialectTraits traits;
    traits.name = "lm_studio";
    traits.models = {"qwen2.5-7b-instruct", "openai/gpt-oss-20b",
                     "text-embedding-nomic-embed-text-v1.5"};
    traits.context_length = settings.context_length > 0 ? settings.context_length : 4096;
    traits.reasoning_names = {"gpt-oss", "qwen3", "-r1", "think"};
    traits.reasoning_key = "reasoning";
    traits.base64_embeddings = false;
    traits.json_word = false;
    traits.usage_null = false;
    traits.html_gateway = false;
    return traits;
}

class LmStudio : public Dialect {
public:
    using Dialect::Dialect;

    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    std::optional<OpenAiError> refuse_body(const HttpRequest& request, element root) const override;
    const OpenAiModel* resolve(const std::vector<OpenAiModel>& models,
                               std::string_view name) const override;
    std::optional<OpenAiError> too_long(const OpenAiModel& model,
                                        const Prompt& prompt) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    std::string error_event(const OpenAiError& error) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    void write_usage(JsonWriter& writer, const Answer& answer,
                     const CompletionFrame& frame) const override;
    void write_message_extras(JsonWriter& writer, const Answer& answer) const override;
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string lines(const Served&) const override { return {}; }
};

std::optional<OpenAiError> LmStudio::authorize(const HttpRequest& request,
                                               const KeyRing& keys) const {
    const auto key = credential(request);
    if (keys.accepts(key)) {
        return std::nullopt;
    }
    return OpenAiError{401,
                       key.empty() ? "An LM Studio API token is required to make requests to this "
                                     "server, but none was provided."
                                   : "Malformed LM Studio API token provided.",
                       "", ""};
}

std::optional<OpenAiError> LmStudio::refuse_body(const HttpRequest&, element root) const {
    const auto format = get_value(root, "response_format");
    const auto type = format ? get_string(*format, "type").value_or("") : std::string_view("text");
    if (type != "json_schema" && type != "text") {
        return OpenAiError{400, "'response_format.type' must be 'json_schema' or 'text'", "", ""};
    }
    const auto choice = get_value(root, "tool_choice");
    if (choice && !choice->is_string()) {
        return OpenAiError{400,
                           "Invalid tool_choice type: 'object'. Supported string values: none, "
                           "auto, required",
                           "", ""};
    }
    return std::nullopt;
}

/// One loaded model answers for every name.
const OpenAiModel* LmStudio::resolve(const std::vector<OpenAiModel>& models,
                                     std::string_view name) const {
    const auto* exact = Dialect::resolve(models, name);
    return exact || models.size() != 1 ? exact : &models.front();
}

std::optional<OpenAiError> LmStudio::too_long(const OpenAiModel& model,
                                              const Prompt& prompt) const {
    if (prompt.prompt_tokens <= model.context_length) {
        return std::nullopt;
    }
    return OpenAiError{400,
                       "The prompt of " + std::to_string(prompt.prompt_tokens) +
                           " tokens is longer than the context length of the loaded model (" +
                           std::to_string(model.context_length) + " tokens).",
                       "", ""};
}

void LmStudio::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    writer.begin_object().field("id", model.name).field("object", "model");
    writer.field("owned_by", "organization_owner").end_object();
}

Reply LmStudio::error(const OpenAiError& error) const {
    Reply reply = json_reply({});
    reply.status = error.status;
    JsonWriter(reply.body).begin_object().field("error", error.message).end_object();
    return reply;
}

std::string LmStudio::error_event(const OpenAiError& error) const {
    std::string event = "event: error\ndata: ";
    JsonWriter writer(event);
    writer.begin_object().key("error").begin_object().field("message", error.message).end_object();
    writer.field("message", error.message).end_object();
    return event + "\n\n";
}

OpenAiError LmStudio::unknown_model(std::string_view name) const {
    return {404,
            "Model '" + std::string(name) + "' not found. Download it, or load another one first.",
            "", ""};
}

void LmStudio::write_usage(JsonWriter& writer, const Answer& answer,
                           const CompletionFrame& frame) const {
    const auto output = answer.output_tokens * frame.choices;
    writer.begin_object().field("prompt_tokens", answer.prompt_tokens);
    writer.field("completion_tokens", output);
    writer.field("total_tokens", answer.prompt_tokens + output);
    if (answer.thinking_tokens > 0) {
        writer.key("completion_tokens_details").begin_object();
        writer.field("reasoning_tokens", answer.thinking_tokens * frame.choices).end_object();
    }
    writer.end_object();
}

void LmStudio::write_message_extras(JsonWriter& writer, const Answer& answer) const {
    if (answer.tools.empty()) {
        writer.key("tool_calls").begin_array().end_array();
    }
}

void LmStudio::write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const {
    if (whole) {
        writer.key("stats").begin_object().end_object();
    }
    writer.field("system_fingerprint", frame.model);
}

}  // namespace

std::unique_ptr<Dialect> make_lm_studio(const DialectSettings& settings) {
    return std::make_unique<LmStudio>(traits_of(settings));
}

}  // namespace llmr::simulator
