#include "daemon/response_store.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "daemon/query/stored_conversation.hpp"

using namespace llmr;
using namespace llmr::daemon;

namespace {

StoredResponse response(const std::string& id, const std::string& key = "k",
                        std::size_t bytes = 2) {
    return {id, key, std::string(bytes, '{'), R"({"role":"user","content":"Hi"})"};
}

Result<std::optional<std::string>> expanded(ResponseStore& store, const std::string& body) {
    JsonParser parser;
    return with_previous_items(parser.parse(body).value(), body, store, "k");
}

}  // namespace

TEST_CASE("a response is found by who made it, until it is deleted") {
    ResponseStore store(2);
    REQUIRE(store.put(response("resp_1")));
    REQUIRE(store.find("resp_1", "k"));
    CHECK(store.find("resp_1", "k")->response == "{{");
    CHECK_FALSE(store.find("resp_1", "other"));
    CHECK_FALSE(store.erase("resp_1", "other"));
    CHECK(store.erase("resp_1", "k"));
    CHECK_FALSE(store.erase("resp_1", "k"));
    CHECK_FALSE(store.find("resp_1", "k"));
    CHECK_FALSE(ResponseStore(0).put(response("resp_2")));
}

TEST_CASE("those unused for longest make room, by number and by bytes") {
    ResponseStore store(2, 10'000);
    store.put(response("a"));
    store.put(response("b"));
    CHECK(store.find("a", "k"));
    store.put(response("c"));
    CHECK_FALSE(store.find("b", "k"));
    CHECK(store.find("a", "k"));
    store.put(response("d", "k", 9'950));
    CHECK_FALSE(store.find("a", "k"));
    CHECK(store.find("d", "k"));
    CHECK_FALSE(store.put(response("e", "k", 10'001)));
    CHECK(store.find("d", "k"));
    store.put(response("d"));
    CHECK(store.find("d", "k")->response.size() == 2);
}

TEST_CASE("a request goes on with all that was said before") {
    ResponseStore store(2);
    store.put(response("resp_1"));
    const auto text = expanded(store, R"({"previous_response_id":"resp_1","input":"More"})");
    REQUIRE(text.has_value());
    CHECK(**text ==
          R"({"input":[{"role":"user","content":"Hi"},{"role":"user","content":"More"}]})");
    const auto list =
        expanded(store, R"({"input":[{"type":"x"}],"previous_response_id":"resp_1"})");
    REQUIRE(list.has_value());
    CHECK(**list == R"({"input":[{"role":"user","content":"Hi"},{"type":"x"}]})");
    CHECK_FALSE(expanded(store, R"({"input":"Hi"})").value().has_value());
    const auto unknown = expanded(store, R"({"previous_response_id":"resp_2","input":"x"})");
    REQUIRE(unknown.has_error());
    CHECK(unknown.error().param == "previous_response_id");
}

TEST_CASE("the response of a stream is in its last event") {
    CHECK(final_response("event: response.completed\ndata: {\"type\":\"response.completed\","
                         "\"response\":{\"id\":\"r\"}}\n\n",
                         true) == R"({"id":"r"})");
    CHECK(final_response(R"({"id":"r"})", false) == R"({"id":"r"})");
    CHECK_FALSE(final_response("event: error\ndata: {}\n\n", true));
}
