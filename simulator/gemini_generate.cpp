#include "core/ids.hpp"
#include "core/json.hpp"
#include "simulator/gemini_answer.hpp"
#include "simulator/gemini_api.hpp"
#include "simulator/gemini_request.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

GeminiError too_long(std::int64_t tokens, const GeminiModel& model) {
    return {400,
            "The input token count (" + std::to_string(tokens) +
                ") exceeds the maximum number of tokens allowed (" +
                std::to_string(model.context_length) + ").",
            {},
            0,
            {}};
}

GeminiFrame frame_of(const GeminiRequest& asked, const GeminiModel& model,
                     const Behaviour* switches) {
    GeminiFrame frame;
    frame.id = random_alnum(22);
    frame.model = model.name;
    frame.include_thoughts = asked.include_thoughts;
    frame.signatures = model.third;
    frame.call_ids = model.third && !asked.vertex;
    frame.omit_usage = switches && switches->omit_usage;
    frame.logprobs = asked.logprobs;
    frame.top_logprobs = asked.top_logprobs;
    return frame;
}

}  // namespace

Reply GeminiApi::generate(const Call& call, const GeminiModel& model, simdjson::dom::element root) {
    if (model.embedding_length > 0) {
        return gemini_error(gemini_unknown_model(model.name, call.method, call.vertex),
                            call.streams());
    }
    GeminiRequest asked;
    asked.vertex = call.vertex;
    asked.prompt.model = model.name;
    if (const auto refusal = read_gemini(root, model, asked)) {
        return gemini_error(*refusal, call.streams());
    }
    if (asked.prompt.prompt_tokens > model.context_length) {
        return gemini_error(too_long(asked.prompt.prompt_tokens, model), call.streams());
    }
    auto reply = gemini_json({});
    if (suffers(call, reply)) {
        return reply;
    }
    const auto* switches = reply.switches.get();
    auto answer = make_answer(asked.prompt, switches);
    auto frame = frame_of(asked, model, switches);
    if (!call.streams()) {
        reply.body_tokens = answer.output_tokens;
        reply.body = gemini_object(answer, frame);
        return reply;
    }
    frame.sse = call.sse;
    if (call.sse) {
        reply.content_type = "text/event-stream";
    }
    auto error = gemini_event(gemini_error_object(switches), call.sse, 1);
    if (!call.sse) {
        error += "]\n";
    }
    reply.events = with_stream_error(gemini_events(std::move(answer), std::move(frame)), switches,
                                     std::move(error));
    return reply;
}

Reply GeminiApi::count(const Call& call, const GeminiModel& model, simdjson::dom::element root) {
    GeminiRequest asked;
    asked.vertex = call.vertex;
    const auto inner = get_value(root, "generateContentRequest");
    if (const auto refusal = read_gemini(inner.value_or(root), model, asked)) {
        return gemini_error(*refusal);
    }
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().field("totalTokens", asked.prompt.prompt_tokens);
    writer.key("promptTokensDetails").begin_array().begin_object().field("modality", "TEXT");
    writer.field("tokenCount", asked.prompt.prompt_tokens).end_object().end_array().end_object();
    return gemini_json(std::move(body));
}

}  // namespace llmr::simulator
