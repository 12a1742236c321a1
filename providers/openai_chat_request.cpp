#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/fields.hpp"
#include "providers/forced_call.hpp"
#include "providers/message_parts.hpp"
#include "providers/model_facts.hpp"
#include "providers/openai_parameters.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

void write_sampling(JsonWriter& out, const RequestOptions& options) {
    optional_field(out, "temperature", options.temperature);
    optional_field(out, "top_p", options.top_p);
    optional_field(out, "seed", options.seed);
    optional_field(out, "presence_penalty", options.presence_penalty);
    optional_field(out, "frequency_penalty", options.frequency_penalty);
    if (!options.stop.empty()) {
        out.key("stop").begin_array();
        for (const std::string_view stop : options.stop)
            out.value(stop);
        out.end_array();
    }
    if (options.logprobs) {
        out.field("logprobs", true);
        optional_field(out, "top_logprobs", options.top_logprobs);
    }
}

void write_format(JsonWriter& out, const RequestOptions& options) {
    if (options.format == RequestOptions::Format::text) return;
    out.key("response_format").begin_object();
    if (options.format == RequestOptions::Format::json) {
        out.field("type", "json_object");
    } else {
        out.field("type", "json_schema").key("json_schema").begin_object();
        out.field("name", options.schema_name).field("schema", options.schema);
        optional_field(out, "strict", options.schema_strict);
        out.end_object();
    }
    out.end_object();
}

void write_tools(JsonWriter& out, const RequestOptions& options) {
    if (options.tools.empty()) return;
    write_function_tools(out, options, /*with_strict=*/true);
    if (options.tool_choice == ToolChoice::named) {
        out.key("tool_choice").begin_object().field("type", "function");
        out.key("function").begin_object().field("name", options.chosen_tool);
        out.end_object().end_object();
    } else if (const auto word = tool_choice_word(options.tool_choice); !word.empty()) {
        out.field("tool_choice", word);
    }
    optional_field(out, "parallel_tool_calls", options.parallel_tool_calls);
}

// The server refuses this format unless the word is in a message.
bool must_say_json(const ChatRequest& request, const RequestOptions& options) {
    if (options.format != RequestOptions::Format::json) return false;
    for (const Message& message : request.messages) {
        if (to_lower(joined_text(message)).find("json") != std::string::npos) return false;
    }
    return true;
}

}  // namespace

Result<UpstreamRequest> write_openai_chat(const ChatRequest& request, RequestOptions options,
                                          const Target& target) {
    const ModelFacts facts = model_facts(target.model);
    UpstreamRequest upstream;
    upstream.path = "/chat/completions";
    drop_local_sampling(request.dialect, options);
    std::string messages;
    JsonWriter history(messages);
    if (auto bad = write_openai_messages(history, request, target.model)) return std::move(*bad);
    if (must_say_json(request, options))
        messages = with_instruction(messages, "Answer with a JSON object.");
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).raw_field("messages", messages);
    out.field("stream", request.stream);
    if (request.stream)
        out.key("stream_options").begin_object().field("include_usage", true).end_object();
    optional_field(out, facts.max_completion_tokens ? "max_completion_tokens" : "max_tokens",
                   request.max_output_tokens);
    write_sampling(out, options);
    write_format(out, options);
    if (const auto effort = effort_for(options, facts))
        out.field("reasoning_effort", *effort);
    else if (asks_to_think(options))
        options.ignored.emplace_back(thinking_name(request.dialect));
    write_tools(out, options);
    if (!options.user.empty()) out.field("user", options.user);
    out.end_object();
    upstream.ignored = std::move(options.ignored);
    return upstream;
}

Result<UpstreamRequest> write_openai_embed(const ChatRequest& request, const Target& target) {
    std::optional<Error> error;
    const Fields fields(request.root, error);
    UpstreamRequest upstream;
    upstream.path = "/embeddings";
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).key("input").begin_array();
    for (const std::string_view text : request.inputs)
        out.value(text);
    out.end_array();
    optional_field(out, "dimensions", fields.integer("dimensions"));
    out.end_object();
    if (error) return std::move(*error);
    return upstream;
}

}  // namespace llmr::providers
