#include "core/json.hpp"
#include "providers/fields.hpp"
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

void write_modes(JsonWriter& out, const RequestOptions& options) {
    if (options.format == RequestOptions::Format::json) out.field("format", "json");
    if (options.format == RequestOptions::Format::schema) out.field("format", options.schema);
    if (!options.tools.empty()) {
        out.key("tools").begin_array();
        for (const simdjson::dom::element tool : options.tools)
            out.value(tool);
        out.end_array();
    }
    if (options.think == RequestOptions::Think::off) out.field("think", false);
    if (options.think == RequestOptions::Think::on) out.field("think", true);
    if (options.think == RequestOptions::Think::level) out.field("think", options.think_level);
    optional_field(out, "keep_alive", options.keep_alive);
    if (options.logprobs) {
        out.field("logprobs", true);
        optional_field(out, "top_logprobs", options.top_logprobs);
    }
}

}  // namespace

Result<UpstreamRequest> write_ollama_chat(const ChatRequest& request, const RequestOptions& options,
                                          const Target& target) {
    UpstreamRequest upstream;
    upstream.path = "/api/chat";
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).key("messages");
    if (auto bad = write_ollama_messages(out, request)) return std::move(*bad);
    out.field("stream", request.stream);
    write_modes(out, options);
    const std::string model_options = options_json(request, options, target);
    if (model_options != "{}") out.raw_field("options", model_options);
    out.end_object();
    return upstream;
}

Result<UpstreamRequest> write_ollama_embed(const ChatRequest& request, const Target& target) {
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
