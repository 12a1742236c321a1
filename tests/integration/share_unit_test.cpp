// The local share by tokens and by cost.
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

struct Share {
    double total;
    double external;
    std::string queries_external;
};

Share share_of(const TestRouter& router) {
    const std::string body = router.get("/router/stats").body;
    const auto number = [&](const char* name) {
        return std::stod(json_at(body, std::string("/local_share/") + name));
    };
    return {number("unit_total"), number("unit_external"), json_at(body, "/local_share/external")};
}

/// One query that is to go external, with an answer of `max_tokens` at most.
bool goes_external(const TestRouter& router, int max_tokens) {
    const HttpAnswer answer =
        router.post("/v1/chat/completions",
                    chat_body("What is 2+2?", "\"max_tokens\":" + std::to_string(max_tokens)),
                    {{"x-router-route", "external"}});
    CHECK(answer.status == 200);
    return answer.header("x-router-local") == "0";
}

}  // namespace

TEST_CASE("by tokens or cost the share is what was used, and lets out what surely fits") {
    for (const std::string unit : {"tokens", "cost"}) {
        CAPTURE(unit);
        TestRouter router(TestRouter::with_external(
            {{"LLM_LOCAL_SHARE_BY", unit}, {"LLM_LOCAL_THRESHOLD", "60"}}));
        CHECK_FALSE(goes_external(router, 10));
        for (int i = 0; i < 200; ++i)
            router.post("/v1/chat/completions", chat_body("Why is the sky blue at noon?"));
        // 100,000 tokens may be used: no share of so little holds that.
        CHECK_FALSE(goes_external(router, 100'000));
        CHECK(goes_external(router, 10));
        const Share before = share_of(router);
        CHECK(before.queries_external == "1");
        CHECK(before.external > 0);
        CHECK(before.external <= 0.4 * before.total);
        router.restart();
        const Share after = share_of(router);
        CHECK(after.total == doctest::Approx(before.total));
        CHECK(after.external == doctest::Approx(before.external));
    }
}

TEST_CASE("stats show the share of the window, a day, a week and all") {
    const TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "0"}}));
    CHECK(json_at(router.get("/router/stats").body, "/local_share/last_24_hours/total") == "0");
    CHECK(goes_external(router, 10));
    router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    const std::string share = json_at(router.get("/router/stats").body, "/local_share");
    for (const std::string period : {"/last_24_hours", "/last_7_days", ""}) {
        CAPTURE(period);
        CHECK(json_at(share, period + "/total") == "2");
        CHECK(json_at(share, period + "/external") == "1");
        CHECK(std::stod(json_at(share, period + "/local_percentage")) == 50);
    }
    CHECK(json_at(share, "/window_total") == "2");
    CHECK(json_at(share, "/unit") == "queries");
    CHECK(json_at(share, "/unit_total").empty());
}
