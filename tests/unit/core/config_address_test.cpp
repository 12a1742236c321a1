#include "core/config_address.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr::config;
using llmr::ListenAddress;

namespace {

using Addresses = std::vector<ListenAddress>;
using Strings = std::vector<std::string>;

struct Refused {
    std::string_view text;
    std::string_view wrong;
    std::string_view nearest;
};

template <class Parse, std::size_t N>
void check_faults(Parse parse, const Refused (&cases)[N]) {
    for (const Refused& c : cases) {
        CAPTURE(c.text);
        const auto parsed = parse(c.text);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().wrong == c.wrong);
        CHECK(parsed.error().nearest == c.nearest);
    }
}

struct UrlCase {
    std::string_view text;
    std::string_view expected;
};

}  // namespace

TEST_SUITE("config address") {
    TEST_CASE("listen addresses come in four forms") {
        struct Case {
            std::string_view text;
            Addresses expected;
        };
        const Case cases[] = {
            {"127.0.0.1:11435,[::1]:11435", {{"127.0.0.1", 11435}, {"::1", 11435}}},
            {"192.168.1.5:80", {{"192.168.1.5", 80}}},
            {"[2001:db8::1]:443", {{"2001:db8::1", 443}}},
            {":8080", {{"0.0.0.0", 8080}, {"::", 8080}}},
            {"*:8080", {{"0.0.0.0", 8080}, {"::", 8080}}},
            {"0.0.0.0:8080", {{"0.0.0.0", 8080}}},
            {"[::]:8080", {{"::", 8080}}},
            {"8080", {{"127.0.0.1", 8080}, {"::1", 8080}}},
            {"localhost:8080", {{"127.0.0.1", 8080}, {"::1", 8080}}},
            {"127.0.0.1:0,127.0.0.1:0", {{"127.0.0.1", 0}, {"127.0.0.1", 0}}},
            {" 127.0.0.1:1 ,, 127.0.0.1:1 ,localhost:1", {{"127.0.0.1", 1}, {"::1", 1}}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto parsed = parse_listen(c.text);
            REQUIRE(parsed.has_value());
            CHECK(*parsed == c.expected);
        }
    }

    TEST_CASE("other listen addresses are refused with the nearest form") {
        const Refused cases[] = {
            {",", "names no address", "127.0.0.1:11435"},
            {"127.0.0.1", "has no port in \"127.0.0.1\"", "127.0.0.1:11435"},
            {"[::1]", "has no port in \"[::1]\"", "[::1]:11435"},
            {"::1", "has an IPv6 address without brackets in \"::1\"", "[::1]:11435"},
            {"127.0.0.1:65536", "has the port \"65536\", which is above 65535", "port 65535"},
            {"127.0.0.1:http", "has the port \"http\", which is not a whole number", "port 0"},
            {"127.0.0.1:", "has the port \"\", which is not a whole number", "port 0"},
            {"example.com:80", "has \"example.com\", which is no IP address", "127.0.0.1:80"},
            {"1.2.3:80", "has \"1.2.3\", which is no IP address", "127.0.0.1:80"},
            {"[zz]:80", "has \"zz\", which is no IP address", "127.0.0.1:80"},
            {"127.0.0.1:1,70000", "has the port \"70000\", which is above 65535", "port 65535"},
        };
        check_faults(parse_listen, cases);
    }

    TEST_CASE("listen addresses are written with brackets where they need them") {
        CHECK(format_listen({"127.0.0.1", 11435}) == "127.0.0.1:11435");
        CHECK(format_listen({"::1", 0}) == "[::1]:0");
    }

    TEST_CASE("Ollama URLs are completed and cut to their base") {
        const UrlCase cases[] = {
            {"http://127.0.0.1:11434", "http://127.0.0.1:11434"},
            {"127.0.0.1", "http://127.0.0.1:11434"},
            {"127.0.0.1:9999", "http://127.0.0.1:9999"},
            {"ollama", "http://ollama:11434"},
            {"Ollama:80", "http://ollama:80"},
            {"http://ollama", "http://ollama:11434"},
            {"HTTP://OLLAMA/", "http://ollama:11434"},
            {"http://ollama:11434/v1", "http://ollama:11434"},
            {"http://ollama:11434/v1/", "http://ollama:11434"},
            {"http://ollama:11434/api", "http://ollama:11434"},
            {"http://ollama:11434/api///", "http://ollama:11434"},
            {"https://gpu.example.com/ollama/v1", "https://gpu.example.com/ollama"},
            {"https://gpu.example.com", "https://gpu.example.com"},
            {"http://host/v1beta", "http://host:11434/v1beta"},
            {"http://my_service:11434", "http://my_service:11434"},
            {"[::1]", "http://[::1]:11434"},
            {"http://[FD00::1]:11434/", "http://[fd00::1]:11434"},
            {"0.0.0.0", "http://127.0.0.1:11434"},
            {"http://0.0.0.0:11434", "http://127.0.0.1:11434"},
            {"http://[::]:11434", "http://[::1]:11434"},
        };
        for (const UrlCase& c : cases) {
            CAPTURE(c.text);
            const auto url = parse_ollama_url(c.text);
            REQUIRE(url.has_value());
            CHECK(url->text() == c.expected);
        }
    }

    TEST_CASE("an external URL is used as given but for a trailing slash") {
        const UrlCase cases[] = {
            {"https://api.openai.com/v1", "https://api.openai.com/v1"},
            {"https://openrouter.ai/api/v1/", "https://openrouter.ai/api/v1"},
            {"https://api.deepseek.com", "https://api.deepseek.com"},
            {"https://API.Example.com/Path", "https://api.example.com/Path"},
            {"http://localhost:8000/v1", "http://localhost:8000/v1"},
            {"http://10.0.0.5", "http://10.0.0.5"},
            {"https://host/a%20b", "https://host/a%20b"},
        };
        for (const UrlCase& c : cases) {
            CAPTURE(c.text);
            const auto url = parse_external_url(c.text);
            REQUIRE(url.has_value());
            CHECK(url->text() == c.expected);
        }
    }

    TEST_CASE("an external URL with a fault gets the nearest good one") {
        const Refused cases[] = {
            {"api.example.com/v1", "has no scheme", "https://api.example.com/v1"},
            {"localhost:8000/v1", "has no scheme", "http://localhost:8000/v1"},
            {"[::1]:8000/v1", "has no scheme", "http://[::1]:8000/v1"},
            {"[::1", "has no scheme", "https://[::1"},
            {"u:p@llm.example/v1", "has no scheme", "https://llm.example/v1"},
            {"ftp://host/v1", "is neither http nor https", "http://host/v1"},
            {"https://u:p@host/v1",
             "holds a user name or password; a key belongs into its own variable",
             "https://host/v1"},
            {"https://host/v1?key=x", "has a query or a fragment", "https://host/v1"},
            {"https://host/v1#x", "has a query or a fragment", "https://host/v1"},
            {"https:///v1", "has no usable host", "https://api.openai.com/v1"},
            {"https://ho%73t/v1", "has no usable host", "https://api.openai.com/v1"},
            {"https://ho st/v1", "is not a URL", "https://api.openai.com/v1"},
            {"https://host:0/v1", "has a port that is below 1", "port 1"},
            {"https://host:65536/v1", "has a port that is above 65535", "port 65535"},
            {"https://host/v1/chat/completions",
             "ends with /chat/completions, which is appended to it", "https://host/v1"},
            {"https://host/v1/embeddings/", "ends with /embeddings, which is appended to it",
             "https://host/v1"},
        };
        check_faults(parse_external_url, cases);
    }

    TEST_CASE("the port in use is the scheme's own where none is written") {
        CHECK(parse_external_url("https://host")->effective_port() == "443");
        CHECK(parse_external_url("http://host")->effective_port() == "80");
        CHECK(parse_ollama_url("host")->effective_port() == "11434");
    }

    TEST_CASE("host names are without scheme and port") {
        CHECK(*parse_host_list("Router.Example.com, 203.0.113.5,[2001:db8::1]") ==
              Strings{"router.example.com", "203.0.113.5", "2001:db8::1"});
        const Refused cases[] = {
            {"https://router.example.com/x",
             "has \"https://router.example.com/x\", which is no host name", "router.example.com"},
            {"ok,router:443", "has \"router:443\", which is no host name", "router"},
            {"*.example.com", "has \"*.example.com\", which is no host name", "*.example.com"},
        };
        check_faults(parse_host_list, cases);
    }

    TEST_CASE("origins have a scheme and no path") {
        CHECK(*parse_origin_list("https://Chat.Example.com/, http://[2001:db8::1]:3000,app://x") ==
              Strings{"https://chat.example.com", "http://[2001:db8::1]:3000", "app://x"});
        const Refused cases[] = {
            {"chat.example.com", "has \"chat.example.com\", which is no origin",
             "https://chat.example.com"},
            {"https://a.example/app", "has a path in \"https://a.example/app\"",
             "https://a.example"},
            {"://x", "has \"://x\", which is no origin", "https://://x"},
        };
        check_faults(parse_origin_list, cases);
    }
}
