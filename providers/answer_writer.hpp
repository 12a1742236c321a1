#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/codec.hpp"
#include "providers/event.hpp"

namespace llmr::providers {

/// A tool call put together from its pieces.
struct AssembledCall {
    int index = 0;
    std::string id;
    std::string name;
    std::string arguments;          ///< JSON text as the upstream wrote it, maybe not valid
    std::string thought_signature;  ///< ToolCall
};

/// Collects the pieces of tool calls. A piece with a new id under a known index starts a new call:
/// some servers number all calls 0.
class ToolCallAssembler {
public:
    void add(const ToolCallPart& part);
    bool empty() const { return calls_.empty(); }
    /// The calls so far, which are then forgotten.
    std::vector<AssembledCall> take();

private:
    AssembledCall& slot_for(const ToolCallPart& part);

    std::vector<AssembledCall> calls_;
};

/// Times for an answer whose upstream measured none; 0: unknown.
struct AnswerTiming {
    std::int64_t first_byte_us = 0;
    std::int64_t total_us = 0;
};

/// Writes the events of an answer in a client's dialect, chunk by chunk or as one body. Created per
/// answer; not thread-safe.
class AnswerWriter {
public:
    virtual ~AnswerWriter() = default;
    /// Appends what may be sent now. The error if the event cannot be expressed.
    virtual std::optional<Error> write(const Event& event, std::string& out) = 0;
    /// Everything from the terminal marker on; for a body, all of it.
    virtual std::string tail(const AnswerSummary& summary, const AnswerTiming& timing) = 0;
    /// The in-band error that ends a stream.
    virtual std::string error_frame(const Error& error) {
        return stream_error_frame(client_, error);
    }

protected:
    explicit AnswerWriter(Dialect client) : client_(client) {}

private:
    Dialect client_;
};

/// A writer in the client's dialect, for a stream or for a body.
std::unique_ptr<AnswerWriter> make_answer_writer(const ExchangeSpec& spec);

std::unique_ptr<AnswerWriter> make_openai_stream_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_openai_body_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_ollama_stream_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_ollama_body_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_completion_stream_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_completion_body_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_responses_stream_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_responses_body_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_anthropic_stream_writer(const ExchangeSpec& spec);
std::unique_ptr<AnswerWriter> make_anthropic_body_writer(const ExchangeSpec& spec);

}  // namespace llmr::providers
