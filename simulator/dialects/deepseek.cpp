// DeepSeek, as api-docs.deepseek.com describes it.
#include "simulator/dialects/dialects.hpp"
#include "simulator/json_view.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

DialectTraits traits_of(const DialectSettings& settings) {
    DialectTraits traits;
    traits.name = "deepseek";
    traits.bases = {"/v1", "/beta", ""};
    traits.client_base = "";
    traits.models = {"deepseek-chat", "deepseek-reasoner", "deepseek-v4-flash"};
    traits.context_length = settings.context_length > 0 ? settings.context_length : 131'072;
    traits.reasoning_names = {"reasoner", "-v4"};
    traits.reasoning_key = "reasoning_content";
    traits.embeddings = false;
    return traits;
}

/// The member `thinking`, or what the model does without it.
bool thinks(element root, bool usually) {
    const auto thinking = get_value(root, "thinking");
    const auto type = thinking ? get_string(*thinking, "type") : std::nullopt;
    return type ? *type == "enabled" : usually;
}

/// An assistant's turn that called tools and has lost its reasoning.
bool lost_reasoning(element message) {
    return get_string(message, "role") == "assistant" && get_value(message, "tool_calls") &&
           !get_string(message, "reasoning_content");
}

class DeepSeek : public Dialect {
public:
    using Dialect::Dialect;

    std::optional<Reply> page(const HttpRequest& request,
                              const std::vector<OpenAiModel>& models) const override;
    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    std::optional<OpenAiError> refuse_body(const HttpRequest& request, element root) const override;
    std::optional<OpenAiError> adapt(element root, const OpenAiModel& model,
                                     OpenAiRequest& asked) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    OpenAiError usual_error(int status, std::string_view kind) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    void write_usage(JsonWriter& writer, const Answer& answer,
                     const CompletionFrame& frame) const override;
    void write_message_extras(JsonWriter&, const Answer&) const override {}
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string before_stream() const override { return ": keep-alive\n\n"; }
    std::string before_body() const override { return "\n"; }
    std::string lines(const Served& served) const override;
};

std::optional<Reply> DeepSeek::page(const HttpRequest& request,
                                    const std::vector<OpenAiModel>&) const {
    if (request.path != "/user/balance" || request.method != "GET") {
        return std::nullopt;
    }
    return json_reply(
        R"({"is_available":true,"balance_infos":[{"currency":"USD","total_balance":"110.00",)"
        R"("granted_balance":"10.00","topped_up_balance":"100.00"}]})");
}

std::optional<OpenAiError> DeepSeek::authorize(const HttpRequest& request,
                                               const KeyRing& keys) const {
    const auto key = credential(request);
    if (keys.accepts(key)) {
        return std::nullopt;
    }
    auto refusal = usual_error(401, "");
    if (!key.empty()) {
        refusal.message = "Authentication Fails, Your api key: **** is invalid";
    }
    return refusal;
}

std::optional<OpenAiError> DeepSeek::refuse_body(const HttpRequest&, element root) const {
    const auto format = get_value(root, "response_format");
    if (format && get_string(*format, "type") == "json_schema") {
        return OpenAiError{400, "This response_format type is unavailable now", "",
                           "invalid_request_error"};
    }
    return std::nullopt;
}

std::optional<OpenAiError> DeepSeek::adapt(element root, const OpenAiModel& model,
                                           OpenAiRequest& asked) const {
    asked.prompt.think = thinks(root, model.reasons);
    if (!asked.prompt.think) {
        return std::nullopt;
    }
    const auto messages = get_value(root, "messages");
    for (const element message : array_of(*messages)) {
        if (lost_reasoning(message)) {
            return OpenAiError{400,
                               "The reasoning_content in the thinking mode must be passed back to "
                               "the API.",
                               "", "invalid_request_error"};
        }
    }
    return std::nullopt;
}

void DeepSeek::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    writer.begin_object().field("id", model.name).field("object", "model");
    writer.field("owned_by", "deepseek").end_object();
}

/// A body that cannot be read into its type is 422 here.
Reply DeepSeek::error(const OpenAiError& error) const {
    auto own = error;
    if (own.code == "missing_required_parameter" || own.code == "invalid_type") {
        own.status = 422;
        own.message = "Failed to deserialize the JSON body into the target type: " + own.message;
    }
    if (own.status < 500 && own.code != "insufficient_quota") {
        own.code = "invalid_request_error";
    }
    own.param.clear();
    return openai_error(own);
}

OpenAiError DeepSeek::usual_error(int status, std::string_view kind) const {
    constexpr const char* kCode = "invalid_request_error";
    if (kind == "quota" || status == 402) {
        return {402, "Insufficient Balance", "", kCode, "unknown_error"};
    }
    switch (status) {
        case 401:
            return {status, "Authentication Fails (governor)", "", kCode, "authentication_error"};
        case 422:
            return {status, "Failed to deserialize the JSON body into the target type", "", kCode};
        case 429:
            return {status, "Rate limit reached. Please pace your requests reasonably.", "", kCode,
                    "rate_limit_error"};
        case 500:
            return {status, "Internal Server Error", "", "internal_error", "server_error"};
        case 503:
            return {status, "Service is too busy. Please try again later.", "",
                    "service_unavailable_error", "service_unavailable_error"};
        default:
            return Dialect::usual_error(status, kind);
    }
}

OpenAiError DeepSeek::unknown_model(std::string_view) const {
    return {400, "Model Not Exist", "", "invalid_request_error"};
}

/// All whole blocks of 64 tokens count as read from the cache, as when a prompt is sent again: so
/// the same request always has the same usage.
void DeepSeek::write_usage(JsonWriter& writer, const Answer& answer,
                           const CompletionFrame& frame) const {
    constexpr std::int64_t kBlock = 64;
    const auto hit = answer.prompt_tokens / kBlock * kBlock;
    const auto output = answer.output_tokens * frame.choices;
    writer.begin_object().field("prompt_tokens", answer.prompt_tokens);
    writer.field("completion_tokens", output);
    writer.field("total_tokens", answer.prompt_tokens + output);
    writer.key("prompt_tokens_details").begin_object().field("cached_tokens", hit).end_object();
    if (answer.thinking_tokens > 0) {
        writer.key("completion_tokens_details").begin_object();
        writer.field("reasoning_tokens", answer.thinking_tokens * frame.choices).end_object();
    }
    writer.field("prompt_cache_hit_tokens", hit);
    writer.field("prompt_cache_miss_tokens", answer.prompt_tokens - hit).end_object();
}

void DeepSeek::write_extras(JsonWriter& writer, const CompletionFrame&, bool) const {
    writer.field("system_fingerprint", "fp_simulated_prod_fp8_kvcache");
}

std::string DeepSeek::lines(const Served&) const {
    return header_line("x-ds-trace-id", "00000000000000000000000000000000");
}

}  // namespace

std::unique_ptr<Dialect> make_deepseek(const DialectSettings& settings) {
    return std::make_unique<DeepSeek>(traits_of(settings));
}

}  // namespace llmr::simulator
