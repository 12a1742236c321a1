#pragma once

#include <set>
#include <string>
#include <string_view>

#include "providers/answer_writer.hpp"

namespace llmr::providers {

/// What Anthropic's and the Responses dialect's streams have in common: an answer is a row of
/// blocks (text, thought, tool call), each opened, filled and closed before the next begins. Other
/// dialects mix the pieces of parallel calls: all but the first open one wait here for their end.
class BlockStreamWriter : public AnswerWriter {
public:
    std::optional<Error> write(const Event& event, std::string& out) final;
    std::string tail(const AnswerSummary& summary, const AnswerTiming& timing) final;

protected:
    enum class Block : std::uint8_t { none, text, reasoning, tool };

    BlockStreamWriter(Dialect client, bool hide_reasoning)
        : AnswerWriter(client), hide_reasoning_(hide_reasoning) {}

    /// Once, before everything else.
    virtual void start(std::string& out) = 0;
    virtual void open_text(std::string& out) = 0;
    virtual void open_reasoning(std::string& out) = 0;
    /// `number` counts the calls of the answer from 0.
    virtual void open_call(std::string_view id, std::string_view name, int number,
                           std::string& out) = 0;
    virtual void fill(Block block, std::string_view piece, std::string& out) = 0;
    virtual void close(Block block, std::string& out) = 0;
    virtual void finish(const AnswerSummary& summary, std::string& out) = 0;
    virtual void add_logprobs(simdjson::dom::element /*entries*/) {}

private:
    void ensure_started(std::string& out);
    void switch_to(Block block, std::string& out);
    void take_text(Block block, std::string_view text, std::string& out);
    void take_call(const ToolCallPart& part, std::string& out);
    void whole_call(std::string_view id, std::string_view name, std::string_view arguments,
                    std::string& out);
    void flush_waiting(std::string& out);

    ToolCallAssembler waiting_;
    Block open_ = Block::none;
    int open_index_ = 0;    ///< the upstream's number of the open call
    std::string open_id_;   ///< and its id
    std::set<int> closed_;  ///< numbers of calls that were closed before their upstream said so
    int calls_ = 0;
    bool hide_reasoning_;
    bool started_ = false;
};

}  // namespace llmr::providers
