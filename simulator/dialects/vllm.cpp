// vLLM's OpenAI-compatible server, as docs.vllm.ai describes it.
#include "core/json.hpp"
#include "simulator/dialects/dialects.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

DialectTraits traits_of(const DialectSettings& settings) {
    DialectTraits traits;
    traits.name = "vllm";
    traits.models = {"Qwen/Qwen3-8B"};
    traits.context_length = settings.context_length > 0 ? settings.context_length : 40'960;
    traits.reasoning_names = {"Qwen3", "qwen3", "R1", "gpt-oss", "think"};
    traits.reasoning_key = "reasoning";
    traits.chosen_dimensions = false;
    traits.json_word = false;
    traits.usage_null = false;
    traits.done_after_error = true;
    return traits;
}

/// The name that the server gives to the class of a status.
std::string_view type_of(int status) {
    switch (status) {
        case 400:
            return "BadRequestError";
        case 401:
            return "UnauthorizedError";
        case 404:
            return "NotFoundError";
        case 405:
            return "MethodNotAllowedError";
        case 429:
            return "RateLimitError";
        case 503:
            return "ServiceUnavailableError";
        default:
            return status >= 500 ? "InternalServerError" : "BadRequestError";
    }
}

class Vllm : public Dialect {
public:
    using Dialect::Dialect;

    std::optional<Reply> page(const HttpRequest& request,
                              const std::vector<OpenAiModel>& models) const override;
    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    std::optional<OpenAiError> adapt(element root, const OpenAiModel& model,
                                     OpenAiRequest& asked) const override;
    std::optional<OpenAiError> too_long(const OpenAiModel& model,
                                        const Prompt& prompt) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    void write_usage(JsonWriter& writer, const Answer& answer,
                     const CompletionFrame& frame) const override;
    void write_message_extras(JsonWriter& writer, const Answer& answer) const override;
    void write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                             std::string_view finish_reason, ChoicePart part) const override;
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string lines(const Served&) const override { return {}; }
};

std::optional<Reply> Vllm::page(const HttpRequest& request, const std::vector<OpenAiModel>&) const {
    if (request.method != "GET") {
        return std::nullopt;
    }
    if (request.path == "/health" || request.path == "/ping") {
        return json_reply({});
    }
    if (request.path == "/version") {
        return json_reply(R"({"version":"0.11.0"})");
    }
    return std::nullopt;
}

std::optional<OpenAiError> Vllm::authorize(const HttpRequest& request, const KeyRing& keys) const {
    if (keys.accepts(credential(request))) {
        return std::nullopt;
    }
    return OpenAiError{401, "Unauthorized", "", ""};
}

std::optional<OpenAiError> Vllm::adapt(element root, const OpenAiModel&,
                                       OpenAiRequest& asked) const {
    const auto arguments = get_value(root, "chat_template_kwargs");
    const auto enabled = arguments ? get_bool(*arguments, "enable_thinking") : std::nullopt;
    asked.prompt.think = asked.prompt.think && enabled.value_or(true);
    return std::nullopt;
}

/// The answer's limit counts too.
std::optional<OpenAiError> Vllm::too_long(const OpenAiModel& model, const Prompt& prompt) const {
    const auto limit = prompt.max_tokens.value_or(0);
    const auto wanted = prompt.prompt_tokens + limit;
    if (wanted <= model.context_length) {
        return std::nullopt;
    }
    const auto window = "This model's maximum context length is " +
                        std::to_string(model.context_length) + " tokens. However, you requested " +
                        std::to_string(wanted) + " tokens (";
    return OpenAiError{400,
                       window + std::to_string(prompt.prompt_tokens) + " in the messages, " +
                           std::to_string(limit) +
                           " in the completion). Please reduce the length of the messages or "
                           "completion.",
                       "", ""};
}

void Vllm::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    writer.begin_object().field("id", model.name).field("object", "model");
    writer.field("created", model.created).field("owned_by", "vllm").field("root", model.name);
    writer.key("parent").null().field("max_model_len", model.context_length);
    writer.key("permission").begin_array().begin_object().field("id", "modelperm-simulated");
    writer.field("object", "model_permission").field("created", model.created);
    writer.field("allow_sampling", true).field("allow_logprobs", true).field("allow_view", true);
    writer.field("organization", "*").key("group").null().field("is_blocking", false);
    writer.end_object().end_array().end_object();
}

/// A wrong key is turned away by a layer in front, in words of its own.
Reply Vllm::error(const OpenAiError& error) const {
    auto reply = json_reply({});
    reply.status = error.status;
    JsonWriter writer(reply.body);
    writer.begin_object();
    if (error.status == 401) {
        writer.field("error", "Unauthorized").end_object();
        return reply;
    }
    writer.key("error").begin_object().field("message", error.message);
    writer.field("type", type_of(error.status));
    write_or_null(writer, "param", error.param);
    writer.field("code", error.status).end_object().end_object();
    return reply;
}

OpenAiError Vllm::unknown_model(std::string_view name) const {
    return {404, "The model `" + std::string(name) + "` does not exist.", "model", ""};
}

void Vllm::write_usage(JsonWriter& writer, const Answer& answer,
                       const CompletionFrame& frame) const {
    const auto output = answer.output_tokens * frame.choices;
    writer.begin_object().field("prompt_tokens", answer.prompt_tokens);
    writer.field("total_tokens", answer.prompt_tokens + output);
    writer.field("completion_tokens", output).key("prompt_tokens_details").null().end_object();
}

void Vllm::write_message_extras(JsonWriter& writer, const Answer& answer) const {
    for (const auto* name : {"refusal", "annotations", "audio", "function_call"}) {
        writer.key(name).null();
    }
    if (answer.tools.empty()) {
        writer.key("tool_calls").begin_array().end_array();
    }
    if (answer.thinking.empty()) {
        writer.key("reasoning").null();
    }
}

void Vllm::write_choice_extras(JsonWriter& writer, const CompletionFrame&, std::string_view,
                               ChoicePart part) const {
    if (part != ChoicePart::delta) {
        writer.key("stop_reason").null();
    }
    writer.key("token_ids").null();
}

void Vllm::write_extras(JsonWriter& writer, const CompletionFrame&, bool whole) const {
    if (!whole) {
        return;
    }
    for (const auto* name : {"service_tier", "system_fingerprint", "prompt_logprobs",
                             "prompt_token_ids", "kv_transfer_params"}) {
        writer.key(name).null();
    }
}

}  // namespace

std::unique_ptr<Dialect> make_vllm(const DialectSettings& settings) {
    return std::make_unique<Vllm>(traits_of(settings));
}

}  // namespace llmr::simulator
