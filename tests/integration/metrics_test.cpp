#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "simulator/behaviour.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kOpenMetrics = "application/openmetrics-text; version=1.0.0";

std::string named(const std::string& model) {
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hi"}]})";
}

/// The value of a sample by its name and labels; -1: there is none.
double sample(const TestRouter& router, const std::string& name) {
    const std::string text = router.get("/metrics").body;
    const std::size_t at = text.find("\n" + name + " ");
    return at == text.npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

template <class Condition>
bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    return condition();
}

}  // namespace

TEST_CASE("metrics are OpenMetrics text for those who ask for it") {
    const TestRouter router;
    const HttpAnswer open = router.get("/metrics", {{"accept", kOpenMetrics}});
    CHECK(open.header("content-type").starts_with("application/openmetrics-text; version=1.0.0"));
    CHECK(open.header("vary").find("Accept") != std::string::npos);
    CHECK(open.body.ends_with("# EOF\n"));
    CHECK(open.body.find("# TYPE llm_router_queries counter") != std::string::npos);
    const HttpAnswer text = router.get("/metrics", {{"accept", "text/plain"}});
    CHECK(text.header("content-type").starts_with("text/plain; version=0.0.4"));
    CHECK(text.body.find("# EOF") == std::string::npos);
}

TEST_CASE("a query leaves its traces in the metrics") {
    const TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "50"}}));
    CHECK(router.post(kChat, named("auto")).status == 200);
    CHECK(router.post(kChat, named("openai/gpt-4o-mini")).status == 200);
    CHECK(sample(router, R"(llm_router_local_share_ratio{span="all"})") == 0.5);
    CHECK(sample(router, R"(llm_router_local_share_ratio{span="window"})") == 0.5);
    CHECK(sample(router, "llm_router_local_share_target_ratio") == 0.5);
    CHECK(sample(router, R"(llm_router_cost_usd_total{upstream="openai"})") > 0);
    CHECK(sample(router, R"(llm_router_cost_usd_total{upstream="ollama"})") == 0);
    CHECK(sample(router, "llm_router_baseline_cost_usd_total") > 0);
    CHECK(sample(router, "llm_router_classification_seconds_count") == 2);
    CHECK(sample(router, "llm_router_queue_wait_seconds_count") == 1);
    // Each query has a closing row, that of the external one an open row before it.
    CHECK(sample(router, "llm_router_ledger_commit_rows_sum") >= 3);
    CHECK(sample(router, "llm_router_ledger_commit_lag_seconds_count") ==
          sample(router, "llm_router_ledger_commit_rows_sum"));
    CHECK(sample(router, "llm_router_ledger_commit_duration_seconds_count") ==
          sample(router, "llm_router_ledger_commit_rows_count"));
    CHECK(sample(router, R"(llm_router_upstream_up{upstream="ollama"})") == 1);
    CHECK(sample(router, R"(llm_router_upstream_up{upstream="openai"})") == -1);
}

TEST_CASE("what the local share answers is counted, and only for real queries") {
    const TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "50"}}));
    const std::map<std::string, std::string> outside{{"x-router-route", "external"}};
    const std::string granted = R"(llm_router_allowance_requests_total{result="granted"})";
    const std::string refused = R"(llm_router_allowance_requests_total{result="refused"})";
    router.post(kChat, named("auto"), outside);  // one of one would be all
    CHECK(sample(router, refused) == 1);
    router.post(kChat, named("auto"), outside);
    CHECK(sample(router, granted) == 1);
    router.post("/router/explain", named("auto"), outside);
    CHECK(sample(router, refused) + sample(router, granted) == 2);
}

TEST_CASE("caps of the budget are gauges") {
    const TestRouter router(TestRouter::with_external({{"LLM_BUDGET_USD_DAY", "5"}}));
    CHECK(router.post(kChat, named("openai/gpt-4o-mini")).status == 200);
    CHECK(sample(router, R"(llm_router_budget_cap_usd{period="day"})") == 5);
    CHECK(sample(router, R"(llm_router_budget_spent_usd{period="day"})") > 0);
    CHECK(sample(router, R"(llm_router_budget_held_usd{period="day"})") == 0);
    CHECK(sample(router, R"(llm_router_budget_cap_usd{period="month"})") == -1);
}

TEST_CASE(
    "an upstream that fails again and again opens its breaker, and closes it when it is well") {
    const TestRouter router(Environment{{"LLM_ROUTER_THREADS", "1"}});
    const auto is = [&](const std::string& state) {
        return sample(router,
                      "llm_router_breaker_state{upstream=\"ollama\",state=\"" + state + "\"}") == 1;
    };
    CHECK(is("closed"));
    simulator::Behaviour broken;
    broken.error_status = 500;
    router.simulator->set_behaviour(broken);
    CHECK(eventually([&] {
        router.post(kChat, named("mistral:7b"));
        return is("open");
    }));
    CHECK(sample(router, R"(llm_router_breaker_opened_total{upstream="ollama"})") == 1);
    router.simulator->set_behaviour({});
    CHECK(eventually(
        [&] { return router.post(kChat, named("mistral:7b")).status == 200 && is("closed"); }));
    CHECK(sample(router, R"(llm_router_breaker_opened_total{upstream="ollama"})") == 1);
}
