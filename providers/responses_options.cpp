#include <array>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "providers/option_parts.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

constexpr std::array kRefused{
    Refusal{"prompt", "stored prompts belong to the server that stores them"},
    Refusal{"modalities", "the model that answers writes text only"},
};
constexpr std::array<std::string_view, 1> kWithoutEffect{"include"};

std::optional<Error> read_tools(const Fields& fields, RequestOptions& options) {
    options.parallel_tool_calls = fields.boolean("parallel_tool_calls");
    return read_flat_tools(fields, "function", "parameters", /*untyped=*/false, options);
}

std::optional<Error> read_tool_choice(const Fields& fields, RequestOptions& options) {
    const auto choice = fields.any("tool_choice");
    if (!choice) return std::nullopt;
    std::string_view word;
    if (choice->get(word) == simdjson::SUCCESS) {
        options.tool_choice = tool_choice_of(word);
    } else if (get_string(*choice, "type") == "function") {
        options.tool_choice = ToolChoice::named;
        options.chosen_tool = get_string(*choice, "name").value_or("");
        return check_chosen_tool(options);
    }
    if (options.tool_choice != ToolChoice::unset) return std::nullopt;
    return unsupported("tool_choice",
                       "only none, auto, required or one named function is possible");
}

std::optional<Error> read_text_format(const Fields& fields, RequestOptions& options) {
    const auto text = fields.object("text");
    const auto format = text ? get_value(*text, "format") : std::nullopt;
    if (!format) return std::nullopt;
    const std::string_view type = get_string(*format, "type").value_or("");
    if (type == "text") return std::nullopt;
    if (type == "json_object") {
        options.format = RequestOptions::Format::json;
        return std::nullopt;
    }
    if (type == "json_schema") return read_schema(format, "text.format.schema", options);
    return Error(Errc::invalid_parameter,
                 "'text.format.type' must be text, json_object or json_schema", "text.format.type");
}

std::optional<Error> read_reasoning(const Fields& fields, RequestOptions& options) {
    const auto reasoning = fields.object("reasoning");
    const auto effort = reasoning ? get_string(*reasoning, "effort") : std::nullopt;
    if (!effort) return std::nullopt;
    return read_effort(*effort, "reasoning.effort", options);
}

}  // namespace

Result<RequestOptions> read_responses_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    using Step = std::optional<Error> (*)(const Fields&, RequestOptions&);
    constexpr std::array<Step, 4> kSteps{read_tools, read_tool_choice, read_text_format,
                                         read_reasoning};
    if (auto bad = check_refused(fields, kRefused)) return std::move(*bad);
    note_ignored(fields, kWithoutEffect, options.ignored);
    options.temperature = fields.number("temperature");
    options.top_p = fields.number("top_p");
    options.user = fields.string("user").value_or("");
    options.top_logprobs = fields.integer("top_logprobs");
    options.logprobs = options.top_logprobs.value_or(0) > 0;
    if (get_string(request.root, "truncation") == "auto") options.ignored.push_back("truncation");
    for (const Step step : kSteps) {
        if (auto bad = step(fields, options)) return std::move(*bad);
    }
    if (error) return std::move(*error);
    return options;
}

}  // namespace llmr::providers
