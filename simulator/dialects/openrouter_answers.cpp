// What OpenRouter answers, and how it refuses.
#include <array>

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "simulator/dialects/openrouter.hpp"
#include "simulator/dialects/openrouter_prices.hpp"
#include "simulator/http_head.hpp"

namespace llmr::simulator {
namespace {

/// Who serves a model: its vendor.
std::string_view provider_of(std::string_view model) {
    struct Row {
        std::string_view prefix;
        std::string_view provider;
    };
    constexpr std::array kRows{Row{"openai/", "OpenAI"}, Row{"anthropic/", "Anthropic"},
                               Row{"deepseek/", "DeepSeek"}, Row{"google/", "Google AI Studio"}};
    for (const auto& row : kRows) {
        if (model.starts_with(row.prefix)) {
            return row.provider;
        }
    }
    return "Together";
}

void write_metadata(JsonWriter& writer, const OpenAiError& error) {
    if (error.status == 403) {
        writer.key("metadata").begin_object();
        writer.key("reasons").begin_array().value("violence").end_array();
        writer.field("flagged_input", "...").field("provider_name", "OpenAI").end_object();
    } else if (error.status == 429 || error.status >= 500) {
        writer.key("metadata").begin_object().field("provider_name", "OpenAI");
        writer.field("raw", error.message).end_object();
    }
}

void write_error(JsonWriter& writer, const OpenAiError& error) {
    writer.key("error").begin_object().field("message", error.message);
    writer.field("code", error.status);
    write_metadata(writer, error);
    writer.end_object();
}

void write_cost(JsonWriter& writer, std::string_view model, std::int64_t prompt,
                std::int64_t output) {
    const auto price = openrouter_price(model);
    const auto prompt_cost = static_cast<double>(prompt) * price.prompt;
    const auto output_cost = static_cast<double>(output) * price.completion;
    writer.field("cost", prompt_cost + output_cost).field("is_byok", false);
    writer.key("cost_details").begin_object().key("upstream_inference_cost").null();
    writer.field("upstream_inference_prompt_cost", prompt_cost);
    writer.field("upstream_inference_completions_cost", output_cost).end_object();
}

}  // namespace

Reply OpenRouter::error(const OpenAiError& error) const {
    auto reply = json_reply({});
    reply.status = error.status;
    JsonWriter writer(reply.body);
    writer.begin_object();
    write_error(writer, error);
    if (error.status != 401) {
        writer.field("user_id", "user_simulated");
    }
    writer.end_object();
    return reply;
}

OpenAiError OpenRouter::usual_error(int status, std::string_view kind) const {
    if (kind == "quota" || status == 402) {
        return {402,
                "This request requires more credits, or fewer max_tokens. Add credits to your "
                "account to go on.",
                "", ""};
    }
    switch (status) {
        case 401:
            return {status, "User not found.", "", ""};
        case 403:
            return {status, "Input was flagged by moderation.", "", ""};
        case 404:
            return {status, "No endpoints found that match your request.", "", ""};
        case 429:
            return {status, "Provider returned error: rate limited upstream.", "", ""};
        case 502:
            return {status, "Provider returned error", "", ""};
        case 503:
            return {status, "There is no available model provider that meets your routing needs.",
                    "", ""};
        default:
            return {status, std::string(reason_phrase(status)), "", ""};
    }
}

OpenAiError OpenRouter::unknown_model(std::string_view name) const {
    return {400, std::string(name) + " is not a valid model ID", "", ""};
}

std::string OpenRouter::error_event(const OpenAiError& error) const {
    std::string event = "data: ";
    JsonWriter writer(event);
    writer.begin_object().field("id", "gen-" + random_alnum(24));
    writer.field("object", "chat.completion.chunk").field("created", utc_ms() / 1000);
    writer.field("provider", "OpenAI");
    write_error(writer, error);
    writer.key("choices").begin_array().begin_object().field("index", 0);
    writer.key("delta").begin_object().field("content", "").end_object();
    writer.field("finish_reason", "error").field("native_finish_reason", "error");
    writer.end_object().end_array().end_object();
    return event + "\n\n";
}

void OpenRouter::write_usage(JsonWriter& writer, const Answer& answer,
                             const CompletionFrame& frame) const {
    const auto output = answer.output_tokens * frame.choices;
    writer.begin_object().field("prompt_tokens", answer.prompt_tokens);
    writer.field("completion_tokens", output);
    writer.field("total_tokens", answer.prompt_tokens + output);
    write_cost(writer, frame.model, answer.prompt_tokens, output);
    writer.key("prompt_tokens_details").begin_object().field("cached_tokens", 0);
    writer.field("cache_write_tokens", 0).field("audio_tokens", 0).field("video_tokens", 0);
    writer.end_object().key("completion_tokens_details").begin_object();
    writer.field("reasoning_tokens", answer.thinking_tokens * frame.choices);
    writer.field("image_tokens", 0).end_object().end_object();
}

void OpenRouter::write_embedding_usage(JsonWriter& writer, const OpenAiModel& model,
                                       std::int64_t tokens) const {
    writer.begin_object().field("prompt_tokens", tokens).field("total_tokens", tokens);
    write_cost(writer, model.name, tokens, 0);
    writer.end_object();
}

void OpenRouter::write_reasoning(JsonWriter& writer, std::string_view text) const {
    writer.field("reasoning", text).key("reasoning_details").begin_array().begin_object();
    writer.field("type", "reasoning.text").field("text", text);
    writer.field("format", "unknown").field("index", 0).end_object().end_array();
}

void OpenRouter::write_message_extras(JsonWriter& writer, const Answer& answer) const {
    writer.key("refusal").null();
    if (answer.thinking.empty()) {
        writer.key("reasoning").null();
    }
}

void OpenRouter::write_choice_extras(JsonWriter& writer, const CompletionFrame&,
                                     std::string_view finish_reason, ChoicePart) const {
    writer.key("native_finish_reason");
    if (finish_reason.empty()) {
        writer.null();
    } else {
        writer.value(finish_reason);
    }
}

void OpenRouter::write_extras(JsonWriter& writer, const CompletionFrame& frame, bool) const {
    writer.field("provider", provider_of(frame.model));
}

/// Only who is refused is told the limits; the reset is a UTC time in milliseconds.
std::string OpenRouter::lines(const Served& served) const {
    auto out = header_line("X-Generation-Id", "gen-" + random_alnum(24));
    if (served.allowance && served.status == 429) {
        const auto& allowance = *served.allowance;
        out += header_line("X-RateLimit-Limit", allowance.request_limit) +
               header_line("X-RateLimit-Remaining", allowance.requests_left) +
               header_line("X-RateLimit-Reset", utc_ms() + allowance.reset.count());
    }
    return out;
}

}  // namespace llmr::simulator
