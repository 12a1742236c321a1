// An upstream on the internet as a company's network has it: behind a proxy that wants a password,
// with a certificate of a private authority.
#include <doctest/doctest.h>

#include "tests/support/http_proxy.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/support/test_router.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kNamed =
    R"({"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hi"}]})";
const std::string kKey = "sk-canary-key";
const std::string kAnswer =
    R"({"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,)"
    R"("message":{"role":"assistant","content":"from afar"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})";

/// api.upstream.test behind a proxy that wants "ann:right".
class Company {
public:
    /// `url_password`: what the router is told.
    Environment settings(const std::string& url_password) const {
        return {{"LLM_BASE_URL", "https://api.upstream.test/v1"},
                {"LLM_API_KEY", kKey},
                {"LLM_CA_FILE", certificate.path()},
                {"HTTPS_PROXY",
                 "http://ann:" + url_password + "@127.0.0.1:" + std::to_string(proxy.port())},
                {"LLM_LOCAL_THRESHOLD", "0"}};
    }

    TestCertificate certificate{"DNS:api.upstream.test"};
    std::string head;
    RawServer upstream{[this](RawConnection& c) {
                           head = c.read_request().head;
                           c.answer(kAnswer, "Content-Type: application/json\r\n");
                           c.receive();
                       },
                       certificate.server()};
    HttpProxy proxy{upstream.port(), "ann:right"};
};

std::string message_of(const HttpAnswer& answer) {
    CHECK(answer.status == 502);
    CHECK(answer.body.find("canary") == std::string::npos);
    return json_at(answer.body, "/error/message");
}

}  // namespace

TEST_CASE("a query goes through the proxy, and only the upstream sees its key") {
    Company company;
    std::string local;
    {
        const TestRouter router(company.settings("right"));
        const HttpAnswer answer = router.post("/v1/chat/completions", kNamed);
        CHECK(answer.status == 200);
        CHECK(json_at(answer.body, "/choices/0/message/content") == "from afar");
        CHECK(answer.header("x-router-local") == "0");
        local = router.post("/v1/chat/completions", chat_body("Hi")).header("x-router-local");
    }
    CHECK(local == "1");  // the simulated Ollama on loopback, past the proxy
    CHECK(company.proxy.requests() ==
          std::vector<std::string>{"CONNECT api.upstream.test:443 HTTP/1.1"});
    company.upstream.stop();
    CHECK(company.head.find("Authorization: Bearer " + kKey) != std::string::npos);
    CHECK(company.head.find("Proxy-Authorization") == std::string::npos);
    CHECK_FALSE(company.proxy.sent_through().empty());
    CHECK(company.proxy.sent_through().find("canary") == std::string::npos);
}

TEST_CASE("a wrong password for the proxy is said to be that, and nothing is sent") {
    Company company;
    const TestRouter router(company.settings("canary"));
    const HttpAnswer answer = router.post("/v1/chat/completions", kNamed);
    CHECK(message_of(answer).find("the proxy does not accept the user name and the password") !=
          std::string::npos);
    CHECK(json_at(answer.body, "/error/code") == "upstream_auth");
    CHECK(company.proxy.sent_through() == "");
    CHECK(company.upstream.connections() == 0);
}

TEST_CASE("an upstream that nobody vouches for gets no key") {
    Company company;
    Environment settings = company.settings("right");
    settings.erase("LLM_CA_FILE");
    const TestRouter router(settings);
    const HttpAnswer answer = router.post("/v1/chat/completions", kNamed);
    CHECK(message_of(answer).find("certificate verify failed") != std::string::npos);
    company.upstream.finish();
    CHECK(company.upstream.connections() == 1);
    CHECK(company.upstream.scripts() == 0);
}

TEST_CASE("local-only asks no proxy, near as it is") {
    Company company;
    Environment settings = company.settings("right");
    settings["LLM_PRIVACY"] = "local-only";
    const TestRouter router(settings);
    CHECK(router.post("/v1/chat/completions", kNamed).status == 403);
    CHECK(company.proxy.requests().empty());
}

TEST_CASE("a CA file that is of no use stops the start") {
    CHECK_THROWS_WITH(TestRouter(Environment{{"LLM_CA_FILE", "/nonexistent/ca.pem"}}),
                      "LLM_CA_FILE: /nonexistent/ca.pem cannot be read: No such file or directory");
    CHECK_THROWS_WITH(TestRouter(Environment{{"LLM_CA_FILE", "/dev/null"}}),
                      "LLM_CA_FILE: /dev/null holds no certificate in PEM format");
}
