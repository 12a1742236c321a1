#include <array>

#include "core/json.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/event.hpp"
#include "providers/gemini_logprobs.hpp"
#include "providers/upstream_error.hpp"
#include "providers/usage.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

struct FinishReason {
    std::string_view reason;
    std::string_view openai;  ///< empty: the answer is none
};
// https://ai.google.dev/api/generate-content#FinishReason
constexpr std::array kFinishReasons{
    FinishReason{"STOP", "stop"},
    FinishReason{"MAX_TOKENS", "length"},
    FinishReason{"SAFETY", "content_filter"},
    FinishReason{"RECITATION", "content_filter"},
    FinishReason{"LANGUAGE", "content_filter"},
    FinishReason{"BLOCKLIST", "content_filter"},
    FinishReason{"PROHIBITED_CONTENT", "content_filter"},
    FinishReason{"SPII", "content_filter"},
    FinishReason{"MODEL_ARMOR", "content_filter"},
    FinishReason{"IMAGE_SAFETY", "content_filter"},
    FinishReason{"IMAGE_PROHIBITED_CONTENT", "content_filter"},
    FinishReason{"IMAGE_RECITATION", "content_filter"},
    FinishReason{"MALFORMED_FUNCTION_CALL", ""},
    FinishReason{"UNEXPECTED_TOOL_CALL", ""},
    FinishReason{"TOO_MANY_TOOL_CALLS", ""},
    FinishReason{"MISSING_THOUGHT_SIGNATURE", ""},
    FinishReason{"MALFORMED_RESPONSE", ""},
    FinishReason{"IMAGE_OTHER", ""},
    FinishReason{"NO_IMAGE", ""},
    FinishReason{"OTHER", ""},
};

std::string_view finish_word(std::string_view reason) {
    for (const FinishReason& row : kFinishReasons) {
        if (row.reason == reason) return row.openai;
    }
    return "stop";
}

std::optional<element> first_of(element root, std::string_view key) {
    const auto value = get_value(root, key);
    simdjson::dom::array items;
    if (!value || value->get(items) != simdjson::SUCCESS || items.size() == 0) return std::nullopt;
    return items.at(0).value();
}

// Every event of a stream has the form of a whole answer.
class GeminiReader final : public EventReader {
public:
    bool read_chunk(element root, EventBatch& batch) override {
        if (!read(root, batch)) return false;
        // There is no other marker of the end; usage may follow the reason in an event of its own.
        if (finished_ && usage_read_ && !batch.error) batch.add(Event::Kind::terminal);
        return true;
    }

    bool read_answer(element root, EventBatch& batch) override {
        return read(root, batch) && (finished_ || content_read_ || batch.error.has_value());
    }

private:
    bool read(element root, EventBatch& batch) {
        usage_read_ = false;
        if (auto error = in_band_error(root)) {
            batch.error = std::move(error);
            return true;
        }
        const auto candidate = first_of(root, "candidates");
        const auto feedback = get_value(root, "promptFeedback");
        const auto usage = get_value(root, "usageMetadata");
        if (!candidate && !feedback && !usage) return false;
        if (const auto model = get_string(root, "modelVersion"))
            batch.add(Event::Kind::start, *model);
        if (candidate)
            read_candidate(*candidate, batch);
        else if (feedback && get_string(*feedback, "blockReason"))
            finish("content_filter", batch);
        if (usage) read_counts_of(*usage, batch);
        return true;
    }

    void read_candidate(element candidate, EventBatch& batch) {
        if (const auto logprobs = get_value(candidate, "logprobsResult"))
            read_logprobs(*logprobs, batch);
        if (const auto content = get_value(candidate, "content")) {
            const auto parts = get_value(*content, "parts");
            simdjson::dom::array items;
            if (parts && parts->get(items) == simdjson::SUCCESS) {
                for (const element part : items)
                    read_part(part, batch);
            }
        }
        const auto reason = get_string(candidate, "finishReason");
        if (!reason || reason == "FINISH_REASON_UNSPECIFIED" || batch.error) return;
        const std::string_view word = finish_word(*reason);
        if (word.empty())
            batch.error = bad_answer("the model broke it off with " + std::string(*reason));
        else
            finish(word, batch);
    }

    void read_part(element part, EventBatch& batch) {
        if (const auto call = get_value(part, "functionCall")) return read_call(part, *call, batch);
        if (get_value(part, "inlineData") || get_value(part, "fileData")) {
            batch.error = bad_answer("it holds something other than text");
            return;
        }
        const auto text = get_string(part, "text");
        if (!text || text->empty()) return;
        content_read_ = true;
        const bool thought = get_bool(part, "thought").value_or(false);
        batch.add(thought ? Event::Kind::reasoning : Event::Kind::text, *text);
    }

    void read_call(element part, element call, EventBatch& batch) {
        content_read_ = true;
        ToolCallPart& tool = batch.add(Event::Kind::tool_call).tool;
        tool.index = calls_++;
        tool.id = get_string(call, "id").value_or("");
        tool.name = get_string(call, "name").value_or("");
        tool.arguments_object = get_value(call, "args");
        tool.thought_signature = get_string(part, "thoughtSignature").value_or("");
        tool.whole = true;
    }

    void read_logprobs(element result, EventBatch& batch) {
        const auto entries = logprobs_parser_.parse(gemini_logprobs(result));
        if (entries) batch.add(Event::Kind::logprobs).logprobs = *entries;
    }

    void finish(std::string_view word, EventBatch& batch) {
        finished_ = true;
        batch.add(Event::Kind::finish, word);
    }

    void read_counts_of(element metadata, EventBatch& batch) {
        const Usage usage = read_usage(UsageShape::gemini, metadata);
        if (usage.source == UsageSource::none) return;
        usage_read_ = true;
        batch.add(Event::Kind::usage).usage = usage;
    }

    JsonParser logprobs_parser_;  // not the thread's: the chunk lives there
    int calls_ = 0;
    bool content_read_ = false;
    bool finished_ = false;
    bool usage_read_ = false;  ///< of the last chunk
};

}  // namespace

std::unique_ptr<EventReader> make_gemini_reader() {
    return std::make_unique<GeminiReader>();
}

}  // namespace llmr::providers
