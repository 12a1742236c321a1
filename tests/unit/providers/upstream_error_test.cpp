#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

struct Case {
    const char* name;
    int status;
    std::string body;
    Errc code;
    std::string message;
};

}  // namespace

TEST_CASE("upstream errors of every shape are understood and keep their status") {
    const std::vector<Case> cases{
        {"OpenAI", 400,
         R"({"error":{"message":"bad value","type":"invalid_request_error",)"
         R"("param":"n","code":null}})",
         Errc::upstream_rejected, "bad value"},
        {"bare string", 400, R"({"error":"'response_format.type' must be 'text'"})",
         Errc::upstream_rejected, "'response_format.type' must be 'text'"},
        {"array of one", 400,
         R"([{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}])",
         Errc::upstream_rejected, "no"},
        {"flat vLLM", 404,
         R"({"object":"error","message":"The model `x` does not exist.","code":404})",
         Errc::model_not_found, "The model `x` does not exist."},
        {"FastAPI text", 422, R"({"detail":"Unprocessable"})", Errc::upstream_rejected,
         "Unprocessable"},
        {"FastAPI list", 422, R"({"detail":[{"loc":["body"],"msg":"field required","type":"x"}]})",
         Errc::upstream_rejected, "field required"},
        {"OpenRouter", 502,
         R"({"error":{"code":502,"message":"Provider returned error",)"
         R"("metadata":{"raw":"overloaded"}}})",
         Errc::upstream_unavailable, "Provider returned error: overloaded"},
        {"HTML", 502, "<html><body>Bad Gateway</body></html>", Errc::upstream_unavailable,
         "the upstream answered with a page that is not JSON"},
        {"plain text", 404, "404 page not found", Errc::upstream_not_found, "404 page not found"},
        {"empty", 500, "", Errc::upstream_error,
         "the upstream answered with status 500 and no message"},
        {"empty object", 500, "{}", Errc::upstream_error,
         "the upstream answered with status 500 and no message"},
        {"Ollama unknown model", 404, R"({"error":"model 'x' not found"})", Errc::model_not_found,
         "model 'x' not found"},
        {"auth", 401, R"({"error":{"message":"no key"}})", Errc::upstream_auth, "no key"},
        {"forbidden", 403, R"({"error":{"message":"no"}})", Errc::upstream_auth, "no"},
        {"payment", 402, R"({"error":{"message":"Insufficient Balance"}})",
         Errc::insufficient_quota, "Insufficient Balance"},
        {"timeout", 504, "", Errc::upstream_timeout,
         "the upstream answered with status 504 and no message"},
        {"request timeout", 408, R"({"error":"slow"})", Errc::upstream_timeout, "slow"},
        {"too large", 413, R"({"error":"big"})", Errc::body_too_large, "big"},
        {"rate", 429, R"({"error":{"message":"slow down","code":"rate_limit_exceeded"}})",
         Errc::rate_limited, "slow down"},
        {"quota by type", 429, R"({"error":{"message":"pay","type":"insufficient_quota"}})",
         Errc::insufficient_quota, "pay"},
        {"overflow by code", 400,
         R"({"error":{"message":"too long","code":"context_length_exceeded"}})",
         Errc::context_length_exceeded, "too long"},
        {"overflow by text", 400, R"({"error":"the input length exceeds the context length"})",
         Errc::context_length_exceeded, "the input length exceeds the context length"},
        {"overflow of llama.cpp", 400,
         R"({"error":{"code":400,"message":"too big","type":"exceed_context_size_error"}})",
         Errc::context_length_exceeded, "too big"},
        {"overflow in vLLM", 400,
         R"({"error":{"message":"This model's maximum context length is 8 tokens.","code":400}})",
         Errc::context_length_exceeded, "This model's maximum context length is 8 tokens."},
    };
    for (const Case& row : cases) {
        CAPTURE(row.name);
        const Error error = parse_upstream_error(Dialect::openai_chat, row.status, row.body);
        CHECK(error.code == row.code);
        CHECK(error.message == row.message);
        CHECK(error.upstream_status == row.status);
    }
}

TEST_CASE("an upstream's message is cleaned, cut and freed of keys") {
    const auto message = [](const std::string& text) {
        return parse_upstream_error(Dialect::openai_chat, 401, text).message;
    };
    CHECK(message("Incorrect API key provided: sk-proj-abcDEF123456. See docs.") ==
          "Incorrect API key provided: sk-*** See docs.");
    CHECK(message("Authorization: Bearer abcdef123456 is bad") ==
          "Authorization: Bearer *** is bad");
    CHECK(message("key AIzaSyABCDEFGH0123 refused") == "key AIza*** refused");
    CHECK(message("a task-oriented thing") == "a task-oriented thing");
    CHECK(message("line\none\x01") == "line one");
    CHECK(message(std::string(2000, 'x')).size() == 500);
    std::string wide;
    for (int i = 0; i < 400; ++i)
        wide += "\xC3\xA4";
    CHECK(message(wide + "b").size() == 500);
    const std::string late = std::string(495, ' ') + ". sk-abcdefghijklmnop";
    CHECK(message("x" + late).find("abc") == std::string::npos);
}

TEST_CASE("the offending parameter is kept") {
    const Error error = parse_upstream_error(Dialect::openai_chat, 400,
                                             R"({"error":{"message":"m","param":"temperature"}})");
    CHECK(error.param == "temperature");
}

TEST_CASE("Google's errors: what stands in the details counts") {
    const auto google = [](int status, const std::string& members) {
        return parse_upstream_error(Dialect::gemini, status, R"({"error":{)" + members + "}}");
    };
    const Error key = google(
        400, R"("code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[)"
             R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}])");
    CHECK(key.code == Errc::upstream_auth);
    CHECK(key.upstream_status == 400);
    CHECK(google(400, R"("status":"INVALID_ARGUMENT","message":"bad")").code ==
          Errc::upstream_rejected);
    CHECK(google(403, R"("status":"PERMISSION_DENIED","message":"no")").code ==
          Errc::upstream_auth);
    CHECK(google(404, R"("status":"NOT_FOUND","message":"models/x is not found")").code ==
          Errc::model_not_found);
    for (const char* said : {"The input token count (9) exceeds the maximum number of tokens "
                             "allowed (8).",
                             "Unable to submit request because the input token count is 9 but "
                             "model only supports up to 8."}) {
        CHECK(google(400, R"("message":")" + std::string(said) + "\"").code ==
              Errc::context_length_exceeded);
    }
}

TEST_CASE("Google says in the body when to come back") {
    const auto delay = [](const std::string& text) {
        return parse_upstream_error(
                   Dialect::gemini, 429,
                   R"([{"error":{"message":"quota","status":"RESOURCE_EXHAUSTED","details":[)"
                   R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure"},)"
                   R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":")" +
                       text + "\"}]}}]")
            .retry_after_seconds;
    };
    CHECK(delay("34s") == 34);
    CHECK(delay("34.074824224s") == 35);
    CHECK(delay("34.000s") == 34);
    CHECK(delay("0s") == 0);
    for (const std::string text : {"", "s", "34", "-1s", "34.x s", "1e9s", "99999999999s"}) {
        CAPTURE(text);
        CHECK_FALSE(delay(text).has_value());
    }
}
