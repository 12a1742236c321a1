// Anthropic, by its own variables.
#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "sk-ant-key-of-the-test";
const std::string kModel = "anthropic/claude-sonnet-4-5";

TestRouter anthropic(const Environment& more = {}) {
    return TestRouter(
        joined({{"LLM_MODEL", "anthropic/claude-haiku-4-5"},
                {"ANTHROPIC_API_KEY", kKey},
                {"ANTHROPIC_BASE_URL", "{anthropic}"},
                {"LLM_LOCAL_THRESHOLD", "0"}},
               more),
        [](simulator::SimulatorOptions& options) { options.anthropic_api_key = kKey; });
}

/// A question behind a prefix that is to be cached.
const std::string kCached =
    R"("max_tokens":100,"system":[{"type":"text","text":"Some words that are worth keeping.",)"
    R"("cache_control":{"type":"ephemeral"}}])";

struct Buckets {
    std::int64_t input = 0;
    std::int64_t written = 0;
    std::int64_t read = 0;
    std::int64_t output = 0;
};

/// What the server said, which reaches its own clients unchanged.
Buckets buckets_in(const HttpAnswer& answer) {
    const std::string usage = json_at(answer.body, "/usage");
    return {number_at(usage, "/input_tokens"), number_at(usage, "/cache_creation_input_tokens"),
            number_at(usage, "/cache_read_input_tokens"), number_at(usage, "/output_tokens")};
}

}  // namespace

TEST_CASE("Anthropic: chat, streams, tools, and clients of every dialect") {
    const TestRouter router = anthropic();
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
    check_tools(router, kModel);
    for (const auto& entry : router.simulator->requests()) {
        CHECK(entry.api_key == kKey);
        CHECK(entry.authorization.empty());
        CHECK_FALSE(entry.anthropic_version.empty());
    }
}

// USD per million: 3 in, 0.30 read from the cache, 3.75 written to it, 15 out.
TEST_CASE("Anthropic: tokens and costs, with those that the cache takes and gives") {
    const TestRouter router = anthropic();
    Buckets seen;
    for (int i = 0; i < 2; ++i) {
        const HttpAnswer answer = router.post("/v1/messages", ask_body(kModel, kCached));
        REQUIRE_MESSAGE(answer.status == 200, answer.body);
        const Buckets said = buckets_in(answer);
        const storage::AttemptRow row = last_row(router);
        CHECK(row.usage.source == UsageSource::reported);
        CHECK(row.usage.input_uncached == said.input);
        CHECK(row.usage.cache_write == said.written);
        CHECK(row.usage.cache_read == said.read);
        CHECK(row.usage.output_total() == said.output);
        CHECK(row.cost == said.input * 3'000'000 + said.written * 3'750'000 + said.read * 300'000 +
                              said.output * 15'000'000);
        CHECK(row.price_id == "claude-sonnet-4-5");
        seen.written += said.written;
        seen.read += said.read;
    }
    CHECK(seen.written > 0);
    CHECK(seen.read == seen.written);
}

TEST_CASE("Anthropic: a stream costs what the same answer as a whole does") {
    const TestRouter router = anthropic();
    REQUIRE(ask(router, kModel).status == 200);
    const storage::AttemptRow whole = last_row(router);
    REQUIRE(ask(router, kModel, R"("stream":true)").status == 200);
    const storage::AttemptRow stream = last_row(router);
    CHECK(stream.usage == whole.usage);
    CHECK(stream.cost == whole.cost);
    CHECK(stream.cost ==
          whole.usage.input_uncached * 3'000'000 + whole.usage.output_visible * 15'000'000);
}

TEST_CASE("Anthropic: defaults, which fit its scale, and headers") {
    const TestRouter router = anthropic({{"LLM_TEMPERATURE", "1.5"},
                                         {"LLM_TOP_P", "0.9"},
                                         {"LLM_TOP_K", "40"},
                                         {"LLM_MAX_TOKENS", "77"},
                                         {"LLM_EXTRA_HEADERS", "anthropic/X-Team: search"}});
    REQUIRE(ask(router, kModel).status == 200);
    CHECK(sent(router, "/temperature") == "1");
    CHECK(sent(router, "/top_p").empty());  // newer models refuse both at once
    CHECK(sent(router, "/top_k") == "40");
    CHECK(sent(router, "/max_tokens") == "77");
    CHECK(last_sent(router).headers.at("x-team") == "search");
}

TEST_CASE("Anthropic: several keys") {
    const TestRouter router =
        anthropic({{"ANTHROPIC_API_KEY", "sk-ant-wrong-key-of-the-test," + kKey}});
    for (int i = 0; i < 2; ++i)
        REQUIRE(ask(router, kModel).status == 200);
    const auto log = router.simulator->requests();
    REQUIRE(log.size() == 3);
    CHECK(log[0].api_key == "sk-ant-wrong-key-of-the-test");
    CHECK(log[1].api_key == kKey);
    CHECK(log[2].api_key == kKey);
    CHECK(rows_of(router).size() == 2);
}

TEST_CASE("Anthropic: an account without credit, which it tells under status 400") {
    const TestRouter router = anthropic();
    simulator::Behaviour empty;
    empty.error_status = 400;
    empty.error_message =
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.";
    router.simulator->set_behaviour(empty);
    for (const auto& local : simulator::seed_models())
        router.simulator->set_behaviour(local.name, {});
    const HttpAnswer named = ask(router, kModel);
    CHECK(named.status == 429);
    CHECK(json_at(named.body, "/error/code") == "insufficient_quota");
    const HttpAnswer routed = ask_outside(router);
    CHECK(routed.status == 200);
    CHECK(routed.header("x-router-local") == "1");
}

TEST_CASE("Anthropic: every error") {
    check_faults([] { return anthropic(); }, kModel,
                 {{400, "", 400, "upstream_rejected", "", false, ""},
                  {401, "", 502, "upstream_auth", "check ANTHROPIC_API_KEY", false, ""},
                  {402, "", 429, "insufficient_quota", "credit or quota is used up", true, ""},
                  {403, "", 502, "upstream_auth", "may not do this", false, ""},
                  {404, "", 404, "upstream_not_found", "check LLM_ANTHROPIC_URL", false, ""},
                  {413, "", 413, "body_too_large", "", false, ""},
                  {429, "", 429, "rate_limited", "more keys in the same variable", true, ""},
                  {500, "", 500, "upstream_error", "", true, ""},
                  {502, "", 502, "upstream_unavailable", "overloaded or down", false, ""},
                  {503, "", 503, "upstream_unavailable", "overloaded or down", true, ""},
                  {504, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", false, ""},
                  {529, "", 529, "upstream_unavailable", "LLM_FALLBACK_MODEL", true, ""}},
                 {kKey});
}
