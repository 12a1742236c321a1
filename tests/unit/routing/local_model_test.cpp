#include "routing/local_model.hpp"

#include <string>

#include <doctest/doctest.h>

using llmr::Errc;
using llmr::Locality;
using llmr::routing::is_coder;
using llmr::routing::LocalModel;
using llmr::routing::parse_local_model;

namespace {

LocalModel parse(const std::string& entry, const std::string& show = {}) {
    auto model = parse_local_model(entry, show, 3);
    REQUIRE(model.has_value());
    return std::move(*model);
}

LocalModel named(const std::string& name, const std::string& family = {}) {
    return parse(R"({"name":")" + name + R"(","details":{"family":")" + family + R"("}})");
}

}  // namespace

TEST_CASE("everything that tags and show say of a model is read") {
    const std::string entry = R"({
        "name":"llama3.1:8b","model":"llama3.1:8b","modified_at":"2025-05-04T14:56:49.277-07:00",
        "size":4920753328,"digest":"46e0c10c039e","details":{"parent_model":"","format":"gguf",
        "family":"llama","families":null,"parameter_size":"8.0B","quantization_level":"Q4_K_M"}})";
    const std::string show = R"({
        "modelfile":"FROM x","template":"{{ .Prompt }}","details":{"family":"llama",
        "parameter_size":"8.0B"},"model_info":{"general.architecture":"llama",
        "general.parameter_count":8030261312,"llama.context_length":131072,
        "llama.embedding_length":4096},"capabilities":["completion","tools","thinking"]})";
    const LocalModel model = parse(entry, show);
    CHECK(model.name == "llama3.1:8b");
    CHECK(model.upstream_index == 3);
    CHECK(model.parameters_b == doctest::Approx(8.030261312));
    CHECK(model.size_bytes == 4920753328);
    CHECK(model.context_length == 131072);
    CHECK(model.modified_ms == 1746395809277);
    CHECK(model.digest == "46e0c10c039e");
    CHECK(model.family == "llama");
    CHECK(model.completion);
    CHECK(model.tools);
    CHECK(model.thinking);
    CHECK_FALSE(model.embedding);
    CHECK_FALSE(model.vision);
    CHECK_FALSE(model.resident);
    CHECK(model.locality == Locality::local);
    CHECK(model.tags_json == entry);
}

TEST_CASE("tags alone are enough, whatever they leave out") {
    const LocalModel bare = parse(R"({"model":"mistral"})");
    CHECK(bare.name == "mistral:latest");
    CHECK(bare.completion);
    CHECK(bare.parameters_b == 0);
    CHECK(bare.context_length == 0);
    const LocalModel modern = parse(
        R"({"name":"x:7b","details":{"context_length":8192,"parameter_size":"?"},
            "capabilities":["completion","vision"]})");
    CHECK(modern.context_length == 8192);
    CHECK(modern.vision);
    CHECK_FALSE(modern.tools);
    CHECK(modern.parameters_b == doctest::Approx(7));
}

TEST_CASE("stated capabilities win over what a name suggests") {
    const LocalModel model = parse(R"({"name":"my-embed-chat","capabilities":["completion"]})");
    CHECK(model.completion);
    CHECK_FALSE(model.embedding);
    const LocalModel shown = parse(R"({"name":"llava:7b"})", R"({"capabilities":["completion"]})");
    CHECK_FALSE(shown.vision);
}

TEST_CASE("an embedding model is known by its name or a bert-like family") {
    const struct {
        const char* name;
        const char* family;
        bool embedding;
    } rows[] = {
        {"nomic-embed-text:latest", "nomic-bert", true},
        {"mxbai-embed-large", "bert", true},
        {"all-minilm:22m", "bert", true},
        {"bge-m3", "", true},
        {"snowflake-arctic-embed:s", "", true},
        {"custom", "xlm-roberta-bert", true},
        {"custom", "BERT", true},
        {"mistral:7b", "llama", false},
        {"embers:7b", "llama", false},
        {"codellama:13b", "llama", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CAPTURE(row.family);
        const LocalModel model = named(row.name, row.family);
        CHECK(model.embedding == row.embedding);
        CHECK(model.completion != row.embedding);
    }
}

TEST_CASE("servers too old to state capabilities are judged by template, projector and name") {
    const std::string entry = R"({"name":"custom:7b"})";
    CHECK(parse(entry, R"({"template":"{{ if .Tools }}x{{ end }}"})").tools);
    CHECK_FALSE(parse(entry, R"({"template":"{{ .Prompt }}"})").tools);
    CHECK_FALSE(parse(R"({"name":"mistral:7b"})", R"({"template":"{{ .Prompt }}"})").tools);
    CHECK(parse(entry, R"({"projector_info":{"clip.has_vision_encoder":true}})").vision);
    CHECK(named("mistral:7b").tools);
    CHECK_FALSE(named("codellama:13b").tools);
    CHECK(named("llava:7b").vision);
    CHECK(named("qwen2.5vl:7b").vision);
    CHECK(named("x", "mllama").vision);
    CHECK(parse(R"({"name":"y"})", R"({"details":{"family":"bert"}})").embedding);
}

TEST_CASE("models that Ollama runs in its cloud are external") {
    CHECK(named("gpt-oss:120b-cloud").locality == Locality::external);
    CHECK(named("glm-4.6:cloud").locality == Locality::external);
    CHECK(parse(R"({"name":"renamed","remote_host":"https://ollama.com:443"})").locality ==
          Locality::external);
    CHECK(parse(R"({"name":"renamed"})", R"({"remote_host":"https://ollama.com"})").locality ==
          Locality::external);
    CHECK(parse(R"({"name":"renamed","remote_host":""})").locality == Locality::local);
}

TEST_CASE("coders are known by name or family") {
    for (const char* name :
         {"deepseek-coder:6.7b", "codellama:13b", "qwen2.5-coder", "Codestral", "starcoder2:3b"}) {
        CAPTURE(name);
        CHECK(is_coder(named(name)));
    }
    CHECK(is_coder(named("x", "starcoder2")));
    CHECK_FALSE(is_coder(named("mistral:7b", "llama")));
}

TEST_CASE("an entry that is not understood is an error, not a model") {
    const struct {
        const char* entry;
        const char* show;
        Errc code;
    } rows[] = {
        {"", "", Errc::invalid_json},
        {"{", "", Errc::invalid_json},
        {"[]", "", Errc::upstream_bad_response},
        {"{}", "", Errc::upstream_bad_response},
        {R"({"name":""})", "", Errc::upstream_bad_response},
        {R"({"name":7})", "", Errc::upstream_bad_response},
        {R"({"name":"x"})", "{", Errc::invalid_json},
    };
    for (const auto& row : rows) {
        CAPTURE(row.entry);
        const auto model = parse_local_model(row.entry, row.show, 0);
        REQUIRE(model.has_error());
        CHECK(model.error().code == row.code);
    }
}

TEST_CASE("members of the wrong type are passed over") {
    const LocalModel model =
        parse(R"({"name":"x:7b","size":"big","details":[],"capabilities":"all","modified_at":5})",
              R"({"model_info":{"general.architecture":5,"general.parameter_count":null}})");
    CHECK(model.size_bytes == 0);
    CHECK(model.completion);
    CHECK(model.parameters_b == doctest::Approx(7));
}

TEST_CASE("the context that a Modelfile sets is read, and nothing that only looks like it") {
    const auto num_ctx = [](const std::string& parameters) {
        return parse(R"({"name":"m:7b"})", R"({"parameters":")" + parameters + "\"}").num_ctx;
    };
    CHECK(num_ctx("stop                           \\\"<|end|>\\\"\\nnum_ctx                        "
                  "16384") == 16'384);
    CHECK(num_ctx("num_ctx 4096") == 4096);
    for (const char* none : {"", "num_ctx", "num_ctx many", "num_ctx -1", "my_num_ctx 4096"}) {
        CAPTURE(none);
        CHECK(num_ctx(none) == 0);
    }
}
