#include <array>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/request_options.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

struct Refusal {
    std::string_view key;
    std::string_view why;
};

// Any value but null, an empty object or an empty array is refused. What is not in this table, not
// read below and not known (user, metadata, store, ...) does not change the answer: it is dropped.
constexpr std::array kRefused{
    Refusal{"logit_bias", "the local server has no token bias"},
    Refusal{"functions", "use 'tools'"},
    Refusal{"function_call", "use 'tools'"},
    Refusal{"audio", "local models do not speak"},
    Refusal{"web_search_options", "local models do not search the web"},
};

struct ThinkLevel {
    std::string_view effort;
    std::string_view level;  // empty: off
};

constexpr std::array kThinkLevels{
    ThinkLevel{"none", ""},         ThinkLevel{"minimal", "low"}, ThinkLevel{"low", "low"},
    ThinkLevel{"medium", "medium"}, ThinkLevel{"high", "high"},   ThinkLevel{"xhigh", "high"},
    ThinkLevel{"max", "high"},
};

bool is_empty(element value) {
    simdjson::dom::object object;
    simdjson::dom::array array;
    if (value.get(object) == simdjson::SUCCESS) return object.size() == 0;
    return value.get(array) == simdjson::SUCCESS && array.size() == 0;
}

std::optional<Error> check_refused(const Fields& fields) {
    for (const Refusal& refusal : kRefused) {
        const auto value = fields.any(refusal.key);
        if (value && !is_empty(*value)) return unsupported(std::string(refusal.key), refusal.why);
    }
    if (fields.integer("n").value_or(1) > 1) return unsupported("n", "one answer per request");
    return std::nullopt;
}

std::optional<Error> read_modalities(const Fields& fields) {
    const auto modalities = fields.array("modalities");
    if (!modalities) return std::nullopt;
    for (const element modality : *modalities) {
        std::string_view name;
        if (modality.get(name) != simdjson::SUCCESS || name != "text")
            return unsupported("modalities", "local models answer with text only");
    }
    return std::nullopt;
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
    options.logprobs = fields.boolean("logprobs").value_or(false);
    options.top_logprobs = fields.integer("top_logprobs");
    options.keep_alive = fields.any("keep_alive");
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
    if (type != "json_schema") {
        return Error(Errc::invalid_parameter,
                     "'response_format.type' must be text, json_object or json_schema",
                     "response_format.type");
    }
    const auto wrapper = get_value(*format, "json_schema");
    const auto schema = wrapper ? get_value(*wrapper, "schema") : std::nullopt;
    if (!schema || !schema->is_object()) {
        return Error(Errc::invalid_parameter,
                     "'response_format.json_schema.schema' must be an object",
                     "response_format.json_schema.schema");
    }
    options.format = RequestOptions::Format::schema;
    options.schema = *schema;
    return std::nullopt;
}

std::optional<Error> read_effort(const Fields& fields, RequestOptions& options) {
    auto effort = fields.string("reasoning_effort");
    if (!effort) {
        if (const auto reasoning = fields.any("reasoning"))
            effort = get_string(*reasoning, "effort");
    }
    if (!effort) return std::nullopt;
    for (const ThinkLevel& row : kThinkLevels) {
        if (row.effort != *effort) continue;
        options.think =
            row.level.empty() ? RequestOptions::Think::off : RequestOptions::Think::level;
        options.think_level = row.level;
        return std::nullopt;
    }
    return Error(Errc::invalid_parameter,
                 "'reasoning_effort' must be none, minimal, low, medium, high, xhigh or max",
                 "reasoning_effort");
}

std::optional<Error> keep_named_tool(element choice, RequestOptions& options) {
    const auto function = get_value(choice, "function");
    const auto name = function ? get_string(*function, "name") : std::nullopt;
    if (!name)
        return unsupported("tool_choice", "only none, auto or one named function is possible");
    std::erase_if(options.tools, [&](element tool) {
        const auto candidate = get_value(tool, "function");
        return !candidate || get_string(*candidate, "name") != name;
    });
    if (!options.tools.empty()) return std::nullopt;
    return Error(Errc::invalid_parameter, "'tool_choice' names a function that is not in 'tools'",
                 "tool_choice");
}

std::optional<Error> read_tool_choice(const Fields& fields, RequestOptions& options) {
    const auto choice = fields.any("tool_choice");
    if (!choice) return std::nullopt;
    std::string_view word;
    if (choice->get(word) != simdjson::SUCCESS) return keep_named_tool(*choice, options);
    if (word == "auto") return std::nullopt;
    if (word == "none") {
        options.tools.clear();
        return std::nullopt;
    }
    return unsupported("tool_choice", "a local model cannot be forced to call a tool");
}

std::optional<Error> read_tools(const Fields& fields, RequestOptions& options) {
    const auto tools = fields.array("tools");
    if (!tools) return std::nullopt;
    for (const element tool : *tools) {
        const std::string place = indexed("tools", options.tools.size());
        if (!tool.is_object()) return wrong_type(place, "an object", tool);
        if (get_string(tool, "type").value_or("function") != "function")
            return unsupported(place + ".type", "only function tools work with local models");
        options.tools.push_back(tool);
    }
    if (auto bad = read_tool_choice(fields, options)) return bad;
    if (!options.tools.empty() && !fields.boolean("parallel_tool_calls").value_or(true)) {
        return unsupported("parallel_tool_calls",
                           "a local model cannot be kept from making several calls");
    }
    return std::nullopt;
}

}  // namespace

void read_stop(element value, const std::string& path, std::vector<std::string_view>& stop,
               std::optional<Error>& error) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        stop.push_back(text);
        return;
    }
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) {
        if (!error) error = wrong_type(path, "a string or an array of strings", value);
        return;
    }
    for (const element item : items) {
        if (item.get(text) == simdjson::SUCCESS)
            stop.push_back(text);
        else if (!error)
            error = wrong_type(indexed(path, stop.size()), "a string", item);
    }
}

Result<RequestOptions> read_openai_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    using Step = std::optional<Error> (*)(const Fields&, RequestOptions&);
    constexpr std::array<Step, 3> kSteps{read_format, read_effort, read_tools};

    if (auto bad = check_refused(fields)) return std::move(*bad);
    if (auto bad = read_modalities(fields)) return std::move(*bad);
    read_sampling(fields, options, error);
    for (const Step step : kSteps) {
        if (auto bad = step(fields, options)) return std::move(*bad);
    }
    if (error) return std::move(*error);
    return options;
}

}  // namespace llmr::providers
