#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/message_parts.hpp"
#include "providers/openai_parameters.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

void write_tools(JsonWriter& out, const RequestOptions& options) {
    if (options.tools.empty()) return;
    out.key("tools").begin_array();
    for (const ToolSpec& tool : options.tools) {
        out.begin_object().field("type", "function").field("name", tool.name);
        optional_field(out, "description", tool.description);
        out.key("parameters");
        if (tool.parameters)
            out.value(*tool.parameters);
        else
            out.raw(R"({"type":"object","properties":{}})");
        // Absent means strict in this dialect, and not in any other.
        out.field("strict", tool.strict.value_or(false)).end_object();
    }
    out.end_array();
    if (options.tool_choice == ToolChoice::named) {
        out.key("tool_choice").begin_object().field("type", "function");
        out.field("name", options.chosen_tool).end_object();
    } else if (const auto word = tool_choice_word(options.tool_choice); !word.empty()) {
        out.field("tool_choice", word);
    }
    optional_field(out, "parallel_tool_calls", options.parallel_tool_calls);
}

void write_text_format(JsonWriter& out, const RequestOptions& options) {
    if (options.format == RequestOptions::Format::text) return;
    out.key("text").begin_object().key("format").begin_object();
    if (options.format == RequestOptions::Format::json) {
        out.field("type", "json_object");
    } else {
        out.field("type", "json_schema").field("name", options.schema_name);
        out.field("schema", options.schema);
        out.field("strict", options.schema_strict.value_or(false));
    }
    out.end_object().end_object();
}

void drop_unknown(Dialect client, RequestOptions& options) {
    drop_local_sampling(client, options);
    drop(options.seed, "seed", client, options.ignored);
    drop(options.presence_penalty, "presence_penalty", client, options.ignored);
    drop(options.frequency_penalty, "frequency_penalty", client, options.ignored);
}

}  // namespace

Result<UpstreamRequest> write_responses_chat(const ChatRequest& request, RequestOptions options,
                                             const Target& target) {
    if (!options.stop.empty())
        return unsupported(client_name(request.dialect, "stop"),
                           "the server that answers knows no stop sequences");
    UpstreamRequest upstream;
    upstream.path = "/responses";
    drop_unknown(request.dialect, options);
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model);
    const std::string instructions = leading_system_text(request);
    if (!instructions.empty()) out.field("instructions", instructions);
    out.key("input");
    if (auto bad = write_responses_items(out, request)) return std::move(*bad);
    out.field("stream", request.stream).field("store", false);
    optional_field(out, "max_output_tokens", request.max_output_tokens);
    optional_field(out, "temperature", options.temperature);
    optional_field(out, "top_p", options.top_p);
    if (options.logprobs) {
        out.key("include").begin_array().value("message.output_text.logprobs").end_array();
        optional_field(out, "top_logprobs", options.top_logprobs);
    }
    write_text_format(out, options);
    if (const auto effort = effort_for(options, model_facts(target.model)))
        out.key("reasoning").begin_object().field("effort", *effort).end_object();
    else if (asks_to_think(options))
        options.ignored.emplace_back(thinking_name(request.dialect));
    write_tools(out, options);
    if (!options.user.empty()) out.field("user", options.user);
    out.end_object();
    upstream.ignored = std::move(options.ignored);
    return upstream;
}

}  // namespace llmr::providers
