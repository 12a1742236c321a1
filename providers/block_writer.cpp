#include "providers/block_writer.hpp"

#include <utility>

#include "core/json.hpp"

namespace llmr::providers {

std::optional<Error> BlockStreamWriter::write(const Event& event, std::string& out) {
    switch (event.kind) {
        case Event::Kind::text:
            take_text(Block::text, event.text, out);
            break;
        case Event::Kind::reasoning:
            if (!hide_reasoning_) take_text(Block::reasoning, event.text, out);
            break;
        case Event::Kind::tool_call:
            take_call(event.tool, out);
            break;
        case Event::Kind::logprobs:
            add_logprobs(event.logprobs);
            break;
        case Event::Kind::start:
            ensure_started(out);
            break;
        case Event::Kind::finish:
        case Event::Kind::terminal:
            flush_waiting(out);
            break;
        case Event::Kind::usage:
            break;
    }
    return std::nullopt;
}

std::string BlockStreamWriter::tail(const AnswerSummary& summary, const AnswerTiming&) {
    std::string out;
    ensure_started(out);
    switch_to(Block::none, out);
    finish(summary, out);
    return out;
}

void BlockStreamWriter::ensure_started(std::string& out) {
    if (!std::exchange(started_, true)) start(out);
}

void BlockStreamWriter::switch_to(Block block, std::string& out) {
    if (open_ == Block::tool) closed_.insert(open_index_);
    if (open_ != Block::none) close(open_, out);
    open_ = block;
}

void BlockStreamWriter::take_text(Block block, std::string_view text, std::string& out) {
    ensure_started(out);
    if (open_ != block) {
        switch_to(block, out);
        if (block == Block::text)
            open_text(out);
        else
            open_reasoning(out);
    }
    fill(block, text, out);
}

void BlockStreamWriter::whole_call(std::string_view id, std::string_view name,
                                   std::string_view arguments, std::string& out) {
    ensure_started(out);
    switch_to(Block::tool, out);
    open_call(id, name, calls_++, out);
    if (!arguments.empty()) fill(Block::tool, arguments, out);
    switch_to(Block::none, out);
}

void BlockStreamWriter::take_call(const ToolCallPart& part, std::string& out) {
    if (part.whole) {
        const std::string arguments =
            part.arguments_object ? to_json(*part.arguments_object) : std::string(part.arguments);
        return whole_call(part.id, part.name, arguments, out);
    }
    const bool of_open = open_ == Block::tool && part.index == open_index_ &&
                         (part.id.empty() || part.id == open_id_);
    const bool begins = !part.id.empty() || !part.name.empty();
    if (!of_open && (open_ == Block::tool || !begins)) {
        // Another call while one is open; what belongs to a closed one comes too late.
        if (begins || !closed_.contains(part.index)) waiting_.add(part);
        return;
    }
    if (!of_open) {
        ensure_started(out);
        switch_to(Block::tool, out);
        open_index_ = part.index;
        open_id_ = part.id;
        open_call(part.id, part.name, calls_++, out);
    }
    if (part.arguments_object)
        fill(Block::tool, to_json(*part.arguments_object), out);
    else if (!part.arguments.empty())
        fill(Block::tool, part.arguments, out);
}

void BlockStreamWriter::flush_waiting(std::string& out) {
    for (const AssembledCall& call : waiting_.take())
        whole_call(call.id, call.name, call.arguments, out);
}

}  // namespace llmr::providers
