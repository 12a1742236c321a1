#include <array>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "providers/option_parts.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// What is neither here nor read below nor in kWithoutEffect does not change the answer (metadata,
// store, service_tier, ...).
constexpr std::array kRefused{
    Refusal{"logit_bias", "the model that answers has no token bias"},
    Refusal{"functions", "use 'tools'"},
    Refusal{"function_call", "use 'tools'"},
    Refusal{"audio", "the model that answers does not speak"},
    Refusal{"web_search_options", "the model that answers does not search the web"},
};
constexpr std::array kRefusedCompletion{
    Refusal{"logit_bias", "the model that answers has no token bias"},
    Refusal{"echo", "the model that answers gives the completion only"},
    Refusal{"logprobs", "the model that answers does not give them for completions"},
};
constexpr std::array<std::string_view, 2> kWithoutEffect{"prediction", "verbosity"};

std::optional<Error> read_modalities(const Fields& fields) {
    const auto modalities = fields.array("modalities");
    if (!modalities) return std::nullopt;
    for (const element modality : *modalities) {
        std::string_view name;
        if (modality.get(name) != simdjson::SUCCESS || name != "text")
            return unsupported("modalities", "the model that answers writes text only");
    }
    return std::nullopt;
}

std::optional<Error> check_count(const Fields& fields, std::string_view key) {
    if (fields.integer(key).value_or(1) <= 1) return std::nullopt;
    return unsupported(std::string(key), "the model that answers gives one answer per request");
}

void read_sampling(const Fields& fields, RequestOptions& options, std::optional<Error>& error) {
    options.temperature = fields.number("temperature");
    options.top_p = fields.number("top_p");
    options.min_p = fields.number("min_p");
    options.presence_penalty = fields.number("presence_penalty");
    options.frequency_penalty = fields.number("frequency_penalty");
    options.repeat_penalty = fields.number("repeat_penalty");
    options.top_k = fields.integer("top_k");
    options.seed = fields.integer("seed");
    options.num_ctx = fields.integer("num_ctx");
    options.keep_alive = fields.any("keep_alive");
    options.user = fields.string("user").value_or("");
    if (const auto stop = fields.any("stop")) read_stop(*stop, "stop", options.stop, error);
}

std::optional<Error> read_format(const Fields& fields, RequestOptions& options) {
    const auto format = fields.object("response_format");
    if (!format) return std::nullopt;
    const auto type = get_string(*format, "type").value_or("");
    if (type == "text") return std::nullopt;
    if (type == "json_object") {
        options.format = RequestOptions::Format::json;
        return std::nullopt;
    }
    if (type == "json_schema") {
        return read_schema(get_value(*format, "json_schema"), "response_format.json_schema.schema",
                           options);
    }
    return Error(Errc::invalid_parameter,
                 "'response_format.type' must be text, json_object or json_schema",
                 "response_format.type");
}

std::optional<Error> read_thinking(const Fields& fields, RequestOptions& options) {
    auto effort = fields.string("reasoning_effort");
    std::string path = "reasoning_effort";
    if (!effort) {
        if (const auto reasoning = fields.any("reasoning"))
            effort = get_string(*reasoning, "effort");
        path = "reasoning.effort";
    }
    if (!effort) return std::nullopt;
    return read_effort(*effort, path, options);
}

std::optional<Error> read_tool_choice(const Fields& fields, RequestOptions& options) {
    const auto choice = fields.any("tool_choice");
    if (!choice) return std::nullopt;
    std::string_view word;
    if (choice->get(word) == simdjson::SUCCESS) {
        options.tool_choice = tool_choice_of(word);
        if (options.tool_choice != ToolChoice::unset) return std::nullopt;
        return Error(Errc::invalid_parameter,
                     "'tool_choice' must be none, auto, required or a named function",
                     "tool_choice");
    }
    const auto function = get_value(*choice, "function");
    const auto name = function ? get_string(*function, "name") : std::nullopt;
    if (!name) {
        return unsupported("tool_choice",
                           "only none, auto, required or one named function is possible");
    }
    options.tool_choice = ToolChoice::named;
    options.chosen_tool = *name;
    return check_chosen_tool(options);
}

std::optional<Error> read_tools(const Fields& fields, RequestOptions& options) {
    const auto tools = fields.array("tools");
    if (!tools) return std::nullopt;
    for (const element tool : *tools) {
        const std::string place = indexed("tools", options.tools.size());
        if (!tool.is_object()) return wrong_type(place, "an object", tool);
        if (get_string(tool, "type").value_or("function") != "function") {
            return unsupported(place + ".type",
                               "only function tools work with the model that answers");
        }
        const auto function = get_value(tool, "function");
        if (!function) {
            return Error(Errc::missing_parameter, "'" + place + ".function' is required",
                         place + ".function");
        }
        if (auto bad = read_function(*function, "parameters", place + ".function", options))
            return bad;
    }
    options.parallel_tool_calls = fields.boolean("parallel_tool_calls");
    return read_tool_choice(fields, options);
}

}  // namespace

Result<RequestOptions> read_openai_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    using Step = std::optional<Error> (*)(const Fields&, RequestOptions&);
    constexpr std::array<Step, 3> kSteps{read_format, read_thinking, read_tools};

    if (auto bad = check_refused(fields, kRefused)) return std::move(*bad);
    if (auto bad = check_count(fields, "n")) return std::move(*bad);
    if (auto bad = read_modalities(fields)) return std::move(*bad);
    read_sampling(fields, options, error);
    options.logprobs = fields.boolean("logprobs").value_or(false);
    options.top_logprobs = fields.integer("top_logprobs");
    note_ignored(fields, kWithoutEffect, options.ignored);
    for (const Step step : kSteps) {
        if (auto bad = step(fields, options)) return std::move(*bad);
    }
    if (error) return std::move(*error);
    return options;
}

Result<RequestOptions> read_completion_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    if (auto bad = check_refused(fields, kRefusedCompletion)) return std::move(*bad);
    for (const std::string_view key : {"n", "best_of"}) {
        if (auto bad = check_count(fields, key)) return std::move(*bad);
    }
    read_sampling(fields, options, error);
    if (error) return std::move(*error);
    return options;
}

}  // namespace llmr::providers
