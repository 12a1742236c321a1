// What an external answer costs, from the upstream's bytes to the row and the counters.
#include <fstream>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "core/money.hpp"
#include "storage/queries.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

/// A provider that gives the same answer to everything.
class PricedProvider {
public:
    explicit PricedProvider(std::string usage_and_more)
        : server_([body = answer(usage_and_more)](RawConnection& connection) {
              for (;;) {
                  connection.read_request();
                  connection.answer(body, "Content-Type: application/json\r\n");
              }
          }) {}

    Environment settings(Environment more = {}) const {
        more.emplace("LLM_LOCAL_THRESHOLD", "0");
        more.emplace("LLM_BASE_URL", server_.url() + "/v1");
        more.emplace("OPENAI_API_KEY", "sk-test-key-of-a-provider");
        return more;
    }

private:
    static std::string answer(const std::string& more) {
        return R"({"id":"c","object":"chat.completion","created":1,"model":"served-name",)"
               R"("choices":[{"index":0,"message":{"role":"assistant","content":"Four."},)"
               R"("finish_reason":"stop"}],)" +
               more + "}";
    }

    RawServer server_;
};

storage::AttemptRow ask(const TestRouter& router) {
    const HttpAnswer answer = router.post("/v1/chat/completions", chat_body("What is 2+2?"),
                                          {{"x-router-route", "external"}});
    REQUIRE(answer.status == 200);
    storage::LedgerReader reader(router.db());
    auto page = reader.recent({});
    REQUIRE(page.has_value());
    REQUIRE(page->rows.size() == 1);
    return page->rows.front();
}

bool counts_one(const TestRouter& router, const std::string& counter) {
    return router.get("/metrics").body.find("llm_router_" + counter + " 1\n") != std::string::npos;
}

constexpr const char* kUsage =
    R"("usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,)"
    R"("prompt_tokens_details":{"cached_tokens":200}})";

}  // namespace

TEST_CASE("the list price of the model") {
    const PricedProvider provider(kUsage);
    const TestRouter router(provider.settings());
    const auto row = ask(router);
    CHECK(row.cost == 800 * 150'000 + 200 * 75'000 + 100 * 600'000);
    CHECK(row.price_id == "gpt-4o-mini");
    CHECK(row.service_tier.empty());
    CHECK(row.usage.source == UsageSource::reported);
    CHECK(row.baseline == row.cost);
}

TEST_CASE("the price of the class of service that was billed") {
    const PricedProvider provider(std::string(R"("service_tier":"priority",)") + kUsage);
    const TestRouter router(provider.settings());
    const auto row = ask(router);
    CHECK(row.cost == 800 * 250'000 + 200 * 125'000 + 100 * 1'000'000);
    CHECK(row.price_id == "gpt-4o-mini;tier=priority");
    CHECK(row.service_tier == "priority");
    CHECK(router.get("/router/queries")
              .body.find(R"("cache_write_1h":0,"service_tier":"priority")") != std::string::npos);
}

TEST_CASE("a cost that the provider states wins over the book") {
    const PricedProvider provider(
        R"("usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10,"cost":0.00095})");
    const TestRouter router(provider.settings());
    const auto row = ask(router);
    CHECK(row.cost == 950'000'000);
    CHECK(row.price_id == "stated:usage.cost");
}

TEST_CASE("an unknown price is NULL and counted") {
    const PricedProvider provider(kUsage);
    const TestRouter router(provider.settings({{"LLM_EXTERNAL_MODEL", "nobody-knows-it"}}));
    const auto row = ask(router);
    CHECK_FALSE(row.cost.has_value());
    CHECK(row.price_id.empty());
    CHECK(counts_one(router, "cost_unknown_total"));
}

TEST_CASE("counts that contradict each other are an estimate and counted") {
    const PricedProvider provider(
        R"("usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":12})");
    const TestRouter router(provider.settings());
    const auto row = ask(router);
    CHECK(row.usage.source == UsageSource::estimated);
    CHECK(counts_one(router, "usage_inconsistent_total"));
}

TEST_CASE("prices of one's own, and a model known by the name it was served under") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("prices.tsv");
    std::ofstream(path) << "served-name 7 8 1\n";
    const PricedProvider provider(kUsage);
    const TestRouter router(
        provider.settings({{"LLM_EXTERNAL_MODEL", "nobody-knows-it"}, {"LLM_PRICES_FILE", path}}));
    const auto row = ask(router);
    CHECK(row.cost == 800 * 7'000'000LL + 200 * 1'000'000 + 100 * 8'000'000);
    CHECK(row.price_id == "served-name");
}

TEST_CASE("while a call runs its row holds the most it can cost, by the seller's price") {
    std::string db;
    storage::AttemptRow open;
    const RawServer provider([&](RawConnection& connection) {
        for (;;) {
            if (!connection.read_request().body.empty())
                open = storage::LedgerReader(db).recent({}).value().rows.at(0);
            connection.answer(R"({"id":"c","object":"chat.completion","created":1,"model":"m",)"
                              R"("choices":[{"index":0,"message":{"role":"assistant","content":)"
                              R"("Four."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,)"
                              R"("completion_tokens":3,"total_tokens":12}})",
                              "Content-Type: application/json\r\n");
        }
    });
    const TestRouter router({{"LLM_LOCAL_THRESHOLD", "0"},
                             {"LLM_BASE_URL", provider.url() + "/v1"},
                             {"OPENAI_API_KEY", "sk-test-key-of-a-provider"}});
    db = router.db();
    const auto ask_for = [&](const std::string& more) {
        const std::string body = chat_body("What is 2+2?", more);
        const HttpAnswer answer =
            router.post("/v1/chat/completions", body, {{"x-router-route", "external"}});
        REQUIRE(answer.status == 200);
        return std::ssize(body);
    };
    // gpt-4o-mini is dearest with priority: 0.25 in, 1 out; 2,048 tokens of template.
    auto bytes = ask_for("");
    CHECK(open.status == AttemptStatus::open);
    CHECK(open.cost_worst_case);
    CHECK(open.cost == (bytes + 2'048) * 250'000 + 128'000LL * 1'000'000);
    bytes = ask_for(R"("max_tokens":40,"n":3)");
    CHECK(open.cost == (bytes + 2'048) * 250'000 + 3 * 40 * 1'000'000);
    bytes = ask_for(R"("max_completion_tokens":30,"max_tokens":40,"n":2.5)");
    CHECK(open.cost == (bytes + 2'048) * 250'000 + 128 * 40 * 1'000'000LL);
    bytes = ask_for(R"("max_tokens":40,"web_search_options":{})");
    CHECK(open.cost == (bytes + 2'048 + 2'000'000) * 250'000 + 40 * 1'000'000);
    const auto closed = storage::LedgerReader(db).recent({}).value().rows.at(0);
    CHECK(closed.status == AttemptStatus::ok);
    CHECK_FALSE(closed.cost_worst_case);
    CHECK(closed.cost == 9 * 150'000 + 3 * 600'000);
}
