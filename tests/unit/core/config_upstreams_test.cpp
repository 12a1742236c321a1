#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

UpstreamConfig ollama(std::string name, std::string url, Locality locality = Locality::local) {
    UpstreamConfig upstream;
    upstream.name = std::move(name);
    upstream.base_url = std::move(url);
    upstream.locality = locality;
    return upstream;
}

UpstreamConfig openai(std::string url, std::string key, Locality locality = Locality::external,
                      std::string provider = "openai") {
    UpstreamConfig upstream = ollama("openai", std::move(url), locality);
    upstream.dialect = Dialect::openai_chat;
    upstream.provider = std::move(provider);
    if (!key.empty()) upstream.api_keys = {Secret(std::move(key))};
    return upstream;
}

using Upstreams = std::vector<UpstreamConfig>;

const UpstreamConfig kDefault = ollama("ollama", "http://127.0.0.1:11434");

}  // namespace

TEST_SUITE("upstreams") {
    TEST_CASE("the default Ollama is that of the machine, from a container that of the host") {
        CHECK(load_ok({}).upstreams == Upstreams{kDefault});
        const ConfigResult result = load({}, /*in_container=*/true);
        REQUIRE(result.config != nullptr);
        CHECK(result.config->upstreams ==
              Upstreams{ollama("ollama", "http://host.docker.internal:11434")});
        const ConfigResult named = load({{"OLLAMA_URL", "http://gpu"}}, /*in_container=*/true);
        REQUIRE(named.config != nullptr);
        CHECK(named.config->upstreams == Upstreams{ollama("ollama", "http://gpu:11434")});
    }

    TEST_CASE("several Ollama servers are numbered, and come before the external one") {
        CHECK(load_ok({{"OLLAMA_URL", "gpu1, gpu2:1/v1,http://10.0.0.3/api/"},
                       {"OPENAI_API_KEY", "sk-test"}})
                  .upstreams == Upstreams{ollama("ollama", "http://gpu1:11434"),
                                          ollama("ollama-2", "http://gpu2:1"),
                                          ollama("ollama-3", "http://10.0.0.3:11434"),
                                          openai("https://api.openai.com/v1", "sk-test")});
    }

    TEST_CASE("an Ollama named twice is used once, with a warning") {
        const ConfigResult result = load({{"OLLAMA_URL", "gpu,http://GPU:11434/v1,other"}});
        REQUIRE(result.config != nullptr);
        CHECK(result.config->upstreams == Upstreams{ollama("ollama", "http://gpu:11434"),
                                                    ollama("ollama-2", "http://other:11434")});
        CHECK(joined(result.warnings) == "OLLAMA_URL names http://gpu:11434 twice\n");
    }

    TEST_CASE("an upstream is local where its host is loopback or private") {
        struct Case {
            std::string url;
            Locality locality;
        };
        const Case cases[] = {
            {"http://localhost:8000", Locality::local},
            {"http://192.168.1.9:8000", Locality::local},
            {"http://[fd00::9]:8000", Locality::local},
            {"http://100.100.1.1:8000", Locality::local},
            {"http://vllm:8000", Locality::local},
            {"https://llm.example.com", Locality::external},
            {"http://8.8.8.8:8000", Locality::external},
            {"http://[2001:db8::1]:8000", Locality::external},
        };
        for (const Case& c : cases) {
            CAPTURE(c.url);
            CHECK(load_ok({{"OLLAMA_URL", c.url}}).upstreams.at(0).locality == c.locality);
            CHECK(load_ok({{"LLM_BASE_URL", c.url}}).upstreams.at(1).locality == c.locality);
        }
    }

    TEST_CASE("the external upstream exists if there is a key or a URL") {
        struct Case {
            Environment variables;
            Upstreams expected;
        };
        const Case cases[] = {
            {{{"OPENAI_API_KEY", "sk-1"}}, {kDefault, openai("https://api.openai.com/v1", "sk-1")}},
            {{{"LLM_API_KEY", "sk-2"}}, {kDefault, openai("https://api.openai.com/v1", "sk-2")}},
            {{{"LLM_API_KEY", "sk-2"}, {"OPENAI_API_KEY", "sk-1"}},
             {kDefault, openai("https://api.openai.com/v1", "sk-2")}},
            {{{"LLM_API_KEY", "your-api-key"}, {"OPENAI_API_KEY", "sk-1"}},
             {kDefault, openai("https://api.openai.com/v1", "sk-1")}},
            {{{"LLM_BASE_URL", "http://localhost:8000/v1"}},
             {kDefault,
              openai("http://localhost:8000/v1", "", Locality::local, "openai_compatible")}},
            {{{"LLM_BASE_URL", "https://api.deepseek.com/"}, {"LLM_API_KEY", "k"}},
             {kDefault, openai("https://api.deepseek.com", "k", Locality::external, "deepseek")}},
            {{{"OPENAI_BASE_URL", "https://openrouter.ai/api/v1"}, {"OPENAI_API_KEY", "k"}},
             {kDefault,
              openai("https://openrouter.ai/api/v1", "k", Locality::external, "openrouter")}},
            {{{"OPENAI_API_KEY", ""}, {"LLM_BASE_URL", ""}}, {kDefault}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.variables);
            CHECK(load_ok(c.variables).upstreams == c.expected);
        }
    }

    TEST_CASE("a placeholder is no key, and a warning says so") {
        for (const char* key : {"your-api-key", "your_api_key_here", "sk-...", "changeme"}) {
            CAPTURE(key);
            const ConfigResult result = load({{"OPENAI_API_KEY", key}});
            REQUIRE(result.config != nullptr);
            CHECK(result.config->upstreams == Upstreams{kDefault});
            CHECK(joined(result.warnings) ==
                  "OPENAI_API_KEY holds a placeholder and counts as not set\n");
        }
    }

    TEST_CASE("an external upstream without key or encryption gets a warning, a local one none") {
        CHECK(contains(joined(load({{"LLM_BASE_URL", "https://llm.example.com/v1"}}).warnings),
                       "https://llm.example.com/v1 has no key"));
        CHECK(contains(
            joined(load({{"LLM_BASE_URL", "http://llm.example.com/v1"}, {"LLM_API_KEY", "k"}})
                       .warnings),
            "http://llm.example.com/v1 gets key and prompts unencrypted"));
        CHECK(load({{"LLM_BASE_URL", "http://vllm:8000/v1"}}).warnings.empty());
        CHECK(load({{"OPENAI_API_KEY", "k"}}).warnings.empty());
    }

    TEST_CASE("a URL that leads back to the router is an error") {
        struct Case {
            std::string listen;
            std::string url;
            bool loops;
        };
        const Case cases[] = {
            {"127.0.0.1:11435,[::1]:11435", "http://127.0.0.1:11435", true},
            {"127.0.0.1:11435,[::1]:11435", "http://localhost:11435/v1", true},
            {"127.0.0.1:11435,[::1]:11435", "http://[::1]:11435", true},
            {"127.0.0.1:11435", "http://127.0.0.1:11434", false},
            {"127.0.0.1:80", "http://127.0.0.1:80", true},
            {"127.0.0.1:11434", "127.0.0.1", true},
            {"127.0.0.1:11435", "http://ollama:11435", false},
            {"127.0.0.1:11435", "http://192.168.1.2:11435", false},
        };
        for (const Case& c : cases) {
            CAPTURE(c.listen);
            CAPTURE(c.url);
            const ConfigResult result =
                load({{"LLM_ROUTER_LISTEN", c.listen}, {"OLLAMA_URL", c.url}});
            CHECK(result.errors.size() == (c.loops ? 1 : 0));
            if (c.loops)
                CHECK(contains(joined(result.errors), "is the address of this router itself"));
        }
        const Environment exposed{{"LLM_ROUTER_LISTEN", "0.0.0.0:11435,192.168.1.2:11435"},
                                  {"LLM_ROUTER_API_KEYS", "0123456789abcdef"}};
        for (const char* url : {"http://127.0.0.1:11435/v1", "http://192.168.1.2:11435/v1"}) {
            Environment variables = exposed;
            variables["LLM_BASE_URL"] = url;
            CAPTURE(url);
            CHECK(load(variables).errors.size() == 1);
        }
    }

    TEST_CASE("an alias that clients use to reach the router is ignored with a warning") {
        const ConfigResult result = load({{"OPENAI_BASE_URL", "http://127.0.0.1:11435/v1"},
                                          {"OLLAMA_BASE_URL", "http://localhost:11435"},
                                          {"OPENAI_API_KEY", "sk-test"}});
        REQUIRE(result.config != nullptr);
        CHECK(result.config->upstreams ==
              Upstreams{kDefault, openai("https://api.openai.com/v1", "sk-test")});
        CHECK(joined(result.warnings) ==
              "OLLAMA_BASE_URL is ignored: it is the address of this router\n"
              "OPENAI_BASE_URL is ignored: it is the address of this router\n");
        CHECK(load_ok({{"OPENAI_BASE_URL", "http://127.0.0.1:11435/v1"}}).upstreams ==
              Upstreams{kDefault});
    }

    TEST_CASE("the external model is kept without the name of its server") {
        const auto with_key = [](std::string name, std::string value) {
            return load_ok({{std::move(name), std::move(value)}, {"OPENAI_API_KEY", "sk-1"}})
                .external_models;
        };
        using Models = std::vector<ExternalModel>;
        CHECK(with_key("LLM_EXTERNAL_MODEL", "openai/gpt-4.1") == Models{{"openai", "gpt-4.1"}});
        CHECK(with_key("LLM_CHOICE", "gpt-4") == Models{{"openai", "gpt-4"}});
        // A server that sells for others has the maker in its names; OpenAI does not.
        CHECK(load_ok({{"LLM_EXTERNAL_MODEL", "deepseek/deepseek-chat"},
                       {"LLM_BASE_URL", "https://openrouter.ai/api/v1"}})
                  .external_models == Models{{"openai", "deepseek/deepseek-chat"}});
        CHECK(with_key("LLM_EXTERNAL_MODEL", "deepseek/deepseek-chat") ==
              Models{{"", "deepseek/deepseek-chat"}});
        CHECK(load_ok({}).external_models == Models{{"", "gpt-4o-mini"}});
    }
}
