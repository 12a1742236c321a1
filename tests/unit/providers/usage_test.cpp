#include "providers/usage.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

struct Case {
    const char* name;
    std::string json;
    Usage usage;  // uncached, read, write, visible, reasoning, source
};

}  // namespace

TEST_CASE("OpenAI-style usage becomes disjoint buckets") {
    constexpr auto kReported = UsageSource::reported;
    constexpr auto kEstimated = UsageSource::estimated;
    const std::vector<Case> cases{
        {"plain",
         R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})",
         {10, 0, 0, 5, 0, kReported}},
        {"cached and reasoning are parts",
         R"({"prompt_tokens":100,"completion_tokens":50,)"
         R"("prompt_tokens_details":{"cached_tokens":64,)"
         R"("cache_write_tokens":6},"completion_tokens_details":{"reasoning_tokens":20}})",
         {30, 64, 6, 30, 20, kReported}},
        {"null details",
         R"({"prompt_tokens":3,"completion_tokens":4,"prompt_tokens_details":null})",
         {3, 0, 0, 4, 0, kReported}},
        {"DeepSeek",
         R"({"prompt_tokens":90,"completion_tokens":1,"prompt_cache_hit_tokens":64,)"
         R"("prompt_cache_miss_tokens":26})",
         {26, 64, 0, 1, 0, kReported}},
        {"DeepSeek without a total",
         R"({"completion_tokens":1,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":26})",
         {26, 64, 0, 1, 0, kReported}},
        {"other names",
         R"({"input_tokens":9,"output_tokens":8,"output_tokens_details":{"reasoning_tokens":2}})",
         {9, 0, 0, 6, 2, kReported}},
        {"reasoning beside the completion",
         R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":22,)"
         R"("completion_tokens_details":{"reasoning_tokens":7}})",
         {10, 0, 0, 5, 7, kReported}},
        {"thoughts only in the total",
         R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":35})",
         {10, 0, 0, 5, 20, kReported}},
        {"floats and strings",
         R"({"prompt_tokens":10.0,"completion_tokens":"5"})",
         {10, 0, 0, 5, 0, kReported}},
        {"more cached than there is",
         R"({"prompt_tokens":10,"completion_tokens":5,)"
         R"("prompt_tokens_details":{"cached_tokens":12}})",
         {0, 10, 0, 5, 0, kEstimated}},
        {"negative", R"({"prompt_tokens":-3,"completion_tokens":5})", {0, 0, 0, 5, 0, kEstimated}},
        {"nothing", "{}", {}},
        {"all null", R"({"prompt_tokens":null,"completion_tokens":null})", {}},
    };
    for (const Case& row : cases) {
        CAPTURE(row.name);
        JsonParser parser;
        const Usage usage = read_openai_usage(parser.parse(row.json).value());
        CHECK(usage == row.usage);
    }
}

TEST_CASE("Ollama's counts are read, and an absent one is zero") {
    JsonParser parser;
    const Usage both =
        read_ollama_usage(parser.parse(R"({"prompt_eval_count":7,"eval_count":3})").value());
    CHECK(both == Usage{7, 0, 0, 3, 0, UsageSource::reported});
    const Usage cached = read_ollama_usage(parser.parse(R"({"eval_count":3})").value());
    CHECK(cached == Usage{0, 0, 0, 3, 0, UsageSource::reported});
    CHECK(read_ollama_usage(parser.parse("{}").value()).source == UsageSource::none);
}

TEST_CASE("llama.cpp's timings stand in for usage") {
    JsonParser parser;
    const auto root = parser.parse(R"({"cache_n":5,"prompt_n":7,"predicted_n":3})").value();
    CHECK(read_timings_usage(root) == Usage{7, 5, 0, 3, 0, UsageSource::reported});
}
