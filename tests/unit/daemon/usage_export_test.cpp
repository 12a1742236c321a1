#include "daemon/usage_export.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::daemon;

namespace {

constexpr std::int64_t kDay = 1'785'888'000'000;  // 2026-08-05

const ProviderUsage& only(const UsageExport& file, const std::string& model) {
    const auto found = file.days.find({kDay, model});
    REQUIRE(found != file.days.end());
    return found->second;
}

}  // namespace

TEST_CASE("OpenAI usage: lines of a day and model are added up") {
    const auto file = parse_usage_export(
        "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,model,"
        "input_tokens,output_tokens,input_cached_tokens\n"
        "1785888000,1785974400,2026-08-05T00:00:00+00:00,x,p1,2,gpt-4o-mini-2024-07-18,100,50,20\n"
        "1785888000,1785974400,2026-08-05T00:00:00+00:00,x,p2,3,gpt-4o-mini-2024-07-18,10,5,0\n"
        "1785974400,1786060800,2026-08-06T00:00:00+00:00,x,,,,,,\n");
    REQUIRE(file.has_value());
    CHECK(file->kind == "OpenAI usage");
    CHECK(file->days.size() == 1);
    const ProviderUsage& usage = only(*file, "gpt-4o-mini");
    CHECK(usage.requests == 5);
    CHECK(usage.input_tokens == 110);
    CHECK(usage.output_tokens == 55);
    CHECK_FALSE(usage.cost.has_value());
}

TEST_CASE("OpenAI costs: by line item, or of all models together") {
    const auto file = parse_usage_export(
        "start_time,start_time_iso,amount_value,amount_currency,line_item\n"
        "1785888000,2026-08-05T00:00:00+00:00,0.8958740000000000,usd,\"gpt-4o-mini, input\"\n"
        "1785888000,2026-08-05T00:00:00+00:00,0.1,usd,\"gpt-4o-mini, output\"\n"
        "1785974400,2026-08-06T00:00:00+00:00,,,\n");
    REQUIRE(file.has_value());
    CHECK(file->kind == "OpenAI costs");
    CHECK(only(*file, "gpt-4o-mini").cost == 995'874'000'000);
    CHECK(only(*file, "gpt-4o-mini").rounding == 50'000'000'000);
}

TEST_CASE("Anthropic usage and costs") {
    const auto usage = parse_usage_export(
        "\xEF\xBB\xBFusage_date_utc,model_version,api_key,workspace,usage_type,context_window,"
        "usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
        "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,"
        "web_search_count\r\n"
        "2026-08-05,claude-haiku-4-5-20251001,\"key, one\",Default,standard,200k,1,2,3,4,5,0\r\n");
    REQUIRE(usage.has_value());
    CHECK(usage->kind == "Anthropic usage");
    CHECK(only(*usage, "claude-haiku-4-5").input_tokens == 10);
    CHECK(only(*usage, "claude-haiku-4-5").output_tokens == 5);
    CHECK_FALSE(only(*usage, "claude-haiku-4-5").requests.has_value());

    const auto costs = parse_usage_export(
        "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,"
        "cost_type\n"
        "2026-08-05,Claude Haiku 4.5,Default,k,message,200k,input_no_cache,0.01,token\n"
        "2026-08-05,Claude Haiku 4.5,Default,k,message,200k,output,18.71,token\n");
    REQUIRE(costs.has_value());
    CHECK(only(*costs, "claude-haiku-4-5").cost == 18'720'000'000'000);
    CHECK(only(*costs, "claude-haiku-4-5").rounding == 10'000'000'000);
}

TEST_CASE("files of another kind and broken lines are refused") {
    CHECK(parse_usage_export("").has_error());
    CHECK(parse_usage_export("date,model,cost\n2026-08-05,x,1\n").has_error());
    const auto broken =
        parse_usage_export("usage_date_utc,model,cost_usd\n2026-08-05,a,1.5\n2026-08-05,a,lots\n");
    REQUIRE(broken.has_error());
    CHECK(broken.error().message.find("line 3") != std::string::npos);
}

TEST_CASE("names of models are compared without vendor, snapshot and spelling") {
    CHECK(comparable_model("openai/gpt-4o-mini-2024-07-18") == "gpt-4o-mini");
    CHECK(comparable_model("GPT-4o mini") == "gpt-4o-mini");
    CHECK(comparable_model("claude-3-5-haiku-latest") == "claude-3-5-haiku");
    CHECK(comparable_model("gpt-4.1") == "gpt-4-1");
}
