#include <algorithm>
#include <limits>
#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/format_instruction.hpp"
#include "providers/gemini_model.hpp"
#include "providers/gemini_thinking.hpp"
#include "providers/message_parts.hpp"
#include "providers/option_parts.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

constexpr std::size_t kMaxStopSequences = 5;
constexpr double kMaxTemperature = 2.0;
constexpr std::int64_t kMaxLogprobs = 20;

std::optional<Error> check(const ChatRequest& request, RequestOptions& options) {
    std::erase_if(options.stop, [](std::string_view stop) { return stop.empty(); });
    if (options.stop.size() <= kMaxStopSequences) return std::nullopt;
    return unsupported(client_name(request.dialect, "stop"),
                       "the server that answers takes at most 5 stop sequences");
}

void drop_unknown(Dialect client, RequestOptions& options) {
    drop(options.min_p, "min_p", client, options.ignored);
    drop(options.repeat_penalty, "repeat_penalty", client, options.ignored);
    if (options.top_k && *options.top_k <= 0) drop(options.top_k, "top_k", client, options.ignored);
}

// Older models refuse a format in a request that offers tools: there it is asked for in words.
bool format_in_words(const RequestOptions& options, const GeminiModel& model) {
    return !options.tools.empty() && !model.json_beside_tools;
}

// The seed is an int32 here; what is larger keeps its lower bits, and so its effect.
std::int64_t seed_of(std::int64_t seed) {
    using Limits = std::numeric_limits<std::int32_t>;
    const bool fits = seed >= Limits::min() && seed <= Limits::max();
    return fits ? seed : seed & Limits::max();
}

void write_sampling(JsonWriter& out, const RequestOptions& options) {
    if (options.temperature)
        out.field("temperature", std::min(*options.temperature, kMaxTemperature));
    optional_field(out, "topP", options.top_p);
    optional_field(out, "topK", options.top_k);
    if (options.seed) out.field("seed", seed_of(*options.seed));
    optional_field(out, "presencePenalty", options.presence_penalty);
    optional_field(out, "frequencyPenalty", options.frequency_penalty);
    if (options.stop.empty()) return;
    out.key("stopSequences").begin_array();
    for (const std::string_view stop : options.stop)
        out.value(stop);
    out.end_array();
}

void write_format(JsonWriter& out, const RequestOptions& options) {
    if (options.format == RequestOptions::Format::text) return;
    out.field("responseMimeType", "application/json");
    if (options.format == RequestOptions::Format::schema)
        out.field("responseJsonSchema", options.schema);
}

void write_logprobs(JsonWriter& out, const RequestOptions& options) {
    if (!options.logprobs) return;
    out.field("responseLogprobs", true);
    const std::int64_t alternatives = std::min(options.top_logprobs.value_or(0), kMaxLogprobs);
    if (alternatives > 0) out.field("logprobs", alternatives);
}

void write_generation_config(JsonWriter& out, const ChatRequest& request, RequestOptions& options,
                             const GeminiModel& model) {
    std::string json;
    JsonWriter config(json);
    config.begin_object();
    optional_field(config, "maxOutputTokens", request.max_output_tokens);
    write_sampling(config, options);
    if (!format_in_words(options, model)) write_format(config, options);
    write_logprobs(config, options);
    if (!write_thinking_config(config, options, model))
        options.ignored.emplace_back(thinking_name(request.dialect));
    config.end_object();
    if (json != "{}") out.raw_field("generationConfig", json);
}

void write_tools(JsonWriter& out, const RequestOptions& options) {
    out.key("tools").begin_array().begin_object().key("functionDeclarations").begin_array();
    for (const ToolSpec& tool : options.tools) {
        out.begin_object().field("name", tool.name);
        optional_field(out, "description", tool.description);
        if (tool.parameters && !says_nothing(*tool.parameters))
            out.field("parametersJsonSchema", *tool.parameters);
        out.end_object();
    }
    out.end_array().end_object().end_array();
}

std::string_view calling_mode(ToolChoice choice) {
    switch (choice) {
        case ToolChoice::unset:
            return {};
        case ToolChoice::automatic:
            return "AUTO";
        case ToolChoice::none:
            return "NONE";
        case ToolChoice::required:
        case ToolChoice::named:
            return "ANY";
    }
    return {};
}

void write_tool_choice(JsonWriter& out, const RequestOptions& options) {
    const std::string_view mode = calling_mode(options.tool_choice);
    if (mode.empty()) return;
    out.key("toolConfig").begin_object().key("functionCallingConfig").begin_object();
    out.field("mode", mode);
    if (options.tool_choice == ToolChoice::named) {
        out.key("allowedFunctionNames").begin_array().value(options.chosen_tool).end_array();
    }
    out.end_object().end_object();
}

std::string system_text(const ChatRequest& request, const RequestOptions& options,
                        const GeminiModel& model) {
    // System messages alone are told by the user: there must be something to answer.
    const bool alone = leading_system_messages(request) == request.messages.size();
    std::string system = alone ? std::string() : leading_system_text(request);
    if (format_in_words(options, model)) add_format_instruction(system, options);
    return system;
}

}  // namespace

Result<UpstreamRequest> write_gemini_chat(const ChatRequest& request, RequestOptions options,
                                          const Target& target) {
    if (auto bad = check(request, options)) return std::move(*bad);
    const GeminiModel model = gemini_model(target.model);
    UpstreamRequest upstream;
    upstream.path = request.stream ? gemini_path(target.model, "streamGenerateContent?alt=sse")
                                   : gemini_path(target.model, "generateContent");
    drop_unknown(request.dialect, options);
    JsonWriter out(upstream.body);
    out.begin_object().key("contents");
    if (auto bad = write_gemini_contents(out, request, target)) return std::move(*bad);
    if (const std::string system = system_text(request, options, model); !system.empty()) {
        out.key("systemInstruction").begin_object().key("parts").begin_array();
        out.begin_object().field("text", system).end_object().end_array().end_object();
    }
    if (!options.tools.empty()) {
        write_tools(out, options);
        write_tool_choice(out, options);
        upstream.one_tool_call = options.parallel_tool_calls == false;
    }
    write_generation_config(out, request, options, model);
    out.end_object();
    upstream.ignored = std::move(options.ignored);
    return upstream;
}

}  // namespace llmr::providers
