#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace llmr::simulator {

/// Switches, for every model or one of them. All off: as fast as it goes. They act on inference
/// requests only, never on lists and versions. A plain value.
struct Behaviour {
    std::chrono::microseconds first_token_delay{0};
    std::chrono::microseconds load_time{0};  ///< Ollama: of a model that is not in memory
    double tokens_per_second = 0;            ///< 0: no pause between tokens
    int answer_tokens = 0;      ///< 0: the answer's own length; JSON answers keep theirs
    int tool_calls = 1;         ///< how many of the offered tools are called at once
    int error_status = 0;       ///< answer with this HTTP status, without any delay
    std::string error_message;  ///< with error_status; else the usual text of that status
    double error_rate = 1.0;    ///< of requests that get error_status, spread evenly
    /// Close the socket (FIN) after this many body bytes, chunk framing not counted; 0: after the
    /// head. A body that is shorter is delivered whole and the connection stays usable.
    std::int64_t cut_after_bytes = -1;
    std::int64_t stall_after_bytes = -1;  ///< stop sending there, keep the socket open
    int stream_error_after = -1;          ///< events of a stream; then the error in its place
    bool omit_usage = false;              ///< OpenAI: no usage although asked; Ollama: no counts
    std::string error_code;           ///< OpenAI's `code`, with error_status; else the usual one
    int retry_after_seconds = 0;      ///< Retry-After with error_status; 0: no such header
    bool reset_before_head = false;   ///< read the request, then reset (RST) without one byte
    bool close_after_answer = false;  ///< whole answer, then close without having announced it
    /// With error_status, of servers that speak OpenAI's dialect: "quota", "html" (a gateway's page
    /// instead of JSON), "content_filter", "budget"; sets the kind's usual status if there is none.
    std::string error_kind;
    bool error_in_200 =
        false;  ///< there too: the error comes under status 200, as an event or body
    std::string finish_reason;   ///< there too: half of the answer, ended by this reason
    bool filter_frames = false;  ///< Azure: the filter judges afterwards, in frames without delta
    std::string answer;  ///< every answer's text, instead of its own; a tool is still called

    bool operator==(const Behaviour&) const = default;
};

}  // namespace llmr::simulator
