#include "routing/model_tag.hpp"

#include <doctest/doctest.h>

using namespace llmr::routing;

TEST_CASE("names of the same model have one canonical spelling") {
    const struct {
        const char* name;
        const char* expected;
    } rows[] = {
        {"mistral", "mistral:latest"},
        {"mistral:latest", "mistral:latest"},
        {"Mistral:7B", "mistral:7b"},
        {" library/mistral ", "mistral:latest"},
        {"registry.ollama.ai/library/mistral:7b", "mistral:7b"},
        {"someone/mistral", "someone/mistral:latest"},
        {"hf.co/Org/Model-GGUF:Q4_K_M", "hf.co/org/model-gguf:q4_k_m"},
        {"localhost:5000/org/model", "localhost:5000/org/model:latest"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(canonical_name(row.name) == row.expected);
    }
    CHECK(with_tag("Mistral") == "Mistral:latest");
    CHECK(with_tag("Mistral:7B") == "Mistral:7B");
}

TEST_CASE("cloud models are known by their tag, not by a cloud in their name") {
    for (const char* name : {"glm-4.6:cloud", "gpt-oss:120b-cloud", "Qwen3-Coder:480B-Cloud"}) {
        CAPTURE(name);
        CHECK(is_cloud_name(name));
    }
    for (const char* name : {"cloud", "my-cloud", "cloudy:7b", "gpt-oss:cloudy", "x-cloud:7b"}) {
        CAPTURE(name);
        CHECK_FALSE(is_cloud_name(name));
    }
}

TEST_CASE("parameter sizes are read from text and from names") {
    const struct {
        const char* text;
        double expected;
    } sizes[] = {{"7.2B", 7.2}, {"137M", 0.137}, {"8x7B", 56}, {"1T", 1000}, {"500K", 0.0005},
                 {" 13b ", 13}, {"", 0},         {"B", 0},     {"7", 0},     {"7bits", 0},
                 {"x7b", 0},    {"8xb", 0},      {"-7b", 0},   {"1e3b", 0}};
    for (const auto& row : sizes) {
        CAPTURE(row.text);
        CHECK(parse_parameter_size(row.text) == doctest::Approx(row.expected));
    }
    const struct {
        const char* name;
        double expected;
    } names[] = {{"mistral:7b", 7},     {"qwen2.5-coder:7b-instruct-q4_K_M", 7},
                 {"qwen2.5:0.5b", 0.5}, {"hf.co/org/Llama-3.2-3B-GGUF:latest", 3},
                 {"mixtral:8x7b", 56},  {"nomic-embed-text:latest", 0},
                 {"phi3:latest", 0},    {"", 0}};
    for (const auto& row : names) {
        CAPTURE(row.name);
        CHECK(parameter_size_in_name(row.name) == doctest::Approx(row.expected));
    }
}
