#include "core/config_proxy.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

std::string wrong_with(const std::string& url) {
    const auto parsed = config::parse_proxy_url(url);
    CHECK_FALSE(parsed.has_value());
    if (parsed) return {};
    CHECK(parsed.error().wrong.find("canary") == std::string::npos);
    CHECK(parsed.error().nearest == "http://proxy.example:3128");
    return parsed.error().wrong;
}

}  // namespace

TEST_SUITE("proxies in variables") {
    TEST_CASE("a proxy's URL") {
        struct Case {
            std::string url;
            ProxyServer proxy;
        };
        const Case cases[] = {
            {"http://proxy.test:3128", {"proxy.test", 3128, Secret()}},
            {"HTTP://Proxy.Test", {"proxy.test", 80, Secret()}},
            {"http://proxy.test/", {"proxy.test", 80, Secret()}},
            {"10.0.0.1:8080", {"10.0.0.1", 8080, Secret()}},
            {"http://[fd00::1]:8080", {"fd00::1", 8080, Secret()}},
            {"http://ann:pw@proxy.test", {"proxy.test", 80, Secret("ann:pw")}},
            {"ann:pw@proxy.test:1", {"proxy.test", 1, Secret("ann:pw")}},
            {"http://ann@proxy.test", {"proxy.test", 80, Secret("ann:")}},
            {"http://a%40b:p%3A%2F%2c%20%C3%A4@proxy.test",
             {"proxy.test", 80, Secret("a@b:p:/, \xC3\xA4")}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.url);
            const auto parsed = config::parse_proxy_url(c.url);
            REQUIRE(parsed.has_value());
            CHECK(*parsed == c.proxy);
        }
    }

    TEST_CASE("what is no proxy, without what it holds") {
        CHECK(wrong_with("https://u:canary@proxy.test") ==
              "is a proxy that is itself reached over TLS, which is not supported");
        CHECK(wrong_with("socks5://u:canary@proxy.test") == "is not an HTTP proxy");
        CHECK(wrong_with("http://u:canary%@proxy.test") == "is not the URL of a proxy");
        CHECK_FALSE(wrong_with("http://u:canary@canary@proxy.test").empty());
        CHECK(wrong_with("http://u:canary@proxy.test/path") == "has more than host and port");
        CHECK(wrong_with("http://u:canary@proxy.test?x") == "has more than host and port");
        CHECK(wrong_with("http://u:canary@") == "has no usable host");
        CHECK(wrong_with("http://u:canary@proxy.test:0") == "has a port that is below 1");
        CHECK(wrong_with("http://u:canary@proxy.test:65536") == "has a port that is above 65535");
        CHECK(wrong_with("http://u%3Ax:canary@proxy.test") == "has a colon in the user name");
        CHECK(wrong_with("http://u:canary%0d%0ax@proxy.test") ==
              "has a control character in the user name or the password");
    }

    TEST_CASE("an error in a variable does not show the password") {
        for (const char* name : {"LLM_PROXY", "HTTPS_PROXY", "http_proxy"}) {
            const ConfigResult result = load({{name, "socks5://u:canary@proxy.test"}});
            REQUIRE(result.errors.size() == 1);
            CHECK(result.errors[0].starts_with(std::string(name) + ": the value is not an HTTP"));
            CHECK_FALSE(contains(result.errors[0], "canary"));
        }
    }

    TEST_CASE("LLM_PROXY by upstream") {
        const Config config = load_ok({{"LLM_PROXY", "a:p=q@x.test, OpenAI = off ,ollama=y.test:1"},
                                       {"OPENAI_API_KEY", "sk-test"}});
        CHECK(config.proxies.by_upstream == std::map<std::string, std::optional<ProxyServer>>{
                                                {"", ProxyServer{"x.test", 80, Secret("a:p=q")}},
                                                {"openai", std::nullopt},
                                                {"ollama", ProxyServer{"y.test", 1, Secret()}}});
        CHECK(joined(load({{"LLM_PROXY", "olama=off"}}).errors) ==
              "LLM_PROXY: there is no upstream olama; nearest valid: ollama\n");
        CHECK(contains(joined(load({{"LLM_PROXY", "ollama=off,ollama=x.test"}}).errors),
                       "names ollama twice"));
        CHECK(contains(joined(load({{"LLM_PROXY", "off,x.test"}}).errors),
                       "holds two proxies for all upstreams"));
        CHECK(contains(joined(load({{"LLM_PROXY", ","}}).errors), "names no proxy"));
    }

    TEST_CASE("print-config shows no part of a proxy with a password") {
        const Environment variables{{"HOME", "/home/u"},
                                    {"LLM_PROXY", "http://u:canary@x.test"},
                                    {"HTTPS_PROXY", "http://u:canary@x.test"},
                                    {"NO_PROXY", "a.test b.test"}};
        const std::string text = print_config(variables, load_ok(variables));
        CHECK_FALSE(contains(text, "canary"));
        CHECK(contains(text, "# LLM_PROXY=(set, key id "));
        CHECK(contains(text, "\nNO_PROXY=a.test,b.test\n"));
    }

    TEST_CASE("another proxy, or another password, needs a restart") {
        const Config running = load_ok({{"LLM_PROXY", "u:a@x.test"}, {"HTTP_PROXY", "y.test"}});
        const auto changed = [&](Environment variables) {
            const Config fresh = load_ok(variables);
            CHECK(reloaded(running, fresh).proxies == running.proxies);
            return joined(restart_needed(running, fresh));
        };
        CHECK(changed({{"LLM_PROXY", "u:a@x.test"}, {"HTTP_PROXY", "y.test"}}) == "");
        CHECK(changed({{"LLM_PROXY", "u:b@x.test"}, {"HTTP_PROXY", "y.test"}}) == "LLM_PROXY\n");
        CHECK(changed({{"LLM_PROXY", "u:a@x.test"}, {"HTTPS_PROXY", "y.test"}}) ==
              "HTTPS_PROXY\nHTTP_PROXY\n");
    }
}
