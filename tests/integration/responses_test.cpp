// /v1/responses with and without a store.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

std::string responses_body(const std::string& input, const std::string& more = {}) {
    return R"({"model":"mistral:7b","input":)" + json_quote(input) +
           (more.empty() ? "" : "," + more) + "}";
}

std::string previous(const std::string& id) {
    return R"("previous_response_id":")" + id + "\"";
}

/// The messages that the model server got last.
std::string last_prompt(const TestRouter& router) {
    return router.simulator->requests().back().body;
}

}  // namespace

TEST_CASE("without a store a response is not gone on from, and says what to set") {
    const TestRouter router;
    const HttpAnswer answer = router.post("/v1/responses", responses_body("Hi"));
    REQUIRE(answer.status == 200);
    CHECK(json_at(answer.body, "/store") == "false");
    const std::string id = json_at(answer.body, "/id");
    const HttpAnswer next = router.post("/v1/responses", responses_body("And?", previous(id)));
    CHECK(next.status == 400);
    CHECK(json_at(next.body, "/error/param") == "previous_response_id");
    CHECK(json_at(next.body, "/error/message").find("LLM_RESPONSES_STORE") != std::string::npos);
    CHECK(router.get("/v1/responses/" + id).status == 404);
}

TEST_CASE("with a store the next request goes on with what was said") {
    const TestRouter router(Environment{{"LLM_RESPONSES_STORE", "10"}});
    const HttpAnswer first = router.post("/v1/responses", responses_body("My name is Ada."));
    CHECK(json_at(first.body, "/store") == "true");
    const std::string id = json_at(first.body, "/id");
    const HttpAnswer second = router.post(
        "/v1/responses", responses_body("Who am I?", previous(id) + ",\"stream\":true"));
    REQUIRE(second.status == 200);
    CHECK(last_prompt(router).find("My name is Ada.") != std::string::npos);
    CHECK(last_prompt(router).find("Simulated answer") != std::string::npos);
    CHECK(second.body.find(R"("previous_response_id":")" + id + "\"") != std::string::npos);

    const std::size_t at = second.body.find("\"id\":\"resp_") + 6;
    const std::string streamed = second.body.substr(at, second.body.find('"', at) - at);
    const HttpAnswer third =
        router.post("/v1/responses", responses_body("So?", previous(streamed)));
    REQUIRE(third.status == 200);
    CHECK(last_prompt(router).find("My name is Ada.") != std::string::npos);
    CHECK(last_prompt(router).find("Who am I?") != std::string::npos);
}

TEST_CASE("a stored response can be read and deleted; one that must not be kept is not") {
    const TestRouter router(Environment{{"LLM_RESPONSES_STORE", "10"}});
    const HttpAnswer kept = router.post("/v1/responses", responses_body("Hi"));
    const std::string path = "/v1/responses/" + json_at(kept.body, "/id");
    CHECK(router.get(path).body == kept.body);
    HttpConnection connection = router.connect();
    const HttpAnswer deleted = connection.request("DELETE", path, {}, {});
    CHECK(json_at(deleted.body, "/deleted") == "true");
    CHECK(router.get(path).status == 404);
    const HttpAnswer unkept = router.post("/v1/responses", responses_body("Hi", "\"store\":false"));
    CHECK(json_at(unkept.body, "/store") == "false");
    CHECK(router.get("/v1/responses/" + json_at(unkept.body, "/id")).status == 404);
}

TEST_CASE("the response of another key is not found") {
    const TestRouter router(
        {{"LLM_RESPONSES_STORE", "10"},
         {"LLM_ROUTER_API_KEYS", "first-key-1234567890,second-key-1234567890"}});
    const std::map<std::string, std::string> first{
        {"Authorization", "Bearer first-key-1234567890"}};
    const std::map<std::string, std::string> second{
        {"Authorization", "Bearer second-key-1234567890"}};
    const HttpAnswer kept = router.post("/v1/responses", responses_body("Hi"), first);
    REQUIRE(kept.status == 200);
    const std::string id = json_at(kept.body, "/id");
    CHECK(router.get("/v1/responses/" + id, first).status == 200);
    CHECK(router.get("/v1/responses/" + id, second).status == 404);
    CHECK(router.post("/v1/responses", responses_body("And?", previous(id)), second).status == 400);
}

TEST_CASE("a server that speaks Responses gets and gives them as they are") {
    const TestRouter provider;
    const auto router_with = [&](const std::string& setting) {
        return std::make_unique<TestRouter>(Environment{
            {"LLM_BASE_URL", "http://127.0.0.1:" + std::to_string(provider.port()) + "/v1"},
            {"LLM_API_KEY", "any-key-1234567890"},
            {"LLM_RESPONSES_UPSTREAM", setting}});
    };
    const std::string body =
        R"({"model":"openai/mistral:7b","input":"Hi","metadata":{"a":"b"},"safety_identifier":"x")";
    const auto passing = router_with("on");
    const HttpAnswer answer = passing->post("/v1/responses", body + "}");
    REQUIRE(answer.status == 200);
    CHECK(json_at(answer.body, "/metadata/a") == "b");
    const std::string theirs = json_at(answer.body, "/id").substr(5);
    CHECK(provider.get("/router/queries").body.find(theirs) != std::string::npos);
    const HttpAnswer stream = passing->post("/v1/responses", body + ",\"stream\":true}");
    CHECK(stream.complete);
    CHECK(stream.body.find("event: response.completed\n") != std::string::npos);
    const std::string row = passing->get("/router/queries").body;
    CHECK(json_at(row, "/queries/0/usage_source") == "reported");

    const auto translating = router_with("auto");
    const HttpAnswer translated = translating->post("/v1/responses", body + "}");
    REQUIRE(translated.status == 200);
    const std::string ours = json_at(translated.body, "/id").substr(5);
    CHECK(provider.get("/router/queries").body.find(ours) == std::string::npos);
}
