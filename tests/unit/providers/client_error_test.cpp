#include <string>

#include <doctest/doctest.h>

#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

TEST_CASE("errors take the shape of the client's dialect") {
    const Error error(Errc::invalid_parameter, "'n' must be \"1\"", "n");
    CHECK(error_body(Dialect::openai_chat, error) ==
          R"({"error":{"message":"'n' must be \"1\"","type":"invalid_request_error","param":"n",)"
          R"("code":"invalid_parameter"}})");
    CHECK(error_body(Dialect::openai_responses, error) == error_body(Dialect::openai_chat, error));
    CHECK(error_body(Dialect::ollama, error) == R"({"error":"'n' must be \"1\""})");
    CHECK(error_body(Dialect::anthropic, error) ==
          R"({"type":"error","error":{"type":"invalid_request_error","message":"'n' must be )"
          R"(\"1\"","code":"invalid_parameter"}})");
}

TEST_CASE("an OpenAI error names its type by status, and a null parameter") {
    const auto body = [](Errc code) { return error_body(Dialect::openai_chat, Error(code, "m")); };
    CHECK(body(Errc::model_not_found).find(R"("type":"invalid_request_error","param":null)") !=
          std::string::npos);
    CHECK(body(Errc::rate_limited).find(R"("type":"rate_limit_error")") != std::string::npos);
    CHECK(body(Errc::insufficient_quota).find(R"("type":"insufficient_quota")") !=
          std::string::npos);
    CHECK(body(Errc::upstream_unreachable).find(R"("type":"server_error")") != std::string::npos);
}

TEST_CASE("an error body is never empty") {
    CHECK(error_body(Dialect::ollama, Error(Errc::internal, "")) == R"({"error":"internal"})");
}

TEST_CASE("an error inside a stream is one event of its framing, without a terminal marker") {
    const Error error(Errc::upstream_stream_cut, "cut");
    CHECK(stream_error_frame(Dialect::ollama, error) == "{\"error\":\"cut\"}\n");
    const std::string frame = stream_error_frame(Dialect::openai_chat, error);
    CHECK(frame.starts_with("data: {\"error\":{"));
    CHECK(frame.ends_with("}}\n\n"));
    CHECK(frame.find("upstream_stream_cut") != std::string::npos);
}

TEST_CASE("dialects with named events have one for errors, which ends the answer") {
    const Error error(Errc::upstream_stream_cut, "cut");
    CHECK(
        stream_error_frame(Dialect::anthropic, error).starts_with("event: error\ndata: {\"type\""));
    CHECK(stream_error_frame(Dialect::openai_responses, error)
              .starts_with("event: error\ndata: {\"type\":\"error\""));
    CHECK(error_ends_stream(Dialect::anthropic));
    CHECK(error_ends_stream(Dialect::openai_responses));
    CHECK_FALSE(error_ends_stream(Dialect::openai_chat));
    CHECK_FALSE(error_ends_stream(Dialect::ollama));
}

TEST_CASE("Anthropic's types and its own status for a server that has too much to do") {
    const struct {
        Errc code;
        const char* type;
        int status;
    } rows[] = {
        {Errc::invalid_api_key, "authentication_error", 401},
        {Errc::forbidden_host, "permission_error", 403},
        {Errc::model_not_found, "not_found_error", 404},
        {Errc::body_too_large, "request_too_large", 413},
        {Errc::rate_limited, "rate_limit_error", 429},
        {Errc::queue_full, "overloaded_error", 529},
        {Errc::shutting_down, "overloaded_error", 503},
        {Errc::deadline_exceeded, "timeout_error", 504},
        {Errc::upstream_error, "api_error", 502},
    };
    for (const auto& row : rows) {
        const Error error(row.code, "m");
        CAPTURE(row.type);
        CHECK(client_status(Dialect::anthropic, error) == row.status);
        CHECK(error_body(Dialect::anthropic, error).find(std::string("\"type\":\"") + row.type) !=
              std::string::npos);
        CHECK(client_status(Dialect::openai_chat, error) == http_status(error));
    }
}

TEST_CASE("a prompt that is too long is told in the words that clients look for") {
    for (const char* said : {"5000 tokens are too many", "prompt is too long: 5 tokens > 4 maximum",
                             "This model's maximum context length is 4 tokens."}) {
        const Error error(Errc::context_length_exceeded, said);
        CHECK(error_body(Dialect::openai_chat, error).find("maximum context length") !=
              std::string::npos);
        CHECK(error_body(Dialect::anthropic, error).find("prompt is too long") !=
              std::string::npos);
        CHECK(error_body(Dialect::ollama, error).find("exceeds the context length") !=
              std::string::npos);
        for (const Dialect dialect : kClientDialects)
            CHECK(error_body(dialect, error).find(said) != std::string::npos);
    }
}

TEST_CASE("every stream of events has a heartbeat") {
    CHECK(heartbeat_frame(Dialect::openai_chat) == ": ping\n\n");
    CHECK(heartbeat_frame(Dialect::openai_responses) == ": ping\n\n");
    CHECK(heartbeat_frame(Dialect::anthropic) == "event: ping\ndata: {\"type\":\"ping\"}\n\n");
    CHECK(heartbeat_frame(Dialect::ollama).empty());
}

TEST_CASE("content types follow dialect and mode") {
    CHECK(response_content_type(Dialect::openai_chat, true) == "text/event-stream");
    CHECK(response_content_type(Dialect::ollama, true) == "application/x-ndjson");
    CHECK(response_content_type(Dialect::openai_chat, false) == "application/json");
    CHECK(response_content_type(Dialect::ollama, false) == "application/json");
}
