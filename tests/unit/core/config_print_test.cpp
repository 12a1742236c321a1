#include <string>

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "core/env_file.hpp"
#include "core/secret.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

std::string printed(Environment variables) {
    variables.try_emplace("HOME", "/home/u");
    return print_config(variables, load_ok(variables));
}

std::string id_of(const std::string& key) {
    return key_id(sha256(key));
}

}  // namespace

TEST_SUITE("print config") {
    TEST_CASE("each value stands below its source") {
        const TempFolder folder;
        const std::string path = folder.file("env", "LLM_LOCAL_WINDOW=500\n");
        const std::string text = printed({{"LLM_ROUTER_CONFIG", path},
                                          {"LOG_LEVEL", "WARNING"},
                                          {"LLM_LOCAL_THRESHOLD", "99.50"},
                                          {"OLLAMA_URL", "gpu/v1"}});
        for (const char* part :
             {"# default\nLLM_ROUTER_LISTEN=127.0.0.1:11435,[::1]:11435\n",
              "# environment, as LOG_LEVEL\nLLM_ROUTER_LOG_LEVEL=warn\n",
              "# environment\nLLM_LOCAL_THRESHOLD=99.5\n", "# file\nLLM_LOCAL_WINDOW=500\n",
              "# environment\nOLLAMA_URL=http://gpu:11434\n",
              "# default\nLLM_ROUTER_MAX_BODY_BYTES=64MiB\n",
              "# default\nLLM_EXTERNAL_MODEL=openai/gpt-4o-mini\n",
              "# default\nLLM_ROUTING_ENABLED=true\n"}) {
            CAPTURE(part);
            CHECK(contains(text, part));
        }
        CHECK(contains(text, "# environment\n# LLM_ROUTER_CONFIG=" + path + "\n"));
    }

    TEST_CASE("rows come in the order of the table, every one of them") {
        const std::string text = printed({});
        std::size_t position = 0;
        for (const OptionInfo& option : option_table()) {
            CAPTURE(option.name);
            const std::size_t found = text.find(option.name + "=", position);
            REQUIRE(found != std::string::npos);
            position = found;
        }
    }

    TEST_CASE("of a secret only its key id is shown") {
        const std::string text = printed(
            {{"OPENAI_API_KEY", "sk-canary-1"}, {"LLM_ROUTER_API_KEYS", "canary-2, canary-3"}});
        CHECK_FALSE(contains(text, "canary"));
        CHECK(contains(
            text, "# environment\n# OPENAI_API_KEY=(set, key id " + id_of("sk-canary-1") + ")\n"));
        CHECK(contains(text, "# LLM_ROUTER_API_KEYS=(set, key id " + id_of("canary-2") +
                                 ", key id " + id_of("canary-3") + ")\n"));
        CHECK(contains(text, "# default\n# LLM_API_KEY=(not set)\n"));
        CHECK(contains(printed({{"LLM_API_KEY", "changeme"}}), "# LLM_API_KEY=(not set)\n"));
    }

    TEST_CASE("a secret from a file is shown by its id and the path") {
        const TempFolder folder;
        const std::string path = folder.file("my key", "sk-canary\n");
        const std::string text = printed({{"OPENAI_API_KEY_FILE", path}});
        CHECK_FALSE(contains(text, "canary"));
        CHECK(
            contains(text, "# environment, as OPENAI_API_KEY_FILE\n# OPENAI_API_KEY=(set, key id " +
                               id_of("sk-canary") + ")\nOPENAI_API_KEY_FILE=\"" + path + "\"\n"));
    }

    TEST_CASE("what is printed is a configuration file with the same meaning") {
        const TempFolder folder;
        const std::string key = folder.file("key", "0123456789abcdef0123");
        const Environment cases[] = {
            {},
            {{"OPENAI_API_KEY_FILE", key}},
            {{"LLM_ROUTER_LISTEN", ":8080"},
             {"LLM_ROUTER_API_KEYS_FILE", key},
             {"LLM_ROUTER_DB", "/path with blank/$x.db"},
             {"LLM_ROUTER_MAX_BODY_BYTES", "1000000"},
             {"LLM_ROUTER_ALLOWED_HOSTS", "a.example,2001:db8::1"},
             {"LLM_ROUTER_ALLOWED_ORIGINS", "https://a.example"},
             {"LLM_LEDGER", "async"},
             {"LLM_FALLBACK_POLICY", "never"},
             {"LLM_LOCAL_THRESHOLD", "33.3"},
             {"LLM_MODEL_ALIASES", "gpt-4=auto,x=y"},
             {"MEM0_LLM_MODEL", "llama3.2:3b"},
             {"OLLAMA_API_BASE", "a,b:1"},
             {"LLM_BASE_URL", "https://openrouter.ai/api/v1"},
             {"LLM_API_KEY_FILE", key},
             {"LLM_CHOICE", "openai/gpt-4.1"}},
        };
        for (const Environment& variables : cases) {
            CAPTURE(variables);
            const std::string text = printed(variables);
            const auto parsed = parse_env_text(text);
            REQUIRE(parsed.has_value());
            const std::string path = folder.file("printed", text);
            CHECK(load_ok({{"LLM_ROUTER_CONFIG", path}}) == load_ok(variables));
        }
    }
}
