#include "core/ids.hpp"
#include "simulator/dialect.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

/// Goes through the stages of a stream, and in each through the choices by index.
class CompletionChunks : public EventSource {
public:
    CompletionChunks(Answer answer, CompletionFrame frame)
        : answer_(std::move(answer)),
          frame_(std::move(frame)),
          dialect_(*frame_.dialect),
          shown_thinking_(dialect_.traits().reasoning_key.empty()
                              ? std::string_view()
                              : std::string_view(answer_.thinking)),
          payload_(shown_thinking_.empty() ? answer_text() : shown_thinking_) {}

    std::optional<int> next(std::string& out) override;

private:
    enum class Stage {
        start,
        role,
        thinking,
        payload,
        next_call,
        finish,
        after_finish,
        usage,
        done,
        over
    };

    std::string_view answer_text() const {
        return calls() ? std::string_view(answer_.tools[0].arguments)
                       : std::string_view(answer_.text);
    }
    bool calls() const { return !answer_.tools.empty(); }
    void begin_chunk(JsonWriter& writer) const;
    void end_chunk(JsonWriter& writer, std::string& out) const;
    void write_role(JsonWriter& writer) const;
    void write_call(JsonWriter& writer) const;
    void write_payload(JsonWriter& writer, std::string_view piece) const;
    void write_choice(JsonWriter& writer, std::string_view piece) const;
    int write_chunk(std::string& out);
    void advance(std::size_t piece_size);
    Stage after_payload();

    Answer answer_;
    CompletionFrame frame_;
    const Dialect& dialect_;
    std::string_view shown_thinking_;
    std::string_view payload_;  ///< what has not been sent yet of the thinking, the text or a call
    std::size_t call_ = 0;      ///< which one
    Stage stage_ = Stage::start;
    int choice_ = 0;
};

void CompletionChunks::begin_chunk(JsonWriter& writer) const {
    writer.begin_object().field("id", frame_.id).field("object", "chat.completion.chunk");
    writer.field("created", frame_.created).field("model", frame_.model);
    dialect_.write_extras(writer, frame_, /*whole=*/false);
    writer.key("choices").begin_array();
}

void CompletionChunks::end_chunk(JsonWriter& writer, std::string& out) const {
    writer.end_array();
    if (stage_ == Stage::usage) {
        writer.key("usage");
        dialect_.write_usage(writer, answer_, frame_);
    } else if (writes_null_usage(frame_)) {
        writer.key("usage").null();
    }
    writer.end_object();
    out += "\n\n";
}

void CompletionChunks::write_role(JsonWriter& writer) const {
    writer.field("role", "assistant");
    if (!calls()) {
        writer.field("content", "").key("refusal").null();
        return;
    }
    writer.key("content").null();
    write_call(writer);
    writer.key("refusal").null();
}

/// How a call begins; its arguments follow in pieces.
void CompletionChunks::write_call(JsonWriter& writer) const {
    writer.key("tool_calls").begin_array().begin_object().field("index", std::uint64_t(call_));
    writer.field("id", "call_" + random_alnum(24)).field("type", "function");
    writer.key("function").begin_object();
    writer.field("name", answer_.tools[call_].name).field("arguments", "");
    writer.end_object().end_object().end_array();
}

void CompletionChunks::write_payload(JsonWriter& writer, std::string_view piece) const {
    if (!calls()) {
        writer.field("content", piece);
        return;
    }
    writer.key("tool_calls").begin_array().begin_object().field("index", std::uint64_t(call_));
    writer.key("function").begin_object().field("arguments", piece).end_object();
    writer.end_object().end_array();
}

void CompletionChunks::write_choice(JsonWriter& writer, std::string_view piece) const {
    writer.begin_object().field("index", choice_).key("delta").begin_object();
    if (stage_ == Stage::role) {
        write_role(writer);
    } else if (stage_ == Stage::thinking) {
        dialect_.write_reasoning(writer, piece);
    } else if (stage_ == Stage::payload) {
        write_payload(writer, piece);
    } else if (stage_ == Stage::next_call) {
        write_call(writer);
    }
    writer.end_object().key("logprobs");
    const bool text = stage_ == Stage::payload && !calls();
    write_choice_logprobs(writer, frame_, text ? piece : std::string_view());
    const bool finish = stage_ == Stage::finish;
    writer.key("finish_reason");
    if (finish) {
        writer.value(finish_reason(answer_, frame_));
    } else {
        writer.null();
    }
    dialect_.write_choice_extras(writer, frame_,
                                 finish ? finish_reason(answer_, frame_) : std::string_view(),
                                 finish ? ChoicePart::finish : ChoicePart::delta);
    writer.end_object();
}

/// To the next choice of this stage, the next piece, or the next stage.
void CompletionChunks::advance(std::size_t piece_size) {
    if (stage_ == Stage::usage) {
        stage_ = Stage::done;
        return;
    }
    if (++choice_ < frame_.choices) {
        return;
    }
    choice_ = 0;
    payload_.remove_prefix(piece_size);
    if (stage_ == Stage::finish) {
        stage_ = Stage::after_finish;
    } else if (stage_ == Stage::role && !shown_thinking_.empty()) {
        stage_ = Stage::thinking;
    } else if (stage_ == Stage::thinking && payload_.empty()) {
        payload_ = answer_text();
        stage_ = payload_.empty() ? after_payload() : Stage::payload;
    } else if (stage_ != Stage::thinking) {
        stage_ = payload_.empty() ? after_payload() : Stage::payload;
    }
}

/// The next call, if there is one.
CompletionChunks::Stage CompletionChunks::after_payload() {
    if (call_ + 1 >= answer_.tools.size()) {
        return Stage::finish;
    }
    payload_ = answer_.tools[++call_].arguments;
    return Stage::next_call;
}

int CompletionChunks::write_chunk(std::string& out) {
    const bool pieces = stage_ == Stage::payload || stage_ == Stage::thinking;
    const auto piece = pieces ? payload_.substr(0, token_length(payload_)) : std::string_view();
    out += "data: ";
    JsonWriter writer(out);
    begin_chunk(writer);
    if (stage_ != Stage::usage) {
        write_choice(writer, piece);
    }
    end_chunk(writer, out);
    // Hidden reasoning takes its time before the first visible token.
    const bool hides = stage_ == Stage::role && choice_ == 0 && shown_thinking_.empty();
    const int tokens = hides ? static_cast<int>(answer_.thinking_tokens) : piece.empty() ? 0 : 1;
    advance(piece.size());
    return tokens;
}

std::optional<int> CompletionChunks::next(std::string& out) {
    if (stage_ == Stage::start) {
        stage_ = Stage::role;
        out += dialect_.before_stream();
        if (!out.empty()) {
            return kAtOnce;
        }
    }
    if (stage_ == Stage::after_finish) {
        stage_ = tells_usage(frame_) ? Stage::usage : Stage::done;
        out += dialect_.after_finish(frame_);
        if (!out.empty()) {
            return 0;
        }
    }
    if (stage_ == Stage::over) {
        return std::nullopt;
    }
    if (stage_ == Stage::done) {
        out += "data: [DONE]\n\n";
        stage_ = Stage::over;
        return 0;
    }
    return write_chunk(out);
}

}  // namespace

std::unique_ptr<EventSource> completion_chunks(Answer answer, CompletionFrame frame) {
    return std::make_unique<CompletionChunks>(std::move(answer), std::move(frame));
}

}  // namespace llmr::simulator
