#include "providers/answer_writer.hpp"
#include "providers/exchanges.hpp"
#include "providers/request_options.hpp"
#include "providers/responses_shapes.hpp"

namespace llmr::providers {
namespace {

bool asks_for_thinking(const ChatRequest& request) {
    const auto thinking = get_value(request.root, "thinking");
    return thinking && get_string(*thinking, "type").value_or("disabled") != "disabled";
}

}  // namespace

ExchangeSpec exchange_spec(const ChatRequest& request) {
    ExchangeSpec spec;
    spec.client = request.dialect;
    spec.operation = request.operation;
    spec.stream = request.stream;
    spec.include_usage = request.include_usage;
    spec.base64_embeddings = request.base64_embeddings;
    spec.input_count = request.inputs.size();
    if (request.dialect == Dialect::anthropic) spec.hide_reasoning = !asks_for_thinking(request);
    if (request.dialect == Dialect::openai_responses) spec.echo = responses_echo(request);
    return spec;
}

void echo(ExchangeSpec& spec, std::string_view key, std::string_view json) {
    const auto changed = replace_member("{" + spec.echo + "}", key, json);
    if (changed) spec.echo = changed->substr(1, changed->size() - 2);
}

std::string answer_id(Dialect client, Operation operation, std::string_view request_id) {
    std::string_view prefix = "chatcmpl-";
    if (operation == Operation::complete) prefix = "cmpl-";
    if (client == Dialect::openai_responses) prefix = "resp_";
    if (client == Dialect::anthropic) prefix = "msg_";
    return std::string(prefix).append(request_id);
}

std::unique_ptr<AnswerWriter> make_answer_writer(const ExchangeSpec& spec) {
    if (spec.operation == Operation::complete) {
        return spec.stream ? make_completion_stream_writer(spec)
                           : make_completion_body_writer(spec);
    }
    switch (spec.client) {
        case Dialect::openai_chat:
        case Dialect::gemini:  // no client speaks it
            break;
        case Dialect::openai_responses:
            return spec.stream ? make_responses_stream_writer(spec)
                               : make_responses_body_writer(spec);
        case Dialect::ollama:
            return spec.stream ? make_ollama_stream_writer(spec) : make_ollama_body_writer(spec);
        case Dialect::anthropic:
            return spec.stream ? make_anthropic_stream_writer(spec)
                               : make_anthropic_body_writer(spec);
    }
    return spec.stream ? make_openai_stream_writer(spec) : make_openai_body_writer(spec);
}

std::unique_ptr<Exchange> make_exchange(const ExchangeSpec& spec) {
    if (is_embedding(spec.operation)) return make_embeddings(spec);
    const bool same = spec.client == spec.upstream;
    if (!spec.stream) return same ? make_body_relay(spec) : make_body_translation(spec);
    if (!same) return make_stream_translation(spec);
    if (spec.client == Dialect::ollama) return make_ollama_relay(spec);
    return spec.client == Dialect::openai_chat ? make_openai_relay(spec) : make_event_relay(spec);
}

}  // namespace llmr::providers
