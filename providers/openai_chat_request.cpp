#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/model_facts.hpp"
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
        out.field("name", "response").field("schema", options.schema).end_object();
    }
    out.end_object();
}

// Ollama clients send `think` to every model. A model that is known to reason cannot be switched
// off, so "off" asks for the least; one that is known to refuse the parameter is left alone.
void write_effort(JsonWriter& out, const RequestOptions& options, const ModelFacts& facts) {
    if (facts.refuses_effort) return;
    switch (options.think) {
        case RequestOptions::Think::unset:
            break;
        case RequestOptions::Think::level:
            out.field("reasoning_effort", options.think_level);
            break;
        case RequestOptions::Think::on:
            if (facts.reasons) out.field("reasoning_effort", "medium");
            break;
        case RequestOptions::Think::off:
            if (facts.reasons) out.field("reasoning_effort", "low");
            break;
    }
}

void write_tools(JsonWriter& out, const RequestOptions& options) {
    if (options.tools.empty()) return;
    out.key("tools").begin_array();
    for (const simdjson::dom::element tool : options.tools)
        out.value(tool);
    out.end_array();
}

}  // namespace

Result<UpstreamRequest> write_openai_chat(const ChatRequest& request, const RequestOptions& options,
                                          const Target& target) {
    const ModelFacts facts = model_facts(target.model);
    UpstreamRequest upstream;
    upstream.path = "/chat/completions";
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).key("messages");
    if (auto bad = write_openai_messages(out, request, target.model)) return std::move(*bad);
    out.field("stream", request.stream);
    if (request.stream)
        out.key("stream_options").begin_object().field("include_usage", true).end_object();
    optional_field(out, facts.max_completion_tokens ? "max_completion_tokens" : "max_tokens",
                   request.max_output_tokens);
    write_sampling(out, options);
    write_format(out, options);
    write_effort(out, options, facts);
    write_tools(out, options);
    out.end_object();
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
