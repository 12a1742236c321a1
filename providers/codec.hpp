#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/chat_request.hpp"
#include "core/error.hpp"
#include "core/money.hpp"
#include "core/types.hpp"
#include "core/upstream_config.hpp"

/// Dialects: how a request is read and written, how an answer is relayed or translated, and what
/// errors look like. Sans-I/O: bytes in, bytes out; no socket, no clock, no thread.
namespace llmr::providers {

// ---- the client's side ------------------------------------------------------------------------

/// Reads a client's body. Errors: missing_parameter, invalid_parameter (with `param`),
/// unsupported_parameter for what cannot be honoured. Unknown fields are left in `root`.
/// The result is a view into the parser that produced `body`.
Result<ChatRequest> parse_request(Dialect dialect, Operation operation,
                                  simdjson::dom::element body);

/// "application/json", "text/event-stream", "application/x-ndjson".
std::string_view response_content_type(Dialect dialect, bool stream);

/// The status of an error answer: http_status, but for a code that one dialect has of its own.
int client_status(Dialect dialect, const Error& error);
/// The body of an error answer in the client's dialect. Never empty.
std::string error_body(Dialect dialect, const Error& error);

/// An in-band error for a stream that has begun: one SSE `data:` event or one NDJSON line. It ends
/// the stream; no terminal marker follows.
std::string stream_error_frame(Dialect dialect, const Error& error);

/// Whether that is an event which ends an answer by the rules of the dialect; in the others a
/// client that overlooks it must not take the answer for complete.
bool error_ends_stream(Dialect dialect);

/// What keeps an idle stream alive (an SSE comment), or nothing where the dialect has no such
/// thing.
std::string_view heartbeat_frame(Dialect dialect);

/// The version of Anthropic's API that our translation is made for.
inline constexpr std::string_view kAnthropicVersion = "2023-06-01";

// ---- the upstream's side ----------------------------------------------------------------------

/// Where a request goes.
struct Target {
    Dialect dialect = Dialect::ollama;
    std::string_view model;               ///< the upstream's own name
    std::optional<std::int64_t> num_ctx;  ///< Ollama only: options.num_ctx to pin, if any
    /// Gemini only: the server is Vertex AI, which embeds under another path and takes no ids of
    /// function calls.
    bool vertex = false;
    /// Whether the model can think before it answers; nothing: unknown.
    std::optional<bool> thinks;
    /// The router chose the model: what the client asks of it counts only if it can do it.
    bool routed = false;
    /// How many messages, from the first, other models may have had a part in: their reasoning is
    /// left out, and the ids of their tool calls get a form that is valid everywhere.
    std::size_t foreign_messages = 0;
    /// Whose server it is; null: one that takes everything.
    const Provider* provider = nullptr;
    bool stream_usage = true;  ///< it knows stream_options
    /// What requests get that say nothing of it; null: nothing.
    const GenerationDefaults* defaults = nullptr;
    std::span<const std::string> fallback_models;  ///< OpenRouter: the member models
    std::string_view route;                        ///< OpenRouter: the member route
};

struct UpstreamRequest {
    std::string path;  ///< appended to the upstream's base URL, for example "/api/chat"
    std::string body;
    /// Parameters that were left out because the upstream has nothing like them and the answer is
    /// one all the same, by the client's names: "options.top_k".
    std::vector<std::string> ignored;
    bool one_tool_call = false;  ///< for the exchange: further calls are left out of the answer
    /// For the exchange: the answer's text is the arguments of a call of this tool; "*": an object
    /// that names the tool as well.
    std::string forced_tool;
};

/// The request for `target`. Same dialect on both sides: the client's bytes with `model` replaced,
/// stream_options.include_usage switched on for streams, and nothing else touched but for foreign
/// messages (Target), for which "messages" is written anew. Otherwise
/// translated; a parameter that the other dialect cannot express and whose loss would change the
/// answer is refused by name (unsupported_parameter).
Result<UpstreamRequest> build_request(const ChatRequest& request, std::string_view client_body,
                                      const Target& target);

/// Reads an upstream's error answer in any shape seen in the wild (object, string, array, HTML,
/// empty). Keeps the upstream's status; the message is cleaned of control characters and cut to
/// 500 characters. Context overflow becomes context_length_exceeded, a 429 with insufficient_quota
/// becomes insufficient_quota.
Error parse_upstream_error(Dialect dialect, int status, std::string_view body);

// ---- one answer -------------------------------------------------------------------------------

struct ExchangeSpec {
    Dialect client = Dialect::openai_chat;
    Dialect upstream = Dialect::ollama;
    Operation operation = Operation::chat;
    bool stream = false;
    bool include_usage = false;      ///< the OpenAI client asked for the usage chunk
    bool base64_embeddings = false;  ///< the OpenAI client asked for base64
    std::size_t input_count = 0;     ///< embed: how many vectors must come back
    bool hide_reasoning = false;     ///< the client did not ask for thinking and expects none
    bool one_tool_call = false;      ///< UpstreamRequest
    std::string forced_tool;         ///< UpstreamRequest
    bool stored = false;             ///< Responses: it is kept for previous_response_id
    std::string echo;  ///< Responses: the members of the request that its answer repeats, JSON
    std::int64_t input_tokens = 0;  ///< estimated, for streams that must state it at their start
    std::string model;              ///< the model that answers, for translated answers
    std::string answer_id;          ///< of translated answers (see answer_id below)
    std::int64_t created_ms = 0;    ///< UTC, for `created` and `created_at`
};

/// What is known of an answer from its request alone: the client's dialect and wishes.
ExchangeSpec exchange_spec(const ChatRequest& request);
/// Sets a member of what a Responses answer repeats.
void echo(ExchangeSpec& spec, std::string_view key, std::string_view json);
/// "chatcmpl-...", "cmpl-...", "resp_..." or "msg_...", as the client's dialect writes ids.
std::string answer_id(Dialect client, Operation operation, std::string_view request_id);

/// What an answer turned out to be; valid at any time, final after `end` or `abort`.
struct AnswerSummary {
    Usage usage;                         ///< reported by the upstream, source none until it was;
                                         ///< estimated where its counts contradict each other
    std::optional<PicoUsd> stated_cost;  ///< what the upstream says the answer costs
    ServiceTier service = ServiceTier::standard;  ///< the class of service it says it billed
    std::string finish_reason;     ///< OpenAI's words: stop, length, tool_calls, content_filter
    std::string served_model;      ///< as the upstream named it, empty if it did not
    bool complete = false;         ///< the upstream's terminal marker was seen
    bool content_started = false;  ///< a content, reasoning or tool-call event was seen
    std::int64_t estimated_output_tokens = 0;  ///< of what was relayed, for answers without usage
    std::int64_t load_us = 0;                  ///< Ollama's load_duration
    std::optional<Error> error;  ///< in-band error, or an answer that could not be understood
    bool error_sent = false;     ///< the frame for `error` is in `out` already: send no second one
};

/// Turns one upstream answer body into the client's. Created per attempt; not thread-safe.
///
/// Streams: `feed` takes body bytes in any portions and appends to `out` every client byte that may
/// be sent now; the terminal marker (and a usage chunk before it) is held back and given by
/// `take_tail`, so that the ledger row can be committed between the two.
/// Non-streams: nothing comes out of `feed`; the whole body is the tail.
/// The tail may be taken as soon as summary().complete is set, or after `end`.
/// An upstream error event, or an end without terminal marker, leaves no tail: see summary().error.
/// Only an error event found inside a stream puts its frame into `out` (summary().error_sent);
/// after any other error of a stream that has begun the caller sends stream_error_frame itself.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual void feed(std::string_view upstream_bytes, std::string& out) = 0;
    /// The upstream body ended. Sets summary().error (upstream_stream_cut, upstream_bad_response)
    /// if it ended too early or could not be understood.
    virtual void end(std::string& out) = 0;
    /// What is left to send: empty after an error, and when called again.
    virtual std::string take_tail() = 0;
    /// Measured times for the durations of an Ollama client's last line when the upstream has none:
    /// dispatch to first byte, and to the end. Optional; call before `end` and `take_tail`.
    virtual void set_timing(std::int64_t /*first_byte_us*/, std::int64_t /*total_us*/) {}
    /// The in-band error that ends this stream; with stream_error_frame's place in it.
    virtual std::string error_frame(const Error& error) = 0;
    virtual const AnswerSummary& summary() const = 0;
};

/// Never null. Same dialect on both sides gives a relay that passes events byte for byte (minus a
/// usage chunk nobody asked for); otherwise a translation through the neutral event of event.hpp.
std::unique_ptr<Exchange> make_exchange(const ExchangeSpec& spec);

}  // namespace llmr::providers
