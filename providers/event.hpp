#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/error.hpp"
#include "core/types.hpp"

namespace llmr::providers {

/// A tool call or a piece of one. Identity and name come with the first piece.
struct ToolCallPart {
    int index = 0;  ///< the upstream's number of the call; not to be trusted for whole calls
    std::string_view id;
    std::string_view name;
    std::string_view arguments;                              ///< JSON text or a piece of it
    std::optional<simdjson::dom::element> arguments_object;  ///< or the whole of it, parsed
    std::string_view thought_signature;                      ///< ToolCall
    bool whole = false;  ///< the call is complete with this event
};

/// What happens in an answer, whatever the dialect: each upstream codec reads its chunks into
/// events, each client codec writes events. A view: it dies with the next parse on the thread.
struct Event {
    enum class Kind : std::uint8_t {
        start,      ///< text: the model that answers
        text,       ///< text: visible output
        reasoning,  ///< text: thinking
        tool_call,  ///< tool
        logprobs,   ///< logprobs: an array of {token, logprob, bytes?, top_logprobs?}, before its
                    ///< text
        finish,     ///< text: the reason in OpenAI's words
        usage,      ///< usage, load_us
        terminal    ///< the upstream says that nothing more comes
    };
    Kind kind = Kind::text;
    int choice = 0;  ///< OpenAI's choice index
    std::string_view text;
    ToolCallPart tool{};
    Usage usage{};
    std::int64_t load_us = 0;
    simdjson::dom::element logprobs{};
};

/// The events of one chunk, and the error if the chunk is one. Reused from chunk to chunk.
struct EventBatch {
    std::vector<Event> events;
    std::optional<Error> error;

    void clear() {
        events.clear();
        error.reset();
    }
    Event& add(Event::Kind kind, std::string_view text = {}, int choice = 0);
};

/// Reads the answers of one dialect. Created per answer; not thread-safe.
class EventReader {
public:
    virtual ~EventReader() = default;
    /// A chunk of a stream: one JSON document. False: not a chunk of this dialect.
    virtual bool read_chunk(simdjson::dom::element root, EventBatch& batch) = 0;
    /// A whole answer.
    virtual bool read_answer(simdjson::dom::element root, EventBatch& batch) = 0;
};
std::unique_ptr<EventReader> make_event_reader(Dialect upstream);
std::unique_ptr<EventReader> make_anthropic_reader();
std::unique_ptr<EventReader> make_gemini_reader();
std::unique_ptr<EventReader> make_responses_reader();

/// Reads a chunk of a stream or a whole answer (`delta` and `message` are read alike). False: not
/// an answer of this dialect.
bool read_openai_events(simdjson::dom::element root, EventBatch& batch);
/// Reads one NDJSON line or a whole answer of /api/chat or /api/generate.
bool read_ollama_events(simdjson::dom::element root, EventBatch& batch);

}  // namespace llmr::providers
