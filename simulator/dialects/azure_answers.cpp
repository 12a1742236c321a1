// What Azure OpenAI answers, and how it refuses.
#include "core/ids.hpp"
#include "simulator/dialects/azure.hpp"
#include "simulator/dialects/azure_filter.hpp"

namespace llmr::simulator {

OpenAiError azure_gateway_error(int status, std::string code, std::string message) {
    return {status, std::move(message), "", std::move(code), ""};
}

OpenAiError azure_access_denied() {
    return azure_gateway_error(
        401, "401",
        "Access denied due to invalid subscription key or wrong API endpoint. "
        "Make sure to provide a valid key for an active subscription and use a "
        "correct regional API endpoint for your resource.");
}

Reply Azure::error(const OpenAiError& error) const {
    if (error.code == "content_filter") {
        return blocked_prompt(error.message);
    }
    const bool gateway = error.type.empty() || error.status == 401 || error.status == 404;
    if (!gateway) {
        return openai_error(error);
    }
    auto reply = json_reply({});
    reply.status = error.status;
    const auto code = error.code.empty() ? std::to_string(error.status) : error.code;
    JsonWriter writer(reply.body);
    writer.begin_object().key("error").begin_object().field("code", code);
    writer.field("message",
                 error.code.empty() && error.status == 404 ? "Resource not found" : error.message);
    writer.end_object().end_object();
    return reply;
}

OpenAiError Azure::usual_error(int status, std::string_view kind) const {
    if (kind == "content_filter") {
        return {400, std::string(kBlockedPrompt), "prompt", "content_filter"};
    }
    if (kind == "quota") {
        return Dialect::usual_error(status, kind);
    }
    switch (status) {
        case 401:
            return azure_access_denied();
        case 403:
            return azure_gateway_error(
                403, "PermissionDenied",
                "The principal lacks the required data action to perform the "
                "operation.");
        case 404:
            return unknown_model("");
        case 429:
            return azure_gateway_error(
                429, "429",
                "Requests to the ChatCompletions_Create Operation have exceeded "
                "the call rate limit of your current pricing tier. Please retry "
                "after 6 seconds.");
        default:
            return Dialect::usual_error(status, kind);
    }
}

OpenAiError Azure::unknown_model(std::string_view) const {
    return azure_gateway_error(
        404, "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the "
        "deployment within the last 5 minutes, please wait a moment and try "
        "again.");
}

void Azure::write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                                std::string_view finish_reason, ChoicePart part) const {
    if (frame.filter_frames && part != ChoicePart::whole) {
        return;  // the filter judges later
    }
    writer.key("content_filter_results");
    if (part == ChoicePart::finish && finish_reason != "content_filter") {
        writer.begin_object().end_object();
    } else {
        write_filter_results(writer, finish_reason == "content_filter");
    }
}

void Azure::write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const {
    Dialect::write_extras(writer, frame, whole);
    if (whole) {
        write_prompt_filter_results(writer);
    }
}

std::string Azure::before_stream() const {
    std::string event = "data: ";
    JsonWriter writer(event);
    writer.begin_object().key("choices").begin_array().end_array().field("created", 0);
    writer.field("id", "").field("model", "").field("object", "");
    write_prompt_filter_results(writer);
    writer.end_object();
    return event + "\n\n";
}

std::string Azure::after_finish(const CompletionFrame& frame) const {
    return frame.filter_frames ? filter_frame(frame.choices) : std::string();
}

/// Resets are whole seconds.
std::string Azure::lines(const Served& served) const {
    auto out = header_line("x-ms-region", "Sweden Central") +
               header_line("apim-request-id", random_alnum(32)) +
               header_line("x-request-id", random_alnum(32));
    if (served.allowance) {
        const auto& allowance = *served.allowance;
        const auto reset = std::chrono::ceil<std::chrono::seconds>(allowance.reset).count();
        out += header_line("x-ratelimit-limit-requests", allowance.request_limit) +
               header_line("x-ratelimit-limit-tokens", allowance.token_limit) +
               header_line("x-ratelimit-remaining-requests", allowance.requests_left) +
               header_line("x-ratelimit-remaining-tokens", allowance.tokens_left) +
               header_line("x-ratelimit-reset-requests", std::int64_t{reset}) +
               header_line("x-ratelimit-reset-tokens", std::int64_t{reset});
    }
    if (served.model) {
        out += header_line("azureml-model-session", "d001-simulated") +
               header_line("x-ms-deployment-name", served.model->name);
    }
    return out;
}

}  // namespace llmr::simulator
