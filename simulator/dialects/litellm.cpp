// The LiteLLM proxy, as docs.litellm.ai describes it.
#include <fmt/format.h>

#include "core/ids.hpp"
#include "simulator/dialects/dialects.hpp"
#include "simulator/http_head.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

DialectTraits traits_of(const DialectSettings& settings) {
    DialectTraits traits;
    traits.name = "litellm";
    traits.bases = {"/v1", ""};
    traits.client_base = "";
    traits.models = {"gpt-4o", "team-default", "text-embedding-3-small"};
    traits.context_length = settings.context_length;
    traits.reasoning_names = {"o1", "o3", "gpt-5", "-r1", "reasoner"};
    traits.reasoning_key = "reasoning_content";
    traits.usage_null = false;
    return traits;
}

constexpr double kInputPrice = 2.5e-6;  // USD per token, of every model
constexpr double kOutputPrice = 10e-6;

/// The proxy's exception for a status, and its type on the wire.
struct Names {
    std::string_view exception;
    std::string_view type;
};

Names names_of(int status, std::string_view code) {
    if (code == "context_length_exceeded") {
        return {"ContextWindowExceededError", "invalid_request_error"};
    }
    switch (status) {
        case 401:
            return {"AuthenticationError", "auth_error"};
        case 403:
            return {"PermissionDeniedError", "auth_error"};
        case 404:
            return {"NotFoundError", "invalid_request_error"};
        case 408:
        case 504:
            return {"Timeout", "timeout_error"};
        case 429:
            return {"RateLimitError", "throttling_error"};
        case 503:
            return {"ServiceUnavailableError", "None"};
        default:
            return status >= 500 ? Names{"InternalServerError", "None"}
                                 : Names{"BadRequestError", "invalid_request_error"};
    }
}

class LiteLlm : public Dialect {
public:
    using Dialect::Dialect;

    std::optional<Reply> page(const HttpRequest& request,
                              const std::vector<OpenAiModel>& models) const override;
    std::string_view credential(const HttpRequest& request) const override;
    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    OpenAiError usual_error(int status, std::string_view kind) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    void write_message_extras(JsonWriter& writer, const Answer& answer) const override;
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string lines(const Served& served) const override;
};

void write_model_info(JsonWriter& writer, const OpenAiModel& model) {
    writer.begin_object().field("model_name", model.name);
    writer.key("litellm_params").begin_object().field("model", "openai/" + model.name);
    writer.end_object().key("model_info").begin_object().field("id", "id-" + model.name);
    writer.field("db_model", false).field("max_input_tokens", model.context_length);
    writer.field("input_cost_per_token", kInputPrice);
    writer.field("output_cost_per_token", kOutputPrice).field("litellm_provider", "openai");
    writer.field("mode", model.embedding_length > 0 ? "embedding" : "chat");
    writer.end_object().end_object();
}

std::optional<Reply> LiteLlm::page(const HttpRequest& request,
                                   const std::vector<OpenAiModel>& models) const {
    if (request.method != "GET") {
        return std::nullopt;
    }
    if (request.path == "/health/liveliness" || request.path == "/health/liveness") {
        return json_reply(R"("I'm alive!")");
    }
    if (request.path == "/health/readiness") {
        return json_reply(R"({"status":"connected","db":"Not connected","cache":null})");
    }
    if (request.path != "/v1/model/info" && request.path != "/model/info") {
        return std::nullopt;
    }
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().key("data").begin_array();
    for (const auto& model : models) {
        write_model_info(writer, model);
    }
    writer.end_array().end_object();
    return json_reply(std::move(body));
}

std::string_view LiteLlm::credential(const HttpRequest& request) const {
    if (const auto bearer = bearer_of(request.authorization); !bearer.empty()) {
        return bearer;
    }
    for (const auto* name : {"x-litellm-api-key", "api-key", "x-api-key"}) {
        if (const auto key = request.header(name); !key.empty()) {
            return key.starts_with("Bearer ") ? bearer_of(key) : key;
        }
    }
    return {};
}

std::optional<OpenAiError> LiteLlm::authorize(const HttpRequest& request,
                                              const KeyRing& keys) const {
    const auto key = credential(request);
    if (keys.accepts(key)) {
        return std::nullopt;
    }
    return OpenAiError{401,
                       key.empty() ? "Authentication Error, No api key passed in."
                                   : "Authentication Error, Invalid proxy server token passed.",
                       "None", "", "auth_error"};
}

void LiteLlm::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    writer.begin_object().field("id", model.name).field("object", "model");
    writer.field("created", 1'677'610'602).field("owned_by", "openai").end_object();
}

Reply LiteLlm::error(const OpenAiError& error) const {
    const auto names = names_of(error.status, error.code);
    // What the proxy itself refuses has no exception in its words.
    const bool own = error.type == "auth_error" || error.type == "budget_exceeded";
    auto reply = json_reply({});
    reply.status = error.status;
    JsonWriter writer(reply.body);
    writer.begin_object().key("error").begin_object();
    writer.field("message", own ? error.message
                                : fmt::format("litellm.{}: {}", names.exception, error.message));
    writer.field("type", own ? std::string_view(error.type) : names.type);
    write_or_null(writer, "param", error.param);
    writer.field("code", std::to_string(error.status)).end_object().end_object();
    return reply;
}

OpenAiError LiteLlm::usual_error(int status, std::string_view kind) const {
    if (kind == "budget") {
        return {status, "Budget has been exceeded! Current cost: 10.000123, Max budget: 10.0", "",
                "", "budget_exceeded"};
    }
    return Dialect::usual_error(status, kind);
}

OpenAiError LiteLlm::unknown_model(std::string_view name) const {
    return {400,
            fmt::format("Invalid model name passed in model={}. Call `/v1/models` to view "
                        "available models for your key.",
                        name),
            "", ""};
}

void LiteLlm::write_message_extras(JsonWriter& writer, const Answer& answer) const {
    if (answer.tools.empty()) {
        writer.key("tool_calls").null();
    }
    writer.key("function_call").null();
}

void LiteLlm::write_extras(JsonWriter& writer, const CompletionFrame&, bool whole) const {
    if (whole) {
        writer.field("service_tier", "default");
    }
    writer.field("system_fingerprint", "fp_simulated");
}

std::string LiteLlm::lines(const Served& served) const {
    auto out = header_line("x-litellm-call-id", random_alnum(32)) +
               header_line("x-litellm-version", "1.77.0");
    if (served.allowance) {
        out += header_line("x-ratelimit-limit-requests", served.allowance->request_limit) +
               header_line("x-ratelimit-remaining-requests", served.allowance->requests_left);
    }
    if (!served.model || served.status >= 400) {
        return out;
    }
    out += header_line("x-litellm-model-id", "id-" + served.model->name) +
           header_line("x-litellm-model-group", served.model->name) +
           header_line("x-litellm-attempted-retries", 0) +
           header_line("x-litellm-attempted-fallbacks", 0) +
           header_line("x-litellm-overhead-duration-ms", "0.4") +
           header_line("x-litellm-key-spend", "0.001") +
           header_line("llm_provider-openai-version", "2020-10-01");
    if (!served.stream) {
        const auto cost = static_cast<double>(served.prompt_tokens) * kInputPrice +
                          static_cast<double>(served.output_tokens) * kOutputPrice;
        out += header_line("x-litellm-response-cost", fmt::format("{}", cost));
    }
    return out;
}

}  // namespace

std::unique_ptr<Dialect> make_litellm(const DialectSettings& settings) {
    return std::make_unique<LiteLlm>(traits_of(settings));
}

}  // namespace llmr::simulator
