// Several external models, best first.
#include <fstream>

#include <doctest/doctest.h>

#include "tests/integration/providers/ask.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kBest = "azure/gpt-4o-prod";
const std::string kNext = "openrouter/openai/gpt-4o-mini";
const std::string kLast = "deepseek/deepseek-chat";

TestRouter ranked(const Environment& more = {}) {
    simulator::SimulatedProvider azure = server("azure", {"azure-key-of-the-test"});
    return TestRouter(joined({{"LLM_EXTERNAL_MODEL", kBest + "," + kNext},
                              {"LLM_FALLBACK_MODEL", kLast},
                              {"AZURE_API_BASE", "{azure}"},
                              {"AZURE_API_KEY", "azure-key-of-the-test"},
                              {"LLM_AZURE_DEPLOYMENT_MODELS", "gpt-4o-prod=gpt-4o"},
                              {"OPENROUTER_API_BASE", "{openrouter}"},
                              {"OPENROUTER_API_KEY", "sk-or-key-of-the-test"},
                              {"DEEPSEEK_API_BASE", "{deepseek}"},
                              {"DEEPSEEK_API_KEY", "sk-deepseek-key-of-the-test"},
                              {"LLM_BUDGET_FORECAST", "false"},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             more),
                      with_servers({azure, server("openrouter"), server("deepseek")}));
}

void fail(const TestRouter& router, const std::string& server, int status,
          const std::string& kind = {}, int retry_after = 0) {
    simulator::Behaviour behaviour;
    behaviour.error_status = status;
    behaviour.error_kind = kind;
    behaviour.retry_after_seconds = retry_after;
    router.simulator->set_behaviour("@" + server, behaviour);
}

/// The upstreams of the last query's attempts, in their order.
std::vector<std::string> asked(const TestRouter& router) {
    const auto rows = rows_of(router);
    std::vector<std::string> names;
    for (const storage::AttemptRow& row : rows)
        if (row.request_id == rows.front().request_id) names.insert(names.begin(), row.upstream);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("ranks: the best model answers as long as it works") {
    const TestRouter router = ranked();
    for (int i = 0; i < 3; ++i) {
        REQUIRE(ask_outside(router).status == 200);
        CHECK(asked(router) == Names{"azure"});
    }
    CHECK(last_row(router).model == "gpt-4o-prod");
    CHECK(last_row(router).baseline == last_row(router).cost);
}

TEST_CASE("ranks: what fails or is limited gives way to the next within the query") {
    struct Case {
        int status;
        const char* kind;
        const char* code;
    };
    for (const Case& one : {Case{500, "", "upstream_error"}, Case{503, "", "upstream_unavailable"},
                            Case{429, "", "rate_limited"}, Case{429, "quota", "insufficient_quota"},
                            Case{400, "content_filter", "content_filter"}}) {
        CAPTURE(one.code);
        const TestRouter router = ranked();
        fail(router, "azure", one.status, one.kind);
        const HttpAnswer answer = ask_outside(router);
        REQUIRE_MESSAGE(answer.status == 200, answer.body);
        CHECK(answer.header("x-router-local") == "0");
        CHECK(asked(router) == Names{"azure", "openrouter"});
        const auto rows = rows_of(router);
        CHECK(rows[0].fallback);
        CHECK(rows[0].final);
        CHECK(rows[0].cost.value_or(0) > 0);
        CHECK(rows[1].error_code == one.code);
        CHECK(rows[1].cost == 0);
    }
}

TEST_CASE("ranks: what may have been billed is not asked for again elsewhere") {
    for (const int status : {502, 504}) {
        CAPTURE(status);
        const TestRouter router = ranked();
        fail(router, "azure", status);
        CHECK(ask_outside(router).status == status);
        CHECK(asked(router) == Names{"azure"});
    }
}

TEST_CASE("ranks: after two that fail the local model answers") {
    const TestRouter router = ranked();
    fail(router, "azure", 503);
    fail(router, "openrouter", 503);
    const HttpAnswer answer = ask_outside(router);
    REQUIRE(answer.status == 200);
    CHECK(asked(router) == Names{"azure", "openrouter", "ollama"});
    CHECK(rows_of(router)[1].error_code == "upstream_unavailable");
}

TEST_CASE("ranks: a provider that is limited is passed over until it is not") {
    const TestRouter router = ranked();
    fail(router, "azure", 429, "", 60);
    for (int i = 0; i < 6; ++i)
        REQUIRE(ask_outside(router).status == 200);
    int at_azure = 0;
    for (const auto& entry : router.simulator->requests())
        at_azure += entry.provider == "azure" ? 1 : 0;
    CHECK(at_azure <= 2);  // one from each I/O thread
    CHECK(asked(router) == Names{"openrouter"});
    fail(router, "openrouter", 429, "", 60);
    for (int i = 0; i < 6; ++i)
        REQUIRE(ask_outside(router).status == 200);
    CHECK(asked(router) == Names{"deepseek"});
}

TEST_CASE("ranks: a model that is named is asked alone") {
    const TestRouter router = ranked();
    fail(router, "azure", 503);
    CHECK(ask(router, kBest).status == 503);
    CHECK(asked(router) == Names{"azure"});
    CHECK(ask(router, kLast).status == 200);
    CHECK(asked(router) == Names{"deepseek"});
}

TEST_CASE("ranks: where the cap leaves room for a cheaper model alone, that one answers") {
    // A hundred tokens and a prompt of at most 3,000 (with its template) cost up to $0.0085 at
    // 2.50 and 10 USD per million, and up to $0.00089 at DeepSeek's 0.28 and 0.42. OpenRouter's
    // model has no price in the book, and is not called while a cap holds.
    const TestRouter router = ranked({{"LLM_BUDGET_USD_DAY", "0.004"}});
    const HttpAnswer answer = ask_outside(router, R"("max_tokens":100)");
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    CHECK(asked(router) == Names{"deepseek"});
    CHECK(answer.header("x-router-local") == "0");
    const HttpAnswer named = ask(router, kBest, R"("max_tokens":100)");
    CHECK(named.status == 429);
    CHECK(json_at(named.body, "/error/code") == "budget_exceeded");
}

TEST_CASE("ranks: a cap that no model fits keeps the query at home") {
    const TestRouter router = ranked({{"LLM_BUDGET_USD_DAY", "0.000001"}});
    const HttpAnswer answer = ask_outside(router, R"("max_tokens":100)");
    REQUIRE(answer.status == 200);
    CHECK(answer.header("x-router-local") == "1");
    CHECK(asked(router) == Names{"ollama"});
}
