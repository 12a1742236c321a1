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
    CHECK(error_body(Dialect::ollama, error) == R"({"error":"'n' must be \"1\""})");
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

TEST_CASE("only SSE has a heartbeat") {
    CHECK(heartbeat_frame(Dialect::openai_chat) == ": ping\n\n");
    CHECK(heartbeat_frame(Dialect::ollama).empty());
}

TEST_CASE("content types follow dialect and mode") {
    CHECK(response_content_type(Dialect::openai_chat, true) == "text/event-stream");
    CHECK(response_content_type(Dialect::ollama, true) == "application/x-ndjson");
    CHECK(response_content_type(Dialect::openai_chat, false) == "application/json");
    CHECK(response_content_type(Dialect::ollama, false) == "application/json");
}
