#include <array>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/request_options.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// Parameters of /api/generate that reach below the chat interface.
constexpr std::array<std::string_view, 4> kRawPromptKeys{"raw", "template", "context", "suffix"};

bool says_nothing(element value) {
    std::string_view text;
    bool flag = false;
    simdjson::dom::array array;
    if (value.get(text) == simdjson::SUCCESS) return text.empty();
    if (value.get(flag) == simdjson::SUCCESS) return !flag;
    return value.get(array) == simdjson::SUCCESS && array.size() == 0;
}

std::optional<Error> check_raw_prompt(const ChatRequest& request, const Fields& fields) {
    if (request.operation != Operation::generate) return std::nullopt;
    for (const std::string_view key : kRawPromptKeys) {
        const auto value = fields.any(key);
        if (value && !says_nothing(*value))
            return unsupported(std::string(key), "this model is reached through a chat interface");
    }
    return std::nullopt;
}

void read_sampling(const Fields& fields, RequestOptions& options, std::optional<Error>& error) {
    options.temperature = fields.number("temperature");
    options.top_p = fields.number("top_p");
    options.presence_penalty = fields.number("presence_penalty");
    options.frequency_penalty = fields.number("frequency_penalty");
    options.seed = fields.integer("seed");
    if (options.seed && *options.seed < 0) options.seed.reset();  // -1 means random
    if (const auto stop = fields.any("stop"))
        read_stop(*stop, fields.path_of("stop"), options.stop, error);
}

void read_format(const Fields& fields, RequestOptions& options) {
    const auto format = fields.any("format");
    if (!format) return;
    std::string_view name;
    if (format->is_object()) {
        options.format = RequestOptions::Format::schema;
        options.schema = *format;
    } else if (format->get(name) == simdjson::SUCCESS && name == "json") {
        options.format = RequestOptions::Format::json;
    } else if (!name.empty()) {
        fields.fail("format", "\"json\" or a JSON schema object");
    }
}

std::optional<Error> read_think(const Fields& fields, element think, RequestOptions& options) {
    bool flag = false;
    std::string_view level;
    if (think.get(flag) == simdjson::SUCCESS) {
        options.think = flag ? RequestOptions::Think::on : RequestOptions::Think::off;
        return std::nullopt;
    }
    if (think.get(level) != simdjson::SUCCESS)
        return wrong_type(fields.path_of("think"), "a boolean or a level", think);
    if (level != "low" && level != "medium" && level != "high" && level != "max") {
        return Error(Errc::invalid_parameter,
                     "'think' must be true, false, low, medium, high or max",
                     fields.path_of("think"));
    }
    options.think = RequestOptions::Think::level;
    options.think_level = level == "max" ? "high" : level;
    return std::nullopt;
}

}  // namespace

Result<RequestOptions> read_ollama_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    if (auto bad = check_raw_prompt(request, fields)) return std::move(*bad);

    auto think = fields.any("think");
    if (const auto object = fields.object("options")) {
        const Fields inner(*object, error, "options");
        read_sampling(inner, options, error);
        if (!think) think = inner.any("think");  // where some client libraries put it
    }
    if (think) {
        if (auto bad = read_think(fields, *think, options)) return std::move(*bad);
    }
    read_format(fields, options);
    options.logprobs = fields.boolean("logprobs").value_or(false);
    options.top_logprobs = fields.integer("top_logprobs");
    if (const auto tools = fields.array("tools")) {
        for (const element tool : *tools)
            options.tools.push_back(tool);
    }
    if (error) return std::move(*error);
    return options;
}

}  // namespace llmr::providers
