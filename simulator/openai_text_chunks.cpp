// Answers of /v1/completions, whole and in pieces.
#include <utility>

#include "simulator/dialect.hpp"
#include "simulator/logprobs.hpp"
#include "simulator/openai_completions.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

void begin(JsonWriter& writer, const CompletionFrame& frame) {
    writer.begin_object().field("id", frame.id).field("object", "text_completion");
    writer.field("created", frame.created).field("model", frame.model);
    writer.key("choices").begin_array();
}

void write_usage(JsonWriter& writer, const std::vector<Answer>& answers,
                 const CompletionFrame& frame) {
    Answer sum;
    for (const auto& answer : answers) {
        sum.prompt_tokens += answer.prompt_tokens;
        sum.output_tokens += answer.output_tokens;
    }
    frame.dialect->write_usage(writer, sum, frame);
}

/// Four parallel lists; `offset` is where `text` begins in the answer.
void write_logprobs(JsonWriter& writer, const CompletionFrame& frame, std::string_view text,
                    std::size_t offset) {
    if (!frame.logprobs || text.empty()) {
        writer.null();
        return;
    }
    std::vector<std::string_view> tokens;
    for (auto rest = text; !rest.empty(); rest.remove_prefix(tokens.back().size())) {
        tokens.push_back(rest.substr(0, token_length(rest)));
    }
    writer.begin_object().key("tokens").begin_array();
    for (const auto token : tokens) {
        writer.value(token);
    }
    writer.end_array().key("token_logprobs").begin_array();
    for (const auto token : tokens) {
        writer.value(token_logprob(token));
    }
    writer.end_array().key("top_logprobs").begin_array();
    for (const auto token : tokens) {
        writer.begin_object().field(token, token_logprob(token)).end_object();
    }
    writer.end_array().key("text_offset").begin_array();
    for (const auto token : tokens) {
        writer.value(static_cast<std::int64_t>(offset));
        offset += token.size();
    }
    writer.end_array().end_object();
}

/// Each choice from its first token to its finish, then the next.
class TextChunks : public EventSource {
public:
    TextChunks(std::vector<Answer> answers, CompletionFrame frame)
        : answers_(std::move(answers)), frame_(std::move(frame)) {}

    std::optional<int> next(std::string& out) override;

private:
    std::size_t choices() const {
        return answers_.size() * static_cast<std::size_t>(frame_.choices);
    }
    const Answer& answer() const {
        return answers_[choice_ / static_cast<std::size_t>(frame_.choices)];
    }
    int write_piece(std::string& out);
    void write_usage_chunk(std::string& out);

    std::vector<Answer> answers_;
    CompletionFrame frame_;
    std::size_t choice_ = 0;
    std::size_t sent_ = 0;  ///< bytes of its text
    bool started_ = false;
    bool usage_sent_ = false;
    bool over_ = false;
};

/// The next token of the choice, or its finish.
int TextChunks::write_piece(std::string& out) {
    const auto rest = std::string_view(answer().text).substr(sent_);
    const auto piece = rest.substr(0, token_length(rest));
    JsonWriter writer(out);
    begin(writer, frame_);
    writer.begin_object().field("text", piece).field("index", std::uint64_t(choice_));
    writer.key("logprobs");
    write_logprobs(writer, frame_, piece, sent_);
    writer.key("finish_reason");
    if (piece.empty()) {
        writer.value(finish_reason(answer(), frame_));
    } else {
        writer.null();
    }
    writer.end_object().end_array();
    if (writes_null_usage(frame_)) {
        writer.key("usage").null();
    }
    writer.end_object();
    sent_ += piece.size();
    if (piece.empty()) {
        ++choice_;
        sent_ = 0;
    }
    return piece.empty() ? 0 : 1;
}

void TextChunks::write_usage_chunk(std::string& out) {
    JsonWriter writer(out);
    begin(writer, frame_);
    writer.end_array().key("usage");
    write_usage(writer, answers_, frame_);
    writer.end_object();
    usage_sent_ = true;
}

std::optional<int> TextChunks::next(std::string& out) {
    if (over_) {
        return std::nullopt;
    }
    if (!std::exchange(started_, true)) {
        out += frame_.dialect->before_stream();
        if (!out.empty()) {
            return kAtOnce;
        }
    }
    int tokens = 0;
    out += "data: ";
    if (choice_ < choices()) {
        tokens = write_piece(out);
    } else if (tells_usage(frame_) && !usage_sent_) {
        write_usage_chunk(out);
    } else {
        out += "[DONE]";
        over_ = true;
    }
    out += "\n\n";
    return tokens;
}

}  // namespace

std::string text_completion_object(const std::vector<Answer>& answers,
                                   const CompletionFrame& frame) {
    std::string out;
    JsonWriter writer(out);
    begin(writer, frame);
    std::int64_t index = 0;
    for (const auto& answer : answers) {
        for (int i = 0; i < frame.choices; ++i) {
            writer.begin_object().field("text", answer.text).field("index", index++);
            writer.key("logprobs");
            write_logprobs(writer, frame, answer.text, 0);
            writer.field("finish_reason", finish_reason(answer, frame)).end_object();
        }
    }
    writer.end_array();
    if (!frame.omit_usage) {
        writer.key("usage");
        write_usage(writer, answers, frame);
    }
    frame.dialect->write_extras(writer, frame, /*whole=*/true);
    writer.end_object();
    return out;
}

std::unique_ptr<EventSource> text_completion_chunks(std::vector<Answer> answers,
                                                    CompletionFrame frame) {
    return std::make_unique<TextChunks>(std::move(answers), std::move(frame));
}

}  // namespace llmr::simulator
