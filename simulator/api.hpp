#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/behaviour.hpp"
#include "simulator/model_memory.hpp"

namespace llmr::simulator {

/// One request as the session read it; a view into its buffers.
struct HttpRequest {
    std::string_view method;
    std::string_view path;  ///< without the query
    std::string_view body;
    std::string_view query;  ///< after '?'
    std::string_view authorization;
    std::string_view api_key;            ///< x-api-key
    std::string_view anthropic_version;  ///< its header
    std::string_view anthropic_beta;
    std::string_view goog_api_key;  ///< x-goog-api-key
};

/// The body of a streamed answer, one event at a time.
class EventSource {
public:
    virtual ~EventSource() = default;
    /// Appends the next event to `out` and says how many tokens of the answer it carries; nothing
    /// once there are no more events.
    virtual std::optional<int> next(std::string& out) = 0;
};

/// What is to be sent for one request, and how badly.
struct Reply {
    int status = 200;
    std::string_view content_type = "application/json; charset=utf-8";
    std::string extra_lines;  ///< header lines, each with its CRLF
    std::string body;
    std::unique_ptr<EventSource> events;  ///< set: a chunked body of these, not `body`
    std::int64_t body_tokens = 0;         ///< tokens of the answer in `body`, for its pace

    bool inference = false;  ///< it goes into the request log, and the switches act on it
    bool stream = false;     ///< the client asked for a stream
    std::string model;       ///< as asked for
    std::shared_ptr<const Behaviour> switches;  ///< null: all off

    /// Set where the server's memory counts: asks for the model's place in it. The guest stays
    /// until the answer is sent.
    std::function<std::shared_ptr<ModelMemory::Guest>(ModelMemory::OnEntered)> enter;
    /// With `enter`: writes the rest of this reply, knowing how long the model took to be there.
    std::function<void(Reply&, std::chrono::nanoseconds load)> fill;
};

/// One server's paths. `answer` is pure but for load states and may be called by any thread.
class Api {
public:
    virtual ~Api() = default;
    virtual Reply answer(const HttpRequest& request) = 0;
};

}  // namespace llmr::simulator
