#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/chat_request.hpp"
#include "core/error.hpp"

namespace llmr::providers {

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
    Think think = Think::unset;
    std::string_view think_level;               ///< low, medium, high
    std::vector<simdjson::dom::element> tools;  ///< as the client wrote them; both dialects agree
    std::optional<simdjson::dom::element> keep_alive;
};

/// Reads the parameters of an OpenAI request that goes to an Ollama upstream. Refuses by name what
/// Ollama cannot do and whose loss would change the answer (unsupported_parameter).
Result<RequestOptions> read_openai_options(const ChatRequest& request);
/// Reads the parameters of an Ollama request that goes to an OpenAI upstream, with the same rule.
Result<RequestOptions> read_ollama_options(const ChatRequest& request);

/// `stop` as a string or an array of strings. Appends to `stop`.
void read_stop(simdjson::dom::element value, const std::string& path,
               std::vector<std::string_view>& stop, std::optional<Error>& error);

}  // namespace llmr::providers
