#include "simulator/openai_completions.hpp"

#include "core/json.hpp"
#include "simulator/json_view.hpp"
#include "simulator/openai_api.hpp"
#include "simulator/openai_request.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<OpenAiError>;

/// What the endpoint gives who states no limit.
constexpr std::int64_t kDefaultLimit = 16;
constexpr std::int64_t kMostLogprobs = 5;

/// A text, or the ids of its tokens, which say no more than how many there are.
bool read_one_prompt(element value, Prompt prompt, TextRequest& out) {
    if (value.is_string()) {
        prompt.question = string_of(value);
        prompt.prompt_tokens = count_tokens(prompt.question);
    } else if (value.is_array() && array_of(value).size() > 0 &&
               first_of(array_of(value)).is_number()) {
        prompt.prompt_tokens = static_cast<std::int64_t>(array_of(value).size());
    } else {
        return false;
    }
    out.prompts.push_back(std::move(prompt));
    return true;
}

Refusal read_prompts(element root, const Prompt& like, TextRequest& out) {
    const auto value = get_value(root, "prompt");
    if (!value) {
        out.prompts.push_back(like);
        return std::nullopt;
    }
    if (read_one_prompt(*value, like, out)) {
        return std::nullopt;
    }
    if (value->is_array() && array_of(*value).size() > 0) {
        bool all = true;
        for (const element prompt : array_of(*value)) {
            all = all && read_one_prompt(prompt, like, out);
        }
        if (all) {
            return std::nullopt;
        }
    }
    return openai_wrong_type("prompt", "a string, an array of strings, or arrays of token ids");
}

Refusal read_logprobs(element root, TextRequest& out) {
    const auto top = get_int(root, "logprobs");
    if (top && (*top < 0 || *top > kMostLogprobs)) {
        return OpenAiError{400, "Invalid 'logprobs': expected a value between 0 and 5.", "logprobs",
                           "invalid_value"};
    }
    out.logprobs = top.has_value();
    out.top_logprobs = static_cast<int>(top.value_or(0));
    return std::nullopt;
}

Refusal read_extras(element root, TextRequest& out) {
    if (get_bool(root, "echo").value_or(false)) {
        return OpenAiError{400, "Setting 'echo' is not supported by this model.", "echo",
                           "unsupported_parameter"};
    }
    if (get_int(root, "best_of").value_or(out.choices) < out.choices) {
        return OpenAiError{400,
                           "You requested that the server return more choices than it will "
                           "generate (HINT: 'best_of' must be at least 'n').",
                           "best_of", "invalid_value"};
    }
    return std::nullopt;
}

}  // namespace

Refusal read_text_request(element root, std::string_view model, TextRequest& out) {
    OpenAiRequest settings;
    settings.prompt.model = model;
    if (auto refusal = read_openai_settings(root, settings)) {
        return refusal;
    }
    if (!settings.prompt.max_tokens) {
        settings.prompt.max_tokens = kDefaultLimit;
    }
    out.stream = settings.stream;
    out.include_usage = settings.include_usage;
    out.choices = settings.choices;
    if (auto refusal = read_prompts(root, settings.prompt, out)) {
        return refusal;
    }
    if (auto refusal = read_logprobs(root, out)) {
        return refusal;
    }
    return read_extras(root, out);
}

Reply OpenAiApi::complete(std::string_view name, Exchange& exchange) {
    TextRequest asked;
    if (const auto refusal = read_text_request(exchange.root, name, asked)) {
        return dialect_.error(*refusal);
    }
    const auto* model = dialect_.resolve(models_, name);
    if (!model || model->embedding_length > 0) {
        return dialect_.error(dialect_.unknown_model(name));
    }
    for (const auto& prompt : asked.prompts) {
        if (const auto refusal = dialect_.too_long(*model, prompt)) {
            return dialect_.error(*refusal);
        }
    }
    auto reply = json_reply({});
    if (suffers(name, asked.stream, reply)) {
        return reply;
    }
    std::vector<Answer> answers;
    for (const auto& prompt : asked.prompts) {
        answers.push_back(make_answer(prompt, reply.switches.get()));
        exchange.served.prompt_tokens += answers.back().prompt_tokens;
        exchange.served.output_tokens += answers.back().output_tokens * asked.choices;
    }
    exchange.served.model = model;
    reply.body_tokens = exchange.served.output_tokens;
    auto frame = frame_of(reply, *model, "cmpl-");
    frame.choices = asked.choices;
    frame.include_usage = asked.include_usage;
    frame.logprobs = asked.logprobs;
    frame.top_logprobs = asked.top_logprobs;
    if (asked.stream) {
        stream(reply, text_completion_chunks(std::move(answers), std::move(frame)));
    } else {
        reply.body = text_completion_object(answers, frame);
    }
    return reply;
}

}  // namespace llmr::simulator
