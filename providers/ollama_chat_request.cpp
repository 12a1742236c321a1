#include <algorithm>
#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/forced_call.hpp"
#include "providers/request_readers.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

// Absent parameters stay absent, so that the model's own defaults hold.
std::string options_json(const ChatRequest& request, const RequestOptions& options,
                         const Target& target) {
    std::string json;
    JsonWriter out(json);
    out.begin_object();
    optional_field(out, "num_ctx", target.num_ctx ? target.num_ctx : options.num_ctx);
    optional_field(out, "num_predict", request.max_output_tokens);
    optional_field(out, "temperature", options.temperature);
    optional_field(out, "top_p", options.top_p);
    optional_field(out, "top_k", options.top_k);
    optional_field(out, "min_p", options.min_p);
    optional_field(out, "seed", options.seed);
    optional_field(out, "presence_penalty", options.presence_penalty);
    optional_field(out, "frequency_penalty", options.frequency_penalty);
    optional_field(out, "repeat_penalty", options.repeat_penalty);
    if (!options.stop.empty()) {
        out.key("stop").begin_array();
        for (const std::string_view stop : options.stop)
            out.value(stop);
        out.end_array();
    }
    out.end_object();
    return json;
}

void write_options(JsonWriter& out, const ChatRequest& request, const RequestOptions& options,
                   const Target& target) {
    const std::string json = options_json(request, options, target);
    if (json != "{}") out.raw_field("options", json);
}

// A model that cannot think would answer 400 to being told to.
void write_think(JsonWriter& out, const RequestOptions& options, const Target& target,
                 Dialect client, UpstreamRequest& upstream) {
    using Think = RequestOptions::Think;
    if (asks_to_think(options) && target.thinks == false) {
        upstream.ignored.emplace_back(thinking_name(client));
        return;
    }
    if (options.think == Think::off) out.field("think", false);
    if (options.think == Think::on) out.field("think", true);
    if (options.think == Think::level) out.field("think", options.think_level);
}

void write_modes(JsonWriter& out, const RequestOptions& options, const Target& target,
                 Dialect client, UpstreamRequest& upstream) {
    if (options.format == RequestOptions::Format::json) out.field("format", "json");
    if (options.format == RequestOptions::Format::schema) out.field("format", options.schema);
    write_function_tools(out, options, /*with_strict=*/false);
    write_think(out, options, target, client, upstream);
    optional_field(out, "keep_alive", options.keep_alive);
    if (options.logprobs) {
        out.field("logprobs", true);
        optional_field(out, "top_logprobs", options.top_logprobs);
    }
}

}  // namespace

Result<UpstreamRequest> write_ollama_chat(const ChatRequest& request, RequestOptions options,
                                          const Target& target) {
    UpstreamRequest upstream;
    upstream.path = "/api/chat";
    upstream.ignored = std::move(options.ignored);
    if (options.tool_choice == ToolChoice::none) options.tools.clear();
    // Ollama can neither be forced to call a tool nor be kept from calling two.
    const auto forced = forced_call(options);
    if (forced) {
        upstream.forced_tool = forced->tool;
        options.tools.clear();
        options.format = RequestOptions::Format::text;
    } else if (!options.tools.empty() && options.parallel_tool_calls == false) {
        upstream.one_tool_call = true;
    }
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model);
    std::string messages;
    JsonWriter history(messages);
    if (auto bad = write_ollama_messages(history, request)) return std::move(*bad);
    out.raw_field("messages", forced ? with_instruction(messages, forced->instruction) : messages);
    out.field("stream", request.stream);
    if (forced) out.raw_field("format", forced->schema);
    write_modes(out, options, target, request.dialect, upstream);
    write_options(out, request, options, target);
    out.end_object();
    return upstream;
}

Result<UpstreamRequest> write_ollama_generate(const ChatRequest& request, RequestOptions options,
                                              const Target& target) {
    const auto prompt = completion_prompt(request);
    if (!prompt) return prompt.error();
    UpstreamRequest upstream;
    upstream.path = "/api/generate";
    upstream.ignored = std::move(options.ignored);
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).field("prompt", *prompt);
    optional_field(out, "suffix", get_string(request.root, "suffix"));
    out.field("stream", request.stream);
    optional_field(out, "keep_alive", options.keep_alive);
    write_options(out, request, options, target);
    out.end_object();
    return upstream;
}

Result<UpstreamRequest> write_ollama_embed(const ChatRequest& request, const Target& target) {
    if (auto bad = refuse_token_ids(request)) return std::move(*bad);
    std::optional<Error> error;
    const Fields fields(request.root, error);
    UpstreamRequest upstream;
    upstream.path = "/api/embed";
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).key("input").begin_array();
    for (const std::string_view text : request.inputs)
        out.value(text);
    out.end_array();
    // OpenAI refuses a text that is too long; Ollama would embed its beginning and say nothing.
    out.field("truncate", false);
    optional_field(out, "dimensions", fields.integer("dimensions"));
    optional_field(out, "keep_alive", fields.any("keep_alive"));
    if (target.num_ctx)
        out.key("options").begin_object().field("num_ctx", *target.num_ctx).end_object();
    out.end_object();
    if (error) return std::move(*error);
    return upstream;
}

}  // namespace llmr::providers
