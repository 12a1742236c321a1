#include "providers/models.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace llmr;
using namespace llmr::providers;

TEST_CASE("the OpenAI model list has every key that clients read") {
    CHECK(openai_model_list({{"auto:latest", 1700000000123, "llm-router", ""}}) ==
          R"({"object":"list","data":[{"id":"auto:latest","object":"model","created":1700000000,)"
          R"("owned_by":"llm-router"}]})");
    CHECK(openai_model_list({}) == R"({"object":"list","data":[]})");
}

TEST_CASE("the Ollama list passes real entries on and completes virtual ones") {
    const std::string real = R"({"name":"m:7b","model":"m:7b","size":4108916866})";
    const std::string list = ollama_model_list(
        {{"m:7b", 0, "", real}, {"auto:latest", 0, "", ""}, {"auto:code", 0, "", ""}});
    CHECK(list.find(real) != std::string::npos);

    JsonParser parser;
    const auto models = get_value(parser.parse(list).value(), "models").value().get_array().value();
    REQUIRE(models.size() == 3);
    const auto first = models.at(1).value();
    const auto second = models.at(2).value();
    CHECK(get_string(first, "name") == "auto:latest");
    CHECK(get_string(first, "model") == "auto:latest");
    CHECK(get_string(first, "modified_at") == "1970-01-01T00:00:00.000Z");
    CHECK(get_string(first, "digest").value().size() == 64);
    CHECK(get_string(first, "digest") != get_string(second, "digest"));
    CHECK(get_value(get_value(first, "details").value(), "families").value().is_array());
}

TEST_CASE("dates have six fractional digits at most, whatever the upstream writes") {
    CHECK(with_short_times(R"({"modified_at":"2024-05-04T14:56:49.277302595-07:00","size":1})") ==
          R"({"modified_at":"2024-05-04T14:56:49.277302-07:00","size":1})");
    CHECK(with_short_times(R"({"expires_at":"2318-01-01T00:00:00.123456789Z"})") ==
          R"({"expires_at":"2318-01-01T00:00:00.123456Z"})");
    for (const char* same : {R"({"modified_at":"2024-05-04T14:56:49Z"})",
                             R"({"modified_at":"2024-05-04T14:56:49.123Z"})",
                             R"({"modified_at":null})", R"({"name":"0.1234567890"})"})
        CHECK(with_short_times(same) == same);
    CHECK(ollama_model_list({{"m:7b", 0, "", R"({"modified_at":"2024-05-04T14:56:49.1234567Z"})"}})
              .find("49.123456Z") != std::string::npos);
}

TEST_CASE("virtual models are always loaded, each with a digest of its own") {
    const std::string list = ollama_loaded_list(
        {{"auto:latest", 0, "", ""}, {"auto-code:latest", 0, "", ""}, {"m:7b", 0, "", "{}"}},
        {R"({"name":"m:7b","expires_at":"2026-01-31T12:00:00.123456789+02:00"})"});
    JsonParser parser;
    const auto models = get_value(parser.parse(list).value(), "models").value().get_array().value();
    REQUIRE(models.size() == 3);
    const auto first = models.at(0).value();
    CHECK(get_string(first, "model") == "auto:latest");
    CHECK(get_string(first, "digest").value().size() == 64);
    CHECK(get_string(first, "digest") != get_string(models.at(1).value(), "digest"));
    CHECK(get_int(first, "size_vram") == 0);
    CHECK(get_int(first, "context_length") == 4096);
    CHECK(get_string(first, "expires_at") == "2318-01-01T00:00:00Z");
    CHECK(get_string(models.at(2).value(), "expires_at") == "2026-01-31T12:00:00.123456+02:00");
}

TEST_CASE("Anthropic's list is paged in both directions") {
    const std::vector<ModelEntry> models{
        {"a", 1700000000123, "", ""}, {"b", 0, "", ""}, {"c", 0, "", ""}, {"d", 0, "", ""}};
    const auto ids = [&](std::size_t limit, const char* after, const char* before) {
        const auto text = anthropic_model_list(models, {limit, after, before});
        REQUIRE(text.has_value());
        JsonParser parser;
        const auto root = parser.parse(*text).value();
        std::string seen;
        const auto data = get_value(root, "data").value().get_array().value();
        for (const auto model : data)
            seen += std::string(get_string(model, "id").value());
        seen += get_bool(root, "has_more").value() ? "+" : "";
        const std::string first(get_string(root, "first_id").value_or(""));
        const std::string last(get_string(root, "last_id").value_or(""));
        CHECK(first == (data.size() == 0 ? "" : seen.substr(0, 1)));
        CHECK(last == (data.size() == 0 ? "" : seen.substr(data.size() - 1, 1)));
        return seen;
    };
    CHECK(ids(20, "", "") == "abcd");
    CHECK(ids(2, "", "") == "ab+");
    CHECK(ids(2, "b", "") == "cd");
    CHECK(ids(1, "b", "") == "c+");
    CHECK(ids(2, "d", "") == "");
    CHECK(ids(2, "", "d") == "bc+");
    CHECK(ids(2, "", "c") == "ab");
    CHECK(ids(2, "", "a") == "");
    CHECK(anthropic_model_list(models, {2, "x", ""}).error().param == "after_id");
    CHECK(anthropic_model_list(models, {2, "", "x"}).error().param == "before_id");
    CHECK(anthropic_model_list(models, {2, "a", "b"}).error().code == Errc::invalid_parameter);
    CHECK(
        anthropic_model(models.front()) ==
        R"({"type":"model","id":"a","display_name":"a","created_at":"2023-11-14T22:13:20.123Z"})");
}

TEST_CASE("a virtual model shows its context once, its tools and its architecture") {
    ModelEntry model;
    model.name = "auto:latest";
    model.context_length = 8192;
    model.capabilities.emplace_back("vision");
    const std::string body = ollama_show_virtual(model);
    JsonParser parser;
    const auto root = parser.parse(body).value();
    const auto info = get_value(root, "model_info").value();
    CHECK(get_string(info, "general.architecture") == "llama");
    CHECK(get_int(info, "llama.context_length") == 8192);
    CHECK(body.find("context_length") == body.rfind("context_length"));
    CHECK(get_string(root, "template").value().find("{{ .Tools }}") != std::string::npos);
    CHECK(get_string(root, "parameters") == "num_ctx                        8192");
    CHECK(to_json(get_value(root, "capabilities").value()) == R"(["completion","tools","vision"])");
    CHECK(get_value(root, "details").value().is_object());
}
