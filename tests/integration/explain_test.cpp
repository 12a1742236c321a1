// /router/explain says what the query then gets, for thousands of bodies.
#include <cstdlib>
#include <random>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/json.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

/// LLM_EXPLAIN_BODIES asks for more.
int bodies() {
    const char* wanted = std::getenv("LLM_EXPLAIN_BODIES");
    return wanted == nullptr ? 600 : std::atoi(wanted);
}

struct Asked {
    std::string path;
    std::string body;
    std::map<std::string, std::string> headers;
};

class RandomQueries {
public:
    Asked next() {
        Asked asked;
        switch (below(8)) {
            case 0:
                asked = {"/v1/embeddings", member("input") + "}", {}};
                break;
            case 1:
                asked = {"/api/embed", member("input") + "}", {}};
                break;
            case 2:
                asked = {"/api/generate", member("prompt") + more() + "}", {}};
                break;
            case 3:
            case 4:
                asked = {"/api/chat", messages() + more() + "}", {}};
                break;
            default:
                asked = {"/v1/chat/completions", messages() + tools() + more() + "}", {}};
        }
        asked.headers = headers();
        return asked;
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    template <std::size_t N>
    std::string one_of(const char* const (&words)[N]) {
        return words[below(N)];
    }

    std::string model() {
        return one_of({"auto", "auto", "auto", "auto", "auto:latest", "auto:local", "auto:external",
                       "auto:code", "gpt-4o", "claude-3-5-sonnet-20241022", "mistral:7b",
                       "ollama/codellama:13b", "openai/gpt-4o-mini", "no-such-model"});
    }
    std::string text() {
        std::string text =
            one_of({"What is 2+2?", "Write a function that computes Fibonacci numbers. ",
                    "Summarize the following text in 500 words: ",
                    "Write a detailed essay that compares interpretations of quantum mechanics, "
                    "weighs the "
                    "evidence for each and discusses the consequences step by step. ",
                    "Extract all names and dates as JSON from: ", "Translate to German: ", "Why? ",
                    "Prove that there are infinitely many primes and generalise the argument. ",
                    "Fix this: ```def f(x): return x +``` ", "Plan a week in Rome. "});
        const std::size_t words = below(4) == 0 ? below(800) : below(20);
        for (std::size_t i = 0; i < words; ++i)
            text += one_of({"the ", "river ", "answers ", "Anna ", "1987 ", "because ", "x = 1; ",
                            "Zürich ", "question ", "and "});
        return text;
    }
    std::string member(const char* name) {
        return fmt::format(R"({{"model":"{}","{}":{})", model(), name, json_quote(text()));
    }
    std::string message(const char* role) {
        return fmt::format(R"({{"role":"{}","content":{}}})", role, json_quote(text()));
    }
    std::string messages() {
        std::string list;
        if (below(3) == 0) list += message("system") + ",";
        for (std::size_t turns = below(4) == 0 ? below(4) : 0; turns > 0; --turns)
            list += message("user") + "," + message("assistant") + ",";
        return fmt::format(R"({{"model":"{}","messages":[{}])", model(), list + message("user"));
    }
    std::string tools() {
        if (below(6) != 0) return {};
        return R"(,"tools":[{"type":"function","function":{"name":"weather","parameters":)"
               R"({"type":"object","properties":{"city":{"type":"string"}}}}}])";
    }
    std::string more() {
        return one_of({"", "", ",\"stream\":true", ",\"stream\":false", ",\"keep_alive\":\"1m\""});
    }
    std::map<std::string, std::string> headers() {
        std::map<std::string, std::string> headers;
        if (below(5) == 0) headers["x-router-route"] = one_of({"local", "external", "moon"});
        if (below(9) == 0) headers["x-router-privacy"] = "local-only";
        if (below(9) == 0) headers["x-router-type"] = one_of({"code", "complex", "simple"});
        if (below(5) == 0) headers["x-router-session"] = one_of({"a", "b", "c"});
        if (below(9) == 0) headers["x-router-deadline-ms"] = "60000";
        return headers;
    }

    std::mt19937 random_{20'261'121};
};

std::string said_by(const HttpAnswer& explained) {
    if (explained.status != 200) return std::to_string(explained.status);
    std::string text;
    for (const char* key : {"/type", "/complexity", "/upstream", "/model", "/reason"})
        text += json_at(explained.body, key) + " | ";
    return text;
}

/// What the ledger says of the first attempt; empty if nothing was decided.
std::string recorded(const TestRouter& router, const std::string& request_id) {
    const std::string rows = router.get("/router/queries?request_id=" + request_id).body;
    std::string text;
    for (int i = 0; json_at(rows, fmt::format("/queries/{}/attempt", i)) != ""; ++i) {
        if (json_at(rows, fmt::format("/queries/{}/attempt", i)) != "1") continue;
        for (const char* key : {"type", "complexity", "upstream", "model", "reason"})
            text += json_at(rows, fmt::format("/queries/{}/{}", i, key)) + " | ";
    }
    return text;
}

/// A query that its upstream refused was decided all the same.
std::string done_by(const HttpAnswer& answer, const TestRouter& router) {
    if (answer.status != 200) {
        const std::string row = recorded(router, answer.header("x-router-request-id"));
        return row.empty() ? std::to_string(answer.status) : row;
    }
    std::string text;
    for (const char* name : {"type", "complexity", "upstream", "model", "reason"})
        text += answer.header(std::string("x-router-") + name) + " | ";
    return text;
}

}  // namespace

TEST_CASE("what explain says is what the query gets") {
    const TestRouter router(TestRouter::with_external({{"LLM_LOCAL_THRESHOLD", "80"}}));
    RandomQueries queries;
    int equal = 0;
    int refused = 0;
    int external = 0;
    const int count = bodies();
    for (int i = 0; i < count; ++i) {
        const Asked asked = queries.next();
        HttpConnection connection(router.port());
        const HttpAnswer explained = connection.request("POST", "/router/explain?for=" + asked.path,
                                                        asked.body, asked.headers);
        const HttpAnswer answer = connection.request("POST", asked.path, asked.body, asked.headers);
        CAPTURE(asked.path);
        CAPTURE(asked.body);
        const std::string said = said_by(explained);
        const std::string done = done_by(answer, router);
        CHECK(said == done);
        equal += said == done ? 1 : 0;
        refused += answer.status == 200 ? 0 : 1;
        external += answer.header("x-router-local") == "0" ? 1 : 0;
    }
    MESSAGE(fmt::format("{} of {} bodies: explain and data path agree ({} refused, {} external)",
                        equal, count, refused, external));
    CHECK(equal == count);
    CHECK(refused * 2 < count);
    CHECK(external * 50 > count);
}

TEST_CASE("explain shows features, allowance and every candidate") {
    const TestRouter router(TestRouter::with_external());
    const std::string said = router.post("/router/explain", chat_body("What is 2+2?")).body;
    CHECK(json_at(said, "/features/words") == "4");
    CHECK(json_at(said, "/features/turns") == "1");
    CHECK(json_at(said, "/allowance/answer") == "not asked");
    CHECK(json_at(said, "/allowance/unit") == "queries");
    CHECK(json_at(said, "/plan/0/context") != "");
    const std::string external =
        router.post("/router/explain", chat_body("What is 2+2?"), {{"x-router-route", "external"}})
            .body;
    CHECK(json_at(external, "/allowance/answer") == "used up");
    const HttpAnswer unknown = router.post("/router/explain?for=/v2/chat", chat_body("Hi"));
    CHECK(unknown.status == 400);
    CHECK(json_at(unknown.body, "/error/param") == "for");
}
