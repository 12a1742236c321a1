#include "core/proxy_rules.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

/// Host of the proxy for the upstream "openai" at `url`; "" for none.
std::string proxy_of(const std::string& url, Environment settings) {
    settings["LLM_BASE_URL"] = url;
    settings["LLM_API_KEY"] = "sk-test";
    const Config config = load_ok(settings);
    REQUIRE(config.upstreams.size() == 2);
    const auto proxy = proxy_for(config, config.upstreams[1]);
    return proxy ? proxy->host : "";
}

bool spared(const std::string& rules, const std::string& host, std::uint16_t port = 443) {
    return bypasses_proxy({rules}, host, port);
}

}  // namespace

TEST_SUITE("proxy rules") {
    TEST_CASE("the scheme of the upstream chooses between HTTPS_PROXY and HTTP_PROXY") {
        const Environment both{{"HTTPS_PROXY", "http://s.test"}, {"http_proxy", "http://p.test"}};
        CHECK(proxy_of("https://api.example.com", both) == "s.test");
        CHECK(proxy_of("http://api.example.com", both) == "p.test");
        CHECK(proxy_of("https://api.example.com", {{"HTTP_PROXY", "http://p.test"}}) == "");
        CHECK(proxy_of("https://api.example.com", {{"https_proxy", "s.test:3128"}}) == "s.test");
        CHECK(proxy_of("https://api.example.com", {}) == "");
    }

    TEST_CASE("LLM_PROXY wins, and NO_PROXY spares unless it names the upstream") {
        const Environment shared{{"HTTPS_PROXY", "http://s.test"}};
        const auto with = [&](Environment more) {
            more.insert(shared.begin(), shared.end());
            return proxy_of("https://api.example.com", more);
        };
        CHECK(with({{"LLM_PROXY", "http://l.test"}}) == "l.test");
        CHECK(with({{"LLM_PROXY", "off"}}) == "");
        CHECK(with({{"LLM_PROXY", "openai=off"}}) == "");
        CHECK(with({{"LLM_PROXY", "ollama=off"}}) == "s.test");
        CHECK(with({{"LLM_PROXY", "off,openai=http://o.test"}}) == "o.test");
        CHECK(with({{"LLM_PROXY", "http://l.test"}, {"NO_PROXY", "example.com"}}) == "");
        CHECK(with({{"LLM_PROXY", "openai=http://o.test"}, {"NO_PROXY", "*"}}) == "o.test");
        CHECK(with({{"no_proxy", "x.test .example.com"}}) == "");
    }

    TEST_CASE("what is near is never reached through a proxy") {
        const Environment every{{"HTTPS_PROXY", "http://s.test"},
                                {"HTTP_PROXY", "http://s.test"},
                                {"LLM_PROXY", "openai=http://o.test"}};
        for (const char* host :
             {"127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.0.9", "172.20.0.1",
              "100.64.1.1", "[fd00::1]", "gpu.lan", "vllm", "host.docker.internal"}) {
            CAPTURE(host);
            CHECK(proxy_of(std::string("http://") + host + ":8000/v1", every) == "");
            CHECK(proxy_of(std::string("https://") + host + ":8000/v1", every) == "");
        }
        CHECK(proxy_of("http://8.8.8.8:8000/v1", every) == "o.test");
    }

    TEST_CASE("entries of NO_PROXY") {
        struct Case {
            const char* rule;
            const char* host;
            bool spared;
        };
        const Case cases[] = {
            {"*", "api.example.com", true},
            {"example.com", "example.com", true},
            {"example.com", "api.example.com", true},
            {"example.com", "notexample.com", false},
            {".example.com", "api.example.com", true},
            {".example.com", "example.com", true},
            {"*.example.com", "api.example.com", true},
            {"EXAMPLE.com.", "Api.Example.COM.", true},
            {"api.example.com", "example.com", false},
            {"com", "example.com", true},
            {"", "example.com", false},
            {".", "example.com", false},
            {"203.0.113.7", "203.0.113.7", true},
            {"203.0.113.7", "203.0.113.70", false},
            {"113.7", "203.0.113.7", false},
            {"203.0.113.0/24", "203.0.113.255", true},
            {"203.0.113.0/24", "203.0.114.0", false},
            {"203.0.112.0/23", "203.0.113.9", true},
            {"0.0.0.0/0", "203.0.113.9", true},
            {"0.0.0.0/0", "2001:db8::1", false},
            {"203.0.113.0/33", "203.0.113.0", false},
            {"203.0.113.0/", "203.0.113.0", false},
            {"203.0.113.0/24", "example.com", false},
            {"2001:db8::/32", "2001:db8:1::9", true},
            {"2001:db8::/32", "2001:db9::9", false},
            {"2001:DB8::1", "2001:db8::1", true},
            {"[2001:db8::1]", "2001:db8::1", true},
        };
        for (const Case& c : cases) {
            CAPTURE(c.rule);
            CAPTURE(c.host);
            CHECK(spared(c.rule, c.host) == c.spared);
        }
    }

    TEST_CASE("an entry of NO_PROXY may be for one port") {
        CHECK(spared("example.com:8443", "example.com", 8443));
        CHECK_FALSE(spared("example.com:8443", "example.com", 443));
        CHECK(spared("203.0.113.7:443", "203.0.113.7"));
        CHECK(spared("[2001:db8::1]:443", "2001:db8::1"));
        CHECK_FALSE(spared("[2001:db8::1]:444", "2001:db8::1"));
        CHECK_FALSE(spared("example.com:x", "example.com"));
        CHECK(proxy_of("https://api.example.com",
                       {{"HTTPS_PROXY", "s.test"}, {"NO_PROXY", "api.example.com:443"}}) == "");
    }
}
