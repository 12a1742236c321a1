#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/text.hpp"

namespace {

using Names = std::vector<std::string>;

const Names kModels{"mistral:7b",       "deepseek-coder:6.7b", "llama3.2:3b", "phi3:mini",
                    "nomic-embed-text", "openai/gpt-4o",       "gpt-4o-mini", "qwen2.5:14b"};

}  // namespace

TEST_CASE("edit distance counts insertions, deletions and substitutions") {
    CHECK(llmr::edit_distance("", "") == 0);
    CHECK(llmr::edit_distance("abc", "") == 3);
    CHECK(llmr::edit_distance("", "ab") == 2);
    CHECK(llmr::edit_distance("kitten", "sitting") == 3);
    CHECK(llmr::edit_distance("sitting", "kitten") == 3);
    CHECK(llmr::edit_distance("flaw", "lawn") == 2);
    CHECK(llmr::edit_distance("same", "same") == 0);
}

TEST_CASE("the name a person means comes first") {
    struct Row {
        const char* wanted;
        const char* first;
    };
    const Row rows[] = {
        {"mistral", "mistral:7b"},
        {"Mistral:latest", "mistral:7b"},
        {"deepsek-coder", "deepseek-coder:6.7b"},
        {"mistrall:7b", "mistral:7b"},
        {"gpt-4o", "openai/gpt-4o"},
        {"gpt4o-mini", "gpt-4o-mini"},
        {"llama3", "llama3.2:3b"},
        {"nomic-embed", "nomic-embed-text"},
        {"qwen", "qwen2.5:14b"},
        {"phi", "phi3:mini"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.wanted);
        const Names nearest = llmr::nearest_names(row.wanted, kModels);
        REQUIRE_FALSE(nearest.empty());
        CHECK(nearest.front() == row.first);
    }
}

TEST_CASE("names that cannot be meant are left out") {
    CHECK(llmr::nearest_names("claude-opus", kModels).empty());
    CHECK(llmr::nearest_names("x", kModels).empty());
    CHECK(llmr::nearest_names("", kModels).empty());
    CHECK(llmr::nearest_names("mistral", {}).empty());
    CHECK(llmr::nearest_names(std::string(1'000'000, 'a'), kModels).empty());
}

TEST_CASE("no more names than the limit are given, nearest first") {
    const Names names{"model-c", "model-bb", "model-a", "model"};
    CHECK(llmr::nearest_names("model", names, 2) == Names{"model", "model-c"});
    CHECK(llmr::nearest_names("model", names).size() == 3);
    CHECK(llmr::nearest_names("model", names, 0).empty());
}
