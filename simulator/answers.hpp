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

/// What a request asks for, whatever its dialect. A view into the parsed request.
struct Prompt {
    std::string_view model;     ///< as the client wrote it
    std::string_view question;  ///< text of the last user turn
    std::int64_t prompt_tokens = 0;
    std::size_t image_count = 0;
    bool think = false;
    bool last_is_tool = false;     ///< the last message is a tool's result ...
    std::string_view tool_result;  ///< ... this one
    std::string_view tool_name;    ///< whose; may be empty
    bool offers_tool = false;      ///< a tool is to be called: this one
    std::string_view offered_name;
    std::optional<simdjson::dom::element> offered_parameters;  ///< its JSON schema
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
    std::string text;  ///< empty with a tool call
    std::optional<CalledTool> tool;
    bool cut_by_limit = false;
    std::int64_t prompt_tokens = 0;
    std::int64_t thinking_tokens = 0;
    std::int64_t output_tokens = 0;  ///< with the thinking
};

/// The same answer for the same prompt, always: a sentence that names the model and reflects the
/// question, then filler up to `behaviour`'s answer_tokens; a call of the offered tool if the user
/// spoke last; JSON where asked for. Stop sequences and the token limit cut it.
Answer make_answer(const Prompt& prompt, const Behaviour* behaviour);

}  // namespace llmr::simulator
