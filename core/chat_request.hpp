#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/types.hpp"

namespace llmr {

enum class Role : std::uint8_t { system, user, assistant, tool };

/// A call of a tool that the model made, in the history.
struct ToolCall {
    std::string_view id;
    std::string_view name;
    simdjson::dom::element arguments;  ///< an object (Ollama) or a string holding JSON (OpenAI)
    /// Gemini's proof of the thought behind the call, as it gave it; empty if there is none.
    std::string_view thought_signature;
};

struct ContentPart {
    enum class Kind : std::uint8_t { text, image, other };
    Kind kind = Kind::text;
    std::string_view text;       ///< text; for an image a data: URI, an http URL, or plain base64
    simdjson::dom::element raw;  ///< the part as the client wrote it (kind other, image)
};

struct Message {
    Role role = Role::user;
    std::size_t source = 0;          ///< the entry of the client's list that it comes from
    std::vector<ContentPart> parts;  ///< a plain string is one text part
    std::string_view thinking;       ///< reasoning the client sends back
    std::string_view tool_call_id;   ///< role tool
    std::string_view tool_name;      ///< role tool
    bool tool_failed = false;        ///< role tool: the client says that the call failed
    std::vector<ToolCall> tool_calls;
};

/// A client's request in neutral form. It is a view: every string and element points into the
/// parser that read the body and dies with its next parse, so it must not live across a co_await;
/// parse the body again instead (microseconds).
struct ChatRequest {
    Dialect dialect = Dialect::openai_chat;
    Operation operation = Operation::chat;
    std::string_view model;
    std::vector<Message> messages;         ///< a prompt alone is one message; embed: empty
    std::vector<std::string_view> inputs;  ///< embed: the texts, in order
    bool stream = false;                   ///< the dialect's default applied
    bool include_usage = false;            ///< OpenAI stream_options.include_usage
    bool base64_embeddings = false;        ///< OpenAI encoding_format
    std::size_t image_count = 0;
    std::size_t tool_count = 0;
    bool wants_json = false;  ///< response_format / format asks for JSON
    bool load_only = false;   ///< Ollama: no messages or empty prompt loads or unloads a model
    std::optional<std::int64_t> max_output_tokens;
    simdjson::dom::element root;  ///< the whole body: fields not named above are read from here
};

}  // namespace llmr
