#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/chat_request.hpp"
#include "core/error.hpp"

namespace llmr::providers {

/// A function that the model may call.
struct ToolSpec {
    std::string_view name;
    std::optional<std::string_view> description;
    std::optional<simdjson::dom::element> parameters;  ///< a JSON schema
    std::optional<bool> strict;
};

enum class ToolChoice : std::uint8_t { unset, automatic, none, required, named };

/// The parameters of a generation in neutral form, for translation only: a relay never looks at
/// them. What is absent in the request is absent here. A view like ChatRequest.
struct RequestOptions {
    enum class Format : std::uint8_t { text, json, schema };
    enum class Think : std::uint8_t { unset, off, on, level };

    std::optional<double> temperature;
    std::optional<double> top_p;
    std::optional<double> min_p;
    std::optional<double> presence_penalty;
    std::optional<double> frequency_penalty;
    std::optional<double> repeat_penalty;
    std::optional<std::int64_t> top_k;
    std::optional<std::int64_t> seed;
    std::optional<std::int64_t> num_ctx;
    std::optional<std::int64_t> top_logprobs;
    bool logprobs = false;
    std::vector<std::string_view> stop;
    Format format = Format::text;
    simdjson::dom::element schema{};  ///< valid for Format::schema only
    std::string_view schema_name = "response";
    std::optional<bool> schema_strict;
    Think think = Think::unset;
    std::string_view think_level;              ///< low, medium, high
    std::optional<std::int64_t> think_budget;  ///< tokens
    std::vector<ToolSpec> tools;
    ToolChoice tool_choice = ToolChoice::unset;
    std::string_view chosen_tool;             ///< ToolChoice::named
    std::optional<bool> parallel_tool_calls;  ///< false: at most one call
    std::string_view user;                    ///< who the client says it asks for
    std::optional<simdjson::dom::element> keep_alive;
    std::vector<std::string> ignored;  ///< parameters that no translation has a use for
};

/// The parameters of a request in any dialect, for an upstream of another one. Refuses by name
/// (unsupported_parameter) what only the client's own dialect can do and whose loss would change
/// the answer.
Result<RequestOptions> read_options(const ChatRequest& request);
Result<RequestOptions> read_openai_options(const ChatRequest& request);
Result<RequestOptions> read_completion_options(const ChatRequest& request);
Result<RequestOptions> read_responses_options(const ChatRequest& request);
Result<RequestOptions> read_ollama_options(const ChatRequest& request);
Result<RequestOptions> read_anthropic_options(const ChatRequest& request);

/// The client asks for thinking, on or at a level.
inline bool asks_to_think(const RequestOptions& options) {
    return options.think == RequestOptions::Think::on ||
           options.think == RequestOptions::Think::level;
}
/// What a client of the dialect calls it: "think", "thinking", "reasoning_effort", "reasoning".
std::string_view thinking_name(Dialect dialect);

/// The name under which a client of the dialect knows a parameter: "top_k" is "options.top_k" for
/// Ollama's.
std::string client_name(Dialect dialect, std::string_view parameter);

}  // namespace llmr::providers
