#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/option_parts.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// Parameters of /api/generate that reach below the chat interface.
constexpr std::string_view kChatOnly = "this model is reached through a chat interface";
constexpr std::array kRawPrompt{Refusal{"raw", kChatOnly}, Refusal{"template", kChatOnly},
                                Refusal{"context", kChatOnly}, Refusal{"suffix", kChatOnly}};

// Options that are read here, and those that only say how a local server is to work.
constexpr std::array<std::string_view, 21> kKnownOptions{
    "temperature",       "top_p",    "min_p",    "presence_penalty", "frequency_penalty",
    "repeat_penalty",    "top_k",    "seed",     "num_ctx",          "stop",
    "num_predict",       "think",    "num_gpu",  "main_gpu",         "num_thread",
    "num_batch",         "use_mmap", "num_keep", "low_vram",         "use_mlock",
    "draft_num_predict",
};

void read_sampling(const Fields& fields, RequestOptions& options, std::optional<Error>& error) {
    options.temperature = fields.number("temperature");
    options.top_p = fields.number("top_p");
    options.min_p = fields.number("min_p");
    options.presence_penalty = fields.number("presence_penalty");
    options.frequency_penalty = fields.number("frequency_penalty");
    options.repeat_penalty = fields.number("repeat_penalty");
    options.top_k = fields.integer("top_k");
    options.num_ctx = fields.integer("num_ctx");
    options.seed = fields.integer("seed");
    if (options.seed && *options.seed < 0) options.seed.reset();  // -1 means random
    if (const auto stop = fields.any("stop"))
        read_stop(*stop, fields.path_of("stop"), options.stop, error);
}

void note_unknown(const Fields& fields, simdjson::dom::object members, RequestOptions& options) {
    for (const auto& [key, value] : members) {
        const bool known =
            std::find(kKnownOptions.begin(), kKnownOptions.end(), key) != kKnownOptions.end();
        if (!known && !value.is_null()) options.ignored.push_back(fields.path_of(key));
    }
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

// Ollama leaves roles that it does not know to the model's template; others have no such thing.
std::optional<Error> check_roles(const ChatRequest& request) {
    constexpr std::array<std::string_view, 4> kRoles{"system", "user", "assistant", "tool"};
    const auto messages = get_value(request.root, "messages");
    simdjson::dom::array list;
    if (!messages || messages->get(list) != simdjson::SUCCESS) return std::nullopt;
    std::size_t index = 0;
    for (const element message : list) {
        const std::string place = indexed("messages", index++) + ".role";
        const std::string role = to_lower(get_string(message, "role").value_or(""));
        if (std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end()) continue;
        return Error(Errc::invalid_parameter,
                     "'" + place + "' must be system, user, assistant or tool", place);
    }
    return std::nullopt;
}

std::optional<Error> read_tools(const Fields& fields, RequestOptions& options) {
    const auto tools = fields.array("tools");
    if (!tools) return std::nullopt;
    for (const element tool : *tools) {
        const std::string place = indexed("tools", options.tools.size()) + ".function";
        const auto function = get_value(tool, "function");
        if (!function) return Error(Errc::missing_parameter, "'" + place + "' is required", place);
        if (auto bad = read_function(*function, "parameters", place, options)) return bad;
    }
    return std::nullopt;
}

}  // namespace

Result<RequestOptions> read_ollama_options(const ChatRequest& request) {
    RequestOptions options;
    std::optional<Error> error;
    const Fields fields(request.root, error);
    if (request.operation == Operation::generate) {
        if (auto bad = check_refused(fields, kRawPrompt)) return std::move(*bad);
    }
    if (auto bad = check_roles(request)) return std::move(*bad);
    auto think = fields.any("think");
    simdjson::dom::object members;
    if (const auto object = fields.object("options");
        object && object->get(members) == simdjson::SUCCESS) {
        const Fields inner(*object, error, "options");
        read_sampling(inner, options, error);
        note_unknown(inner, members, options);
        if (!think) think = inner.any("think");  // where some client libraries put it
    }
    if (think) {
        if (auto bad = read_think(fields, *think, options)) return std::move(*bad);
    }
    read_format(fields, options);
    options.logprobs = fields.boolean("logprobs").value_or(false);
    options.top_logprobs = fields.integer("top_logprobs");
    if (auto bad = read_tools(fields, options)) return std::move(*bad);
    if (error) return std::move(*error);
    return options;
}

}  // namespace llmr::providers
