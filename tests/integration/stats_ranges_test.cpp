// Ranges, groups, series, projection and formats over HTTP.
#include <algorithm>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <doctest/doctest.h>

#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

constexpr const char* kLaptop = "laptop-key-0123456789";
constexpr const char* kOther = "other-key-0123456789";

Environment with_keys() {
    return TestRouter::with_external(
        {{"LLM_ROUTER_API_KEYS", std::string("laptop=") + kLaptop + "," + kOther},
         {"LLM_EXTERNAL_COST_PER_QUERY", "0.015"}});
}
std::map<std::string, std::string> bearer(const char* key) {
    return {{"Authorization", std::string("Bearer ") + key}};
}

}  // namespace

TEST_CASE("groups, series and rows say the same, in every format") {
    TestRouter router(with_keys());
    for (int i = 0; i < 5; ++i)
        REQUIRE(router
                    .post("/v1/chat/completions", chat_body("What is 2+2?"),
                          bearer(i < 3 ? kLaptop : kOther))
                    .status == 200);
    const auto get = [&](const std::string& path) { return router.get(path, bearer(kLaptop)); };

    const std::string keys = get("/router/stats?group_by=key").body;
    CHECK(json_at(keys, "/groups/0/key") == "laptop");
    CHECK(json_at(keys, "/groups/0/queries") == "3");
    CHECK(json_at(keys, "/groups/1/queries") == "2");
    const std::string id = json_at(keys, "/groups/0/key_id");
    CHECK(json_at(get("/router/queries?key=laptop&limit=1000").body, "/queries/2/key_id") == id);
    CHECK(json_at(get("/router/queries?key=laptop&limit=1000").body, "/queries/3/key_id").empty());

    for (const char* by : {"model", "type", "upstream", "day", "hour"}) {
        CAPTURE(by);
        const std::string body =
            get(std::string("/router/stats?tz=Asia/Kathmandu&group_by=") + by).body;
        CHECK(json_at(body, "/groups/0/queries") == "5");
        CHECK(json_at(body, "/groups/0/" + std::string(*by == 'd' || *by == 'h' ? "from" : by)) !=
              "");
    }
    const std::string series = get("/router/stats/timeseries?step=day&tz=Europe/Berlin").body;
    CHECK(json_at(series, "/tz") == "Europe/Berlin");
    CHECK(json_at(series, "/series/0/queries") == "0");
    CHECK(json_at(series, "/series/29/queries") == "5");

    const HttpAnswer csv = get("/router/stats?group_by=type&format=csv");
    CHECK(csv.header("content-type").starts_with("text/csv"));
    CHECK(csv.body.starts_with("type,queries,ok,"));
    CHECK(csv.body.find("\r\nsimple,5,5,0,0,5,") != std::string::npos);
    const HttpAnswer lines = get("/router/queries?format=jsonl&limit=2");
    CHECK(lines.header("content-type") == "application/x-ndjson");
    CHECK(std::count(lines.body.begin(), lines.body.end(), '\n') == 2);
}

TEST_CASE("pages by cursor give every row once") {
    TestRouter router;
    for (int i = 0; i < 5; ++i)
        router.post("/v1/chat/completions", chat_body("What is 2+2?"));
    std::string cursor;
    int rows = 0;
    do {
        const std::string page =
            router.get("/router/queries?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor))
                .body;
        for (int i = 0; !json_at(page, "/queries/" + std::to_string(i)).empty(); ++i)
            ++rows;
        cursor = json_at(page, "/next_cursor");
    } while (cursor != "null");
    CHECK(rows == 5);
}

TEST_CASE("the projection reproduces the tables of the original router") {
    TestRouter router(with_keys());
    const std::string body = router.get("/router/stats/projection", bearer(kLaptop)).body;
    CHECK(body.find("\"queries\":1000,\"current_cost\":0.75,\"target_cost\":0.75,"
                    "\"all_external_cost\":15,") != std::string::npos);
    CHECK(body.find("\"queries\":30000,\"current_cost\":22.5,\"target_cost\":22.5,"
                    "\"all_external_cost\":450,") != std::string::npos);
    const std::string asked =
        router.get("/router/stats/projection?queries=3000", bearer(kLaptop)).body;
    CHECK(json_at(asked, "/month/queries") == "3000");
    CHECK(asked.find("\"month\":{\"queries\":3000,\"current_cost\":2.25,") != std::string::npos);
}

TEST_CASE("answers say when retention has left too few rows for the edges of the range") {
    TestRouter router;
    REQUIRE(router.post("/v1/chat/completions", chat_body("What is 2+2?")).status == 200);
    SQLite::Database database(router.db(), SQLite::OPEN_READWRITE, 2000);
    const std::int64_t started = database.execAndGet("SELECT started_ms FROM attempts").getInt64();
    const std::string cut = std::to_string(started % 900'000 == 0 ? started + 1 : started);
    const std::vector<std::string> paths{
        "/router/stats?from=" + cut, "/router/stats?group_by=model&from=" + cut,
        "/router/stats?group_by=key&from=" + cut, "/router/stats/timeseries?from=" + cut,
        "/router/stats/projection?from=" + cut};
    for (const std::string& path : paths) {
        CAPTURE(path);
        const std::string body = router.get(path).body;
        CHECK(json_at(body, "/exact") == "true");
        CHECK(json_at(body, "/inexact_reason").empty());
    }
    database.exec("DELETE FROM attempts");
    for (const std::string& path : paths) {
        CAPTURE(path);
        const std::string body = router.get(path).body;
        CHECK(json_at(body, "/exact") == "false");
        CHECK(json_at(body, "/inexact_reason").find("LLM_RETENTION_DAYS") != std::string::npos);
    }
    CHECK(json_at(router.get("/router/stats").body, "/exact") == "true");
    CHECK(json_at(router.get("/router/stats").body, "/total_queries") == "1");
}

TEST_CASE("a bad parameter is named, with the nearest valid value") {
    TestRouter router;
    const std::pair<const char*, const char*> wrong[] = {
        {"/router/stats?from=soon", "from"},
        {"/router/stats?from=2026-01-02&to=2026-01-01", "to"},
        {"/router/stats?tz=Europe/Berln", "tz"},
        {"/router/stats?group_by=modell", "group_by"},
        {"/router/stats?format=xml", "format"},
        {"/router/stats?form=2026-01-01", "form"},
        {"/router/stats/timeseries?step=minute", "step"},
        {"/router/stats/timeseries?step=hour&from=2020-01-01", "step"},
        {"/router/stats/projection?queries=0", "queries"},
        {"/router/queries?local=maybe", "local"}};
    for (const auto& [path, param] : wrong) {
        CAPTURE(path);
        const HttpAnswer answer = router.get(path);
        CHECK(answer.status == 400);
        CHECK(json_at(answer.body, "/error/param") == param);
        CHECK(json_at(answer.body, "/error/message").find("nearest valid: ") != std::string::npos);
    }
}
