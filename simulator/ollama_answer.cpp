#include "simulator/ollama_answer.hpp"

#include <algorithm>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "simulator/hash.hpp"
#include "simulator/logprobs.hpp"
#include "simulator/timestamps.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

void begin_line(JsonWriter& writer, std::string_view model) {
    writer.begin_object().field("model", model).field("created_at", rfc3339_now());
}

/// All in one line, as Ollama's parser gives them.
void write_tool_calls(JsonWriter& writer, const std::vector<CalledTool>& tools) {
    writer.key("tool_calls").begin_array();
    int index = 0;
    for (const auto& tool : tools) {
        writer.begin_object().field("id", "call_" + random_alnum(8));
        writer.key("function").begin_object().field("index", index++);
        writer.field("name", tool.name).raw_field("arguments", tool.arguments);
        writer.end_object().end_object();
    }
    writer.end_array();
}

/// What was said; for one line of a stream or for all of it.
struct Said {
    std::string_view text;
    std::string_view thinking;
    const std::vector<CalledTool>* tools = nullptr;
};

void write_said(JsonWriter& writer, OllamaShape shape, const Said& said) {
    const bool chat = shape == OllamaShape::chat;
    if (chat) {
        writer.key("message").begin_object().field("role", "assistant");
    }
    writer.field(chat ? "content" : "response", said.text);
    if (!said.thinking.empty()) {
        writer.field("thinking", said.thinking);
    }
    if (said.tools) {
        write_tool_calls(writer, *said.tools);
    }
    if (chat) {
        writer.end_object();
    }
}

void write_logprobs(JsonWriter& writer, std::string_view text, const OllamaCounters& counters) {
    if (counters.logprobs && !text.empty()) {
        writer.key("logprobs");
        write_token_logprobs(writer, text, counters.top_logprobs);
    }
}

/// Token ids that stand for the conversation so far.
void write_context(JsonWriter& writer, const Answer& answer) {
    constexpr std::int64_t kMost = 16;
    constexpr std::uint64_t kVocabulary = 32'000;
    Random random(hash_text(answer.text));
    writer.key("context").begin_array();
    const auto count = std::min(kMost, answer.prompt_tokens + answer.output_tokens);
    for (std::int64_t i = 0; i < count; ++i) {
        writer.value(random.next() % kVocabulary);
    }
    writer.end_array();
}

void write_end(JsonWriter& writer, const Answer& answer, OllamaShape shape,
               const OllamaCounters& counters) {
    writer.field("done", true).field("done_reason", answer.cut_by_limit ? "length" : "stop");
    if (shape == OllamaShape::generate) {
        write_context(writer, answer);
    }
    writer.field("total_duration", counters.total()).field("load_duration", counters.load);
    if (!counters.omit_counts) {
        writer.field("prompt_eval_count", answer.prompt_tokens);
    }
    writer.field("prompt_eval_duration", counters.prompt_eval);
    if (!counters.omit_counts) {
        writer.field("eval_count", answer.output_tokens);
    }
    writer.field("eval_duration", counters.eval).end_object();
}

class OllamaLines : public EventSource {
public:
    OllamaLines(Answer answer, OllamaShape shape, const OllamaCounters& counters)
        : answer_(std::move(answer)), shape_(shape), counters_(counters) {}

    std::optional<int> next(std::string& out) override {
        JsonWriter writer(out);
        if (done_) {
            return std::nullopt;
        }
        begin_line(writer, answer_.model);
        Said said;
        int tokens = 1;
        if (thinking_sent_ < answer_.thinking.size()) {
            said.thinking = next_piece(answer_.thinking, thinking_sent_);
        } else if (text_sent_ < answer_.text.size()) {
            said.text = next_piece(answer_.text, text_sent_);
        } else if (!answer_.tools.empty() && !tools_sent_) {
            tools_sent_ = true;
            said.tools = &answer_.tools;
            tokens = static_cast<int>(answer_.output_tokens - answer_.thinking_tokens);
        } else {
            done_ = true;
            tokens = 0;
        }
        write_said(writer, shape_, said);
        if (done_) {
            write_end(writer, answer_, shape_, counters_);
        } else {
            writer.field("done", false);
            write_logprobs(writer, said.text, counters_);
            writer.end_object();
        }
        out += '\n';
        return tokens;
    }

private:
    static std::string_view next_piece(std::string_view text, std::size_t& sent) {
        const auto rest = text.substr(sent);
        const auto length = token_length(rest);
        sent += length;
        return rest.substr(0, length);
    }

    Answer answer_;
    OllamaShape shape_;
    OllamaCounters counters_;
    std::size_t thinking_sent_ = 0;
    std::size_t text_sent_ = 0;
    bool tools_sent_ = false;
    bool done_ = false;
};

}  // namespace

OllamaCounters::OllamaCounters(std::int64_t prompt_tokens, std::int64_t output_tokens,
                               const Behaviour* behaviour, std::chrono::nanoseconds loading) {
    // With all switches off: made up, and shorter than any real exchange takes.
    constexpr std::int64_t kLoad = 10'000;
    constexpr std::int64_t kPerToken = 100;
    load = std::max<std::int64_t>(kLoad, loading.count());
    prompt_eval = prompt_tokens * kPerToken;
    eval = output_tokens * kPerToken;
    if (!behaviour) {
        return;
    }
    omit_counts = behaviour->omit_usage;
    if (behaviour->first_token_delay.count() > 0) {
        prompt_eval = std::chrono::nanoseconds(behaviour->first_token_delay).count();
    }
    if (behaviour->tokens_per_second > 0) {
        eval = static_cast<std::int64_t>(static_cast<double>(output_tokens) * 1e9 /
                                         behaviour->tokens_per_second);
    }
}

std::string ollama_object(const Answer& answer, OllamaShape shape, const OllamaCounters& counters) {
    std::string out;
    out.reserve(answer.text.size() + 512);
    JsonWriter writer(out);
    begin_line(writer, answer.model);
    Said said;
    said.text = answer.text;
    said.thinking = answer.thinking;
    said.tools = answer.tools.empty() ? nullptr : &answer.tools;
    write_said(writer, shape, said);
    write_logprobs(writer, answer.text, counters);
    write_end(writer, answer, shape, counters);
    return out;
}

std::string ollama_load_object(std::string_view model, OllamaShape shape, bool unload) {
    std::string out;
    JsonWriter writer(out);
    begin_line(writer, model);
    write_said(writer, shape, {});
    writer.field("done", true).field("done_reason", unload ? "unload" : "load").end_object();
    return out;
}

std::unique_ptr<EventSource> ollama_lines(Answer answer, OllamaShape shape,
                                          const OllamaCounters& counters) {
    return std::make_unique<OllamaLines>(std::move(answer), shape, counters);
}

}  // namespace llmr::simulator
