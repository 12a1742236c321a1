#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

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

TEST_CASE("a virtual model shows its context once, its tools and its architecture") {
    const std::string body = ollama_show_virtual("auto:latest", 8192);
    JsonParser parser;
    const auto root = parser.parse(body).value();
    const auto info = get_value(root, "model_info").value();
    CHECK(get_string(info, "general.architecture") == "llama");
    CHECK(get_int(info, "llama.context_length") == 8192);
    CHECK(body.find("context_length") == body.rfind("context_length"));
    CHECK(get_string(root, "template").value().find("{{ .Tools }}") != std::string::npos);
    CHECK(get_string(root, "parameters") == "num_ctx                        8192");
    CHECK(to_json(get_value(root, "capabilities").value()) == R"(["completion","tools"])");
    CHECK(get_value(root, "details").value().is_object());
}
