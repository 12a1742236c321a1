#include "simulator/embeddings.hpp"

#include <cmath>
#include <cstring>

#include <doctest/doctest.h>

#include "core/text.hpp"
#include "fixture.hpp"
#include "simulator/json_view.hpp"

using namespace llmr;
using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

std::vector<float> floats_at(const Json& json, const std::string& pointer) {
    std::vector<float> out;
    for (const auto number : array_of(json.at(pointer))) {
        out.push_back(static_cast<float>(double(number)));
    }
    return out;
}

double norm(const std::vector<float>& vector) {
    double squares = 0;
    for (const double number : vector) {
        squares += number * number;
    }
    return std::sqrt(squares);
}

std::vector<float> floats_in(const std::string& base64) {
    std::string bytes;
    REQUIRE(base64_decode(base64, bytes));
    std::vector<float> out(bytes.size() / sizeof(float));
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
}

}  // namespace

TEST_CASE("equal texts have equal unit vectors, other texts have others") {
    const auto a = embedding("nomic-embed-text", "hello", 768, 768);
    CHECK(a == embedding("nomic-embed-text:latest", "hello", 768, 768));
    CHECK(a != embedding("nomic-embed-text", "hello!", 768, 768));
    CHECK(a != embedding("other", "hello", 768, 768));
    CHECK(norm(a) == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("fewer dimensions are the first ones, normalised again") {
    const auto whole = embedding("m", "hello", 64, 64);
    const auto part = embedding("m", "hello", 64, 16);
    REQUIRE(part.size() == 16);
    CHECK(norm(part) == doctest::Approx(1).epsilon(1e-5));
    CHECK(part[1] / part[0] == doctest::Approx(whole[1] / whole[0]).epsilon(1e-4));
}

TEST_CASE("Ollama embeds a text or several, in order") {
    Running running;
    const auto ask = [&](const char* input) {
        return running
            .ollama("POST", "/api/embed",
                    R"({"model":"nomic-embed-text","input":)" + std::string(input) + "}")
            .body;
    };
    const Json one(ask(R"("hello there")"));
    CHECK(one.text("/model") == "nomic-embed-text");
    CHECK(one.number("/prompt_eval_count") == 2);
    CHECK(one.has("/total_duration"));
    const auto vector = floats_at(one, "/embeddings/0");
    CHECK(vector.size() == 768);
    CHECK(vector == embedding("nomic-embed-text", "hello there", 768, 768));
    const Json two(ask(R"(["other","hello there"])"));
    CHECK(two.at("/embeddings").get_array().value().size() == 2);
    CHECK(floats_at(two, "/embeddings/1") == vector);
    for (const auto* nothing : {R"("")", "[]", "null"}) {
        CHECK(Json(ask(nothing)).at("/embeddings").get_array().value().size() == 0);
    }
}

TEST_CASE("Ollama's legacy vector is the same direction, not normalised") {
    Running running;
    const Json legacy(
        running
            .ollama("POST", "/api/embeddings", R"({"model":"nomic-embed-text","prompt":"hello"})")
            .body);
    const auto raw = floats_at(legacy, "/embedding");
    REQUIRE(raw.size() == 768);
    const auto length = norm(raw);
    CHECK(length > 2);
    const auto unit = embedding("nomic-embed-text", "hello", 768, 768);
    CHECK(raw[5] / length == doctest::Approx(unit[5]).epsilon(1e-4));
    CHECK(running.ollama("POST", "/api/embeddings", R"({"model":"nomic-embed-text","prompt":""})")
              .body == R"({"embedding":[]})");
}

TEST_CASE("base64 embeddings are the same floats") {
    Running running;
    const auto ask = [&](const char* more) {
        return running
            .openai("POST", "/v1/embeddings",
                    R"({"model":"text-embedding-3-small","input":["one","two words"])" +
                        std::string(more) + "}")
            .body;
    };
    const Json floats(ask(""));
    const Json base64(ask(R"(,"encoding_format":"base64")"));
    CHECK(floats.text("/object") == "list");
    CHECK(floats.text("/data/1/object") == "embedding");
    CHECK(floats.number("/data/1/index") == 1);
    CHECK(floats.number("/usage/prompt_tokens") == 3);
    CHECK(floats.number("/usage/total_tokens") == 3);
    for (const auto* pointer : {"/data/0/embedding", "/data/1/embedding"}) {
        const auto vector = floats_at(floats, pointer);
        CHECK(vector.size() == 1536);
        CHECK(norm(vector) == doctest::Approx(1).epsilon(1e-5));
        CHECK(floats_in(base64.text(pointer)) == vector);
    }
    const Json small(ask(R"(,"dimensions":256)"));
    CHECK(floats_at(small, "/data/0/embedding").size() == 256);
    CHECK(norm(floats_at(small, "/data/0/embedding")) == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("token ids are embedded like the text they stand for") {
    Running running;
    const Json ids(
        running
            .openai("POST", "/v1/embeddings",
                    R"({"model":"text-embedding-3-small","input":[[1,2,3],[1,2,3],[4]]})")
            .body);
    CHECK(floats_at(ids, "/data/0/embedding") == floats_at(ids, "/data/1/embedding"));
    CHECK(floats_at(ids, "/data/0/embedding") != floats_at(ids, "/data/2/embedding"));
    CHECK(ids.number("/usage/prompt_tokens") == 7);
}
