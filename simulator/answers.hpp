#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "simulator/behaviour.hpp"

namespace llmr::simulator {

/// A tool of a request. A view into it.
struct OfferedTool {
    std::string_view name;
    std::optional<simdjson::dom::element> parameters;  ///< its JSON schema
};

/// What a request asks for, whatever its dialect. A view into the parsed request.
struct Prompt {
    std::string_view model;     ///< as the client wrote it
    std::string_view question;  ///< text of the last user turn
    std::int64_t prompt_tokens = 0;
    std::size_t image_count = 0;
    bool think = false;
    bool last_is_tool = false;         ///< the last message is a tool's result ...
    std::string_view tool_result;      ///< ... this one
    std::string_view tool_name;        ///< whose; may be empty
    std::vector<OfferedTool> offered;  ///< tools that may be called
    bool parallel_calls = true;        ///< more than one of them, if a switch says so
    bool json = false;
    std::optional<simdjson::dom::element> json_schema;
    std::optional<std::int64_t> max_tokens;
    std::vector<std::string_view> stops;
};

struct CalledTool {
    std::string name;
    std::string arguments;  ///< JSON text of an object
};

/// A whole answer. The pieces that are streamed are its tokens.
struct Answer {
    std::string model;
    std::string thinking;
    std::string text;               ///< empty with tool calls
    std::vector<CalledTool> tools;  ///< called at once
    bool cut_by_limit = false;
    std::string stopped_by;  ///< the stop sequence that ended the text, if one did
    std::int64_t prompt_tokens = 0;
    std::int64_t thinking_tokens = 0;
    std::int64_t output_tokens = 0;  ///< with the thinking
};

/// The same answer for the same prompt, always: a sentence that names the model and reflects the
/// question, then filler up to `behaviour`'s answer_tokens; a call of the first offered tool (of as
/// many as the switch tool_calls says) if the user spoke last; JSON where asked for. Stop sequences
/// and the token limit cut it.
Answer make_answer(const Prompt& prompt, const Behaviour* behaviour);

}  // namespace llmr::simulator
