#include "routing/price_map.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "routing/price_book.hpp"

using namespace llmr;
using namespace llmr::routing;

namespace {

PriceBook book_of(std::string_view json) {
    auto map = parse_price_map(json);
    REQUIRE(map.has_value());
    return *PriceBook::from_rows(std::move(map->rows));
}

}  // namespace

TEST_CASE("LiteLLM's map is read as the table that says the same") {
    const PriceBook from_map = book_of(R"({
        "sample_spec": {"input_cost_per_token": "a text"},
        "Gpt-X": {
            "litellm_provider": "openai", "mode": "chat", "max_tokens": 4096,
            "input_cost_per_token": 5e-06, "output_cost_per_token": 3.0e-05,
            "cache_read_input_token_cost": 5e-07, "cache_creation_input_token_cost": 6.25e-06,
            "cache_creation_input_token_cost_above_1hr": 1e-05,
            "input_cost_per_token_above_272k_tokens": 1e-05,
            "output_cost_per_token_above_272k_tokens": 4.5e-05,
            "cache_read_input_token_cost_above_272k_tokens": 1e-06,
            "input_cost_per_token_priority": 1e-05, "output_cost_per_token_priority": 6e-05,
            "input_cost_per_token_above_272k_tokens_priority": 2e-05,
            "output_cost_per_token_above_272k_tokens_priority": 9e-05,
            "input_cost_per_token_batches": 2.5e-06, "output_cost_per_token_batches": 1.5e-05,
            "cache_read_input_token_cost_flex": 2.5e-07,
            "input_cost_per_audio_token": 1e-03, "input_cost_per_token_cache_hit": 7,
            "search_context_cost_per_query": {"search_context_size_low": 0.03},
            "supports_vision": true},
        "noise": {"input_cost_per_token": 1.3499999999999999e-07, "output_cost_per_token": "2e-07",
            "output_cost_per_reasoning_token": 3e-07},
        "embedder": {"input_cost_per_token": 2e-08, "output_cost_per_token": 0.0,
            "input_cost_per_token_batches": 1e-08},
        "painter": {"output_cost_per_image": 0.04},
        "promotion": {"input_cost_per_token": 0, "output_cost_per_token": 0.0}
    })");
    const auto from_table = PriceBook::parse(
        "gpt-x 5 30 0.5 6.25 write_1h=10\n"
        "gpt-x 10 45 1 6.25 write_1h=10 above=272000\n"
        "gpt-x 10 60 tier=priority\n"
        "gpt-x 20 90 above=272000 tier=priority\n"
        "gpt-x 2.5 15 tier=batch\n"
        "noise 0.135 0.2 reasoning=0.3\n"
        "embedder 0.02 0\n"
        "embedder 0.01 0 tier=batch\n");
    REQUIRE(from_table.has_value());
    CHECK(from_map.prices() == from_table->prices());
}

TEST_CASE("the map with models and groups is read likewise") {
    const PriceBook from_map = book_of(R"({"meta": {"unit": "USD per token"}, "models": {
        "claude-y": {"cost_per_token": {"input": 3e-06, "output": 1.5e-05, "cache_read": 3e-07,
                                        "cache_write": 3.75e-06, "cache_write_1h": 6e-06},
            "above_prompt_tokens": {"200000": {"input": 6e-06, "output": 2.25e-05,
                                               "input_priority": 7e-06, "output_priority": 3e-05}},
            "service_tier": {"batches": {"input": 1.5e-06, "output": 7.5e-06}}},
        "no-tokens": {"mode": "chat"}}})");
    const auto from_table = PriceBook::parse(
        "claude-y 3 15 0.3 3.75 write_1h=6\n"
        "claude-y 6 22.5 0.3 3.75 write_1h=6 above=200000\n"
        "claude-y 7 30 above=200000 tier=priority\n"
        "claude-y 1.5 7.5 tier=batch\n");
    CHECK(from_map.prices() == from_table->prices());
}

TEST_CASE("entries without a token price are counted, not priced") {
    const auto map = parse_price_map(
        R"({"a":{"mode":"image"},"b":{"input_cost_per_token":0,"output_cost_per_token":0},"c":7,)"
        R"("d":{"input_cost_per_token":0.0032,"output_cost_per_token":0.00971},)"
        R"("e":{"input_cost_per_token":3.59375e-08,"output_cost_per_token":1e-6}})");
    REQUIRE(map.has_value());
    CHECK(map->rows.empty());
    CHECK(map->left_out == 5);
    CHECK(map->first_left_out == std::vector<std::string>{"a", "b", "c", "d", "e"});
    const auto many = parse_price_map(R"({"sample_spec":{},"1":1,"2":1,"3":1,"4":1,"5":1,"6":1})");
    CHECK(many->left_out == 6);
    CHECK(many->first_left_out.size() == 5);
}

TEST_CASE("a fault names the entry and the key") {
    const struct {
        const char* json;
        const char* fault;
    } rows[] = {
        {R"({"m":{"input_cost_per_token":-1e-6,"output_cost_per_token":1e-6}})",
         "entry \"m\", input_cost_per_token -1e-6: a price cannot be negative"},
        {R"({"m":{"input_cost_per_token":2.5,"output_cost_per_token":1e-6}})",
         "entry \"m\", input_cost_per_token 2.5: a price above 1000"},
        {R"({"models":{"m":{"cost_per_token":{"input":"cheap","output":1e-6}}}})",
         "entry \"m\", input cheap: a price must be"},
        {R"({"models":[]})", "expected an object"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.json);
        const auto map = parse_price_map(row.json);
        REQUIRE(map.has_error());
        const std::string& message = map.error().message;
        CAPTURE(message);
        CHECK(message.substr(0, std::string(row.fault).size()) == row.fault);
    }
    CHECK(parse_price_map("{\"a\":").error().code == Errc::invalid_json);
}
