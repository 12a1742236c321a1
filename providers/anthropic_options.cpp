#include <array>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "providers/option_parts.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

constexpr std::array kRefused{
    Refusal{"mcp_servers", "the model that answers has no MCP connector"},
    Refusal{"container", "the model that answers has no container"},
};
constexpr std::array<std::string_view, 1> kWithoutEffect{"context_management"};

std::optional<Error> read_tools(const Fields& fields, RequestOptions& options) {
    return read_flat_tools(fields, "custom", "input_schema", /*untyped=*/true, options);
}

std::optional<Error> read_tool_choice(const Fields& fields, RequestOptions& options) {
    const auto choice = fields.object("tool_choice");
    if (!choice) return std::nullopt;
    const std::string_view type = get_string(*choice, "type").value_or("");
    if (type == "auto") {
        options.tool_choice = ToolChoice::automatic;
    } else if (type == "none") {
        options.tool_choice = ToolChoice::none;
    } else if (type == "any") {
        options.tool_choice = ToolChoice::required;
    } else if (type == "tool") {
        options.tool_choice = ToolChoice::named;
        options.chosen_tool = get_string(*choice, "name").value_or("");
    } else {
        return Error(Errc::invalid_parameter, "'tool_choice.type' must be auto, any, tool or none",
                     "tool_choice.type");
    }
    if (get_bool(*choice, "disable_parallel_tool_use").value_or(false))
        options.parallel_tool_calls = false;
    return check_chosen_tool(options);
}

// Who does not ask for thinking gets none.
std::optional<Error> read_thinking(const Fields& fields, RequestOptions& options) {
    options.think = RequestOptions::Think::off;
    const auto thinking = fields.object("thinking");
    if (!thinking) return std::nullopt;
    const std::string_view type = get_string(*thinking, "type").value_or("");
    if (type == "disabled") return std::nullopt;
    if (type != "enabled" && type != "adaptive") {
        return Error(Errc::invalid_parameter,
                     "'thinking.type' must be enabled, adaptive or disabled", "thinking.type");
    }
    options.think = RequestOptions::Think::on;
    options.think_budget = get_int(*thinking, "budget_tokens");
    return std::nullopt;
}

std::optional<Error> read_output_config(const Fields& fields, RequestOptions& options) {
    auto format = fields.object("output_format");  // the name it had in beta
    if (const auto config = fields.object("output_config")) {
        const auto effort = get_string(*config, "effort");
        if (effort && options.think != RequestOptions::Think::off) {
            if (auto bad = read_effort(*effort, "output_config.effort", options)) return bad;
        }
        if (const auto inner = get_value(*config, "format")) format = inner;
    }
    if (!format) return std::nullopt;
    if (get_string(*format, "type") == "json_schema")
        return read_schema(format, "output_config.format.schema", options);
    return Error(Errc::invalid_parameter, "'output_config.format.type' must be json_schema",
                 "output_config.format.type");
}

}  // namespace

Result<RequestOptions> read_anthropic_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    using Step = std::optional<Error> (*)(const Fields&, RequestOptions&);
    constexpr std::array<Step, 4> kSteps{read_tools, read_tool_choice, read_thinking,
                                         read_output_config};
    if (auto bad = check_refused(fields, kRefused)) return std::move(*bad);
    note_ignored(fields, kWithoutEffect, options.ignored);
    options.temperature = fields.number("temperature");
    options.top_p = fields.number("top_p");
    options.top_k = fields.integer("top_k");
    if (const auto stop = fields.array("stop_sequences"))
        read_stop(*fields.any("stop_sequences"), "stop_sequences", options.stop, error);
    if (const auto metadata = fields.object("metadata"))
        options.user = get_string(*metadata, "user_id").value_or("");
    for (const Step step : kSteps) {
        if (auto bad = step(fields, options)) return std::move(*bad);
    }
    if (error) return std::move(*error);
    return options;
}

}  // namespace llmr::providers
