#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/usage.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

UsageShape shape_of(std::string_view name) {
    constexpr std::array<std::string_view, 5> kNames{"openai", "anthropic", "gemini", "ollama",
                                                     "llama_timings"};
    const auto found = std::find(kNames.begin(), kNames.end(), name);
    REQUIRE(found != kNames.end());
    return static_cast<UsageShape>(found - kNames.begin());
}

Usage expected(simdjson::dom::element object) {
    Usage usage;
    usage.input_uncached = get_int(object, "input_uncached").value();
    usage.cache_read = get_int(object, "cache_read").value();
    usage.cache_write = get_int(object, "cache_write").value();
    usage.cache_write_1h = get_int(object, "cache_write_1h").value_or(0);
    usage.output_visible = get_int(object, "output_visible").value();
    usage.reasoning = get_int(object, "reasoning").value();
    for (const UsageSource source :
         {UsageSource::none, UsageSource::reported, UsageSource::estimated}) {
        if (get_string(object, "source") == to_string(source)) usage.source = source;
    }
    return usage;
}

}  // namespace

// Each file: what a provider states of one answer (several objects: in the order of the stream) and
// the buckets they come to.
TEST_CASE("golden usage objects of every provider come to the right buckets") {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(LLMR_GOLDEN_DIR "/usage")) {
        CAPTURE(entry.path().filename().string());
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        JsonParser parser;
        const auto root = parser.parse(text);
        REQUIRE(root.has_value());
        const UsageShape shape = shape_of(get_string(*root, "shape").value());
        TokenCounts counts;
        for (const simdjson::dom::element stated : (*root)["stated"].get_array())
            merge_counts(counts, read_counts(shape, stated));
        const Usage usage = to_usage(shape, counts);
        const Usage wanted = expected((*root)["expect"]);
        CHECK(usage.input_uncached == wanted.input_uncached);
        CHECK(usage.cache_read == wanted.cache_read);
        CHECK(usage.cache_write == wanted.cache_write);
        CHECK(usage.cache_write_1h == wanted.cache_write_1h);
        CHECK(usage.output_visible == wanted.output_visible);
        CHECK(usage.reasoning == wanted.reasoning);
        CHECK(to_string(usage.source) == to_string(wanted.source));
        ++files;
    }
    CHECK(files >= 29);
}

TEST_CASE("merging overwrites what is stated again and keeps the rest") {
    TokenCounts so_far;
    so_far.input = 10;
    so_far.output = 1;
    TokenCounts newer;
    newer.output = 7;
    newer.cache_read = 0;
    merge_counts(so_far, newer);
    CHECK(so_far.input == 10);
    CHECK(so_far.output == 7);
    CHECK(so_far.cache_read == 0);
    CHECK_FALSE(so_far.total.has_value());
}
