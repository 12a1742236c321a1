#include "simulator/gemini_answer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "simulator/gemini_request.hpp"
#include "simulator/logprobs.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

/// Tokens so far.
struct Tally {
    std::int64_t thoughts = 0;
    std::int64_t visible = 0;
};

/// A part of the answer; a view into it.
struct Part {
    enum class Kind { thought, text, call };
    Kind kind = Kind::text;
    std::string_view text;
    const CalledTool* call = nullptr;
    bool first_call = false;
};

void write_part(JsonWriter& writer, const Part& part, const GeminiFrame& frame) {
    writer.begin_object();
    if (part.kind != Part::Kind::call) {
        writer.field("text", part.text);
        if (part.kind == Part::Kind::thought) {
            writer.field("thought", true);
        }
        writer.end_object();
        return;
    }
    writer.key("functionCall").begin_object();
    if (frame.call_ids) {
        writer.field("id", random_alnum(8));
    }
    writer.field("name", part.call->name).raw_field("args", part.call->arguments).end_object();
    if (frame.signatures && part.first_call) {
        writer.field("thoughtSignature", call_signature(part.call->name));
    }
    writer.end_object();
}

void write_candidate_token(JsonWriter& writer, std::string_view token) {
    writer.begin_object().field("token", token).field("logProbability", token_logprob(token));
    writer.end_object();
}

void write_logprobs(JsonWriter& writer, std::string_view text, const GeminiFrame& frame) {
    std::vector<std::string_view> tokens;
    for (; !text.empty(); text.remove_prefix(tokens.back().size())) {
        tokens.push_back(text.substr(0, token_length(text)));
    }
    writer.key("logprobsResult").begin_object().key("chosenCandidates").begin_array();
    for (const auto token : tokens) {
        write_candidate_token(writer, token);
    }
    writer.end_array();
    if (frame.top_logprobs > 0) {
        writer.key("topCandidates").begin_array();
        for (const auto token : tokens) {
            writer.begin_object().key("candidates").begin_array();
            write_candidate_token(writer, token);
            writer.end_array().end_object();
        }
        writer.end_array();
    }
    writer.end_object();
}

std::string_view finish_reason(const Answer& answer) {
    return answer.cut_by_limit && answer.tools.empty() ? "MAX_TOKENS" : "STOP";
}

void write_usage(JsonWriter& writer, std::int64_t prompt, const Tally& tally) {
    writer.key("usageMetadata").begin_object().field("promptTokenCount", prompt);
    if (tally.visible > 0) {
        writer.field("candidatesTokenCount", tally.visible);
    }
    writer.field("totalTokenCount", prompt + tally.thoughts + tally.visible);
    writer.key("promptTokensDetails").begin_array().begin_object().field("modality", "TEXT");
    writer.field("tokenCount", prompt).end_object().end_array();
    if (tally.thoughts > 0) {
        writer.field("thoughtsTokenCount", tally.thoughts);
    }
    writer.end_object();
}

/// A whole answer, or the part of one that an event carries.
std::string object_of(const Answer& answer, const GeminiFrame& frame,
                      const std::vector<Part>& parts, const Tally& tally, bool last) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("candidates").begin_array().begin_object();
    writer.key("content").begin_object();
    std::string text;
    if (!parts.empty()) {
        writer.key("parts").begin_array();
        for (const auto& part : parts) {
            write_part(writer, part, frame);
            if (part.kind == Part::Kind::text) {
                text += part.text;
            }
        }
        writer.end_array();
    }
    writer.field("role", "model").end_object();
    if (last) {
        writer.field("finishReason", finish_reason(answer));
    }
    writer.field("index", 0);
    if (frame.logprobs && !text.empty()) {
        write_logprobs(writer, text, frame);
    }
    writer.end_object().end_array();
    if (!frame.omit_usage) {
        write_usage(writer, answer.prompt_tokens, tally);
    }
    writer.field("modelVersion", frame.model).field("responseId", frame.id).end_object();
    return out;
}

Tally whole_tally(const Answer& answer) {
    return {answer.thinking_tokens, answer.output_tokens - answer.thinking_tokens};
}

void append_calls(std::vector<Part>& parts, const Answer& answer) {
    for (const auto& tool : answer.tools) {
        parts.push_back({Part::Kind::call, {}, &tool, &tool == &answer.tools.front()});
    }
}

class GeminiEvents : public EventSource {
public:
    GeminiEvents(Answer answer, GeminiFrame frame)
        : answer_(std::move(answer)), frame_(std::move(frame)) {
        // Thoughts that are not shown are counted all the same.
        if (frame_.include_thoughts) {
            append_tokens(Part::Kind::thought, answer_.thinking);
        } else {
            tally_.thoughts = answer_.thinking_tokens;
        }
        append_tokens(Part::Kind::text, answer_.text);
        append_calls(parts_, answer_);
    }
    GeminiEvents(const GeminiEvents&) = delete;
    GeminiEvents& operator=(const GeminiEvents&) = delete;

    std::optional<int> next(std::string& out) override;

private:
    void append_tokens(Part::Kind kind, std::string_view text) {
        while (!text.empty()) {
            const auto token = text.substr(0, token_length(text));
            parts_.push_back({kind, token, nullptr, false});
            text.remove_prefix(token.size());
        }
    }

    Answer answer_;  ///< the parts point into it
    GeminiFrame frame_;
    std::vector<Part> parts_;
    Tally tally_;
    std::size_t sent_ = 0;
    bool over_ = false;
    bool closed_ = false;
};

std::optional<int> GeminiEvents::next(std::string& out) {
    if (over_) {
        if (frame_.sse || std::exchange(closed_, true)) {
            return std::nullopt;
        }
        out += "]\n";
        return 0;
    }
    std::vector<Part> parts;
    int tokens = 0;
    if (sent_ < parts_.size()) {
        parts.push_back(parts_[sent_]);
        tokens = 1;
        auto& counted =
            parts.front().kind == Part::Kind::thought ? tally_.thoughts : tally_.visible;
        ++counted;
    }
    over_ = sent_ + 1 >= parts_.size();
    if (over_) {
        tally_ = whole_tally(answer_);
    }
    out += gemini_event(object_of(answer_, frame_, parts, tally_, over_), frame_.sse, sent_);
    ++sent_;
    return tokens;
}

}  // namespace

std::string gemini_object(const Answer& answer, const GeminiFrame& frame) {
    std::vector<Part> parts;
    if (frame.include_thoughts && !answer.thinking.empty()) {
        parts.push_back({Part::Kind::thought, answer.thinking, nullptr, false});
    }
    if (!answer.text.empty()) {
        parts.push_back({Part::Kind::text, answer.text, nullptr, false});
    }
    append_calls(parts, answer);
    return object_of(answer, frame, parts, whole_tally(answer), true) + "\n";
}

std::unique_ptr<EventSource> gemini_events(Answer answer, GeminiFrame frame) {
    return std::make_unique<GeminiEvents>(std::move(answer), std::move(frame));
}

std::string gemini_event(const std::string& object, bool sse, std::size_t count) {
    if (sse) {
        return "data: " + object + "\r\n\r\n";
    }
    return (count == 0 ? "[" : ",\r\n") + object;
}

}  // namespace llmr::simulator
