#include <vector>

#include "core/ids.hpp"
#include "simulator/anthropic_answer.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

enum class BlockKind { thinking, text, tool };

/// One content block; a view into the answer.
struct Block {
    BlockKind kind = BlockKind::text;
    std::string_view rest;  ///< what has not been sent yet
    const CalledTool* tool = nullptr;
};

/// Begins an event, and ends it when it goes.
class Event {
public:
    Event(std::string& out, std::string_view type) : out_(out), writer_(out) {
        out_.append("event: ").append(type).append("\ndata: ");
        writer_.begin_object().field("type", type);
    }
    ~Event() {
        writer_.end_object();
        out_ += "\n\n";
    }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    JsonWriter& writer() { return writer_; }

private:
    std::string& out_;
    JsonWriter writer_;
};

/// One block is open at a time, and its deltas are its tokens.
class MessageEvents : public EventSource {
public:
    MessageEvents(Answer answer, MessageFrame frame)
        : answer_(std::move(answer)), frame_(std::move(frame)) {
        if (!answer_.thinking.empty()) {
            blocks_.push_back({BlockKind::thinking, answer_.thinking, nullptr});
        }
        if (!answer_.text.empty()) {
            blocks_.push_back({BlockKind::text, answer_.text, nullptr});
        }
        for (const auto& tool : answer_.tools) {
            // An object without members comes as no pieces at all.
            const bool empty = tool.arguments == "{}";
            blocks_.push_back(
                {BlockKind::tool, empty ? std::string_view() : tool.arguments, &tool});
        }
    }

    std::optional<int> next(std::string& out) override;

private:
    enum class Stage {
        start,
        open,
        ping,
        empty_piece,
        pieces,
        signature,
        close,
        finish,
        stop,
        over
    };

    Block& block() { return blocks_[index_]; }
    JsonWriter& begin_indexed(Event& event) const {
        return event.writer().field("index", std::uint64_t(index_));
    }
    void write_start(std::string& out);
    void write_open(std::string& out);
    void write_delta(std::string& out, std::string_view type, std::string_view key,
                     std::string_view text);
    int write_piece(std::string& out);
    void write_close(std::string& out);
    void write_finish(std::string& out);
    Stage after_open();
    Stage after_pieces();

    Answer answer_;
    MessageFrame frame_;
    std::vector<Block> blocks_;
    std::size_t index_ = 0;
    Stage stage_ = Stage::start;
};

void MessageEvents::write_start(std::string& out) {
    Event event(out, "message_start");
    auto& writer = event.writer();
    writer.key("message").begin_object().field("id", frame_.id).field("type", "message");
    writer.field("role", "assistant").field("model", frame_.model);
    writer.key("content").begin_array().end_array();
    writer.key("stop_reason").null().key("stop_sequence").null();
    if (!frame_.omit_usage) {
        writer.key("usage");
        write_message_usage(writer, answer_, frame_, 1);
    }
    writer.end_object();
}

void MessageEvents::write_open(std::string& out) {
    Event event(out, "content_block_start");
    auto& writer = begin_indexed(event).key("content_block").begin_object();
    switch (block().kind) {
        case BlockKind::thinking:
            writer.field("type", "thinking").field("thinking", "").field("signature", "");
            break;
        case BlockKind::text:
            writer.field("type", "text").field("text", "");
            break;
        case BlockKind::tool:
            writer.field("type", "tool_use").field("id", "toolu_" + random_alnum(24));
            writer.field("name", block().tool->name).raw_field("input", "{}");
            break;
    }
    writer.end_object();
}

void MessageEvents::write_delta(std::string& out, std::string_view type, std::string_view key,
                                std::string_view text) {
    Event event(out, "content_block_delta");
    auto& writer = begin_indexed(event).key("delta").begin_object();
    writer.field("type", type).field(key, text).end_object();
}

int MessageEvents::write_piece(std::string& out) {
    auto& rest = block().rest;
    const auto piece = rest.substr(0, token_length(rest));
    switch (block().kind) {
        case BlockKind::thinking:
            write_delta(out, "thinking_delta", "thinking", piece);
            break;
        case BlockKind::text:
            write_delta(out, "text_delta", "text", piece);
            break;
        case BlockKind::tool:
            write_delta(out, "input_json_delta", "partial_json", piece);
            break;
    }
    rest.remove_prefix(piece.size());
    return 1;
}

void MessageEvents::write_close(std::string& out) {
    Event event(out, "content_block_stop");
    begin_indexed(event);
}

void MessageEvents::write_finish(std::string& out) {
    Event event(out, "message_delta");
    auto& writer = event.writer();
    writer.key("delta").begin_object();
    write_stop(writer, answer_);
    writer.end_object();
    if (!frame_.omit_usage) {
        writer.key("usage");
        write_message_usage(writer, answer_, frame_, answer_.output_tokens);
    }
}

MessageEvents::Stage MessageEvents::after_open() {
    if (block().kind == BlockKind::tool) {
        return Stage::empty_piece;
    }
    return after_pieces();
}

MessageEvents::Stage MessageEvents::after_pieces() {
    if (!block().rest.empty()) {
        return Stage::pieces;
    }
    return block().kind == BlockKind::thinking ? Stage::signature : Stage::close;
}

std::optional<int> MessageEvents::next(std::string& out) {
    int tokens = 0;
    switch (stage_) {
        case Stage::start:
            write_start(out);
            stage_ = blocks_.empty() ? Stage::finish : Stage::open;
            break;
        case Stage::open:
            write_open(out);
            stage_ = index_ == 0 ? Stage::ping : after_open();
            break;
        case Stage::ping:
            Event(out, "ping");
            stage_ = after_open();
            break;
        case Stage::empty_piece:
            write_delta(out, "input_json_delta", "partial_json", "");
            stage_ = after_pieces();
            break;
        case Stage::pieces:
            tokens = write_piece(out);
            stage_ = after_pieces();
            break;
        case Stage::signature:
            write_delta(out, "signature_delta", "signature", thinking_signature(answer_.thinking));
            stage_ = Stage::close;
            break;
        case Stage::close:
            write_close(out);
            stage_ = ++index_ < blocks_.size() ? Stage::open : Stage::finish;
            break;
        case Stage::finish:
            write_finish(out);
            stage_ = Stage::stop;
            break;
        case Stage::stop:
            Event(out, "message_stop");
            stage_ = Stage::over;
            break;
        case Stage::over:
            return std::nullopt;
    }
    return tokens;
}

}  // namespace

std::unique_ptr<EventSource> message_events(Answer answer, MessageFrame frame) {
    return std::make_unique<MessageEvents>(std::move(answer), std::move(frame));
}

}  // namespace llmr::simulator
