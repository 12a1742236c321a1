#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "simulator/answers.hpp"
#include "simulator/models.hpp"

namespace llmr::simulator {

/// An error in Ollama's words: {"error": text} with this status.
struct OllamaRefusal {
    int status = 400;
    std::string text;
};

/// What /api/chat and /api/generate ask for. A view into the parsed body.
struct OllamaRequest {
    Prompt prompt;
    bool stream = true;
    bool load_only = false;
    bool raw = false;
    bool wants_tools = false;
    bool has_suffix = false;
    bool truncate = true;
    bool logprobs = false;
    int top_logprobs = 0;
    std::optional<bool> think;  ///< unset: as the model likes
    std::optional<std::int64_t> num_ctx;
};

/// Reads a body as Ollama's decoder would: wrong types are refused with Go's texts.
/// Nothing if all is well.
std::optional<OllamaRefusal> read_chat(simdjson::dom::element root, OllamaRequest& out);
std::optional<OllamaRefusal> read_generate(simdjson::dom::element root, OllamaRequest& out);

/// What the model lacks for this request, if anything.
std::optional<OllamaRefusal> check_capabilities(const OllamaRequest& request,
                                                const StoredModel& model, std::string_view verb);

/// `keep_alive` in milliseconds; INT64_MAX: for good; nothing is 5 minutes.
std::optional<OllamaRefusal> read_keep_alive(simdjson::dom::element root, std::int64_t& out_ms);

/// The decoder's text for a body that is not JSON.
std::string decoder_error(std::string_view body);
/// "json: cannot unmarshal array into Go struct field ChatRequest.model of type string".
OllamaRefusal wrong_type(simdjson::dom::element value, std::string_view field,
                         std::string_view wanted);

}  // namespace llmr::simulator
