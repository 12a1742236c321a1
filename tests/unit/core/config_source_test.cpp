#include "core/config_source.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;
using config::Source;

namespace {

config::Settings resolve(const Environment& variables) {
    return config::resolve_settings(variables);
}

}  // namespace

TEST_SUITE("config source") {
    TEST_CASE("the environment wins over the file, and empty values count as unset") {
        const TempFolder folder;
        const std::string path = folder.file(
            "env",
            "LLM_ROUTER_THREADS=1\nLLM_LOCAL_QUEUE=2\nLLM_LOCAL_PARALLEL=\nLLM_LOCAL_WINDOW=3\n");
        const config::Settings settings = resolve({{"LLM_ROUTER_CONFIG", path},
                                                   {"LLM_ROUTER_THREADS", "4"},
                                                   {"LLM_LOCAL_QUEUE", ""},
                                                   {"LLM_LOCAL_WINDOW", " \t"}});
        CHECK(settings.errors.empty());
        CHECK(settings.by_option.at("LLM_ROUTER_THREADS").value == "4");
        CHECK(settings.by_option.at("LLM_ROUTER_THREADS").source == Source::environment);
        CHECK(settings.by_option.at("LLM_LOCAL_QUEUE").value == "2");
        CHECK(settings.by_option.at("LLM_LOCAL_QUEUE").source == Source::file);
        CHECK(settings.by_option.at("LLM_LOCAL_WINDOW").value == "3");
        CHECK_FALSE(settings.by_option.contains("LLM_LOCAL_PARALLEL"));
    }

    TEST_CASE("outer blanks, and the quotes that container tools leave, are no part of a value") {
        const auto value = [](const std::string& text) {
            return resolve({{"LLM_MODEL_CODE", text}}).by_option.at("LLM_MODEL_CODE").value;
        };
        CHECK(value(" a:7b \n") == "a:7b");
        CHECK(value("\"a:7b\"") == "a:7b");
        CHECK(value("'a:7b'") == "a:7b");
        CHECK(value("\"a:7b") == "\"a:7b");
        CHECK(value("\"") == "\"");
        CHECK(resolve({{"LLM_MODEL_CODE", "\"\""}}).by_option.empty());
    }

    TEST_CASE("a file that cannot be used is an error of LLM_ROUTER_CONFIG") {
        const TempFolder folder;
        const std::string missing = folder.path() + "/none";
        CHECK(resolve({{"LLM_ROUTER_CONFIG", missing}}).errors ==
              std::vector<std::string>{"LLM_ROUTER_CONFIG: cannot read " + missing +
                                       ": No such file or directory"});
        const std::string bad = folder.file("bad", "A=1\nnonsense\n");
        CHECK(resolve({{"LLM_ROUTER_CONFIG", bad}}).errors ==
              std::vector<std::string>{"LLM_ROUTER_CONFIG: " + bad +
                                       ": line 2: expected NAME=value"});
    }

    TEST_CASE("a minus before the path: the file may be missing, but not wrong") {
        const TempFolder folder;
        const config::Settings none = resolve({{"LLM_ROUTER_CONFIG", "-" + folder.path() + "/no"}});
        CHECK(none.errors.empty());
        const std::string good = folder.file("good", "LLM_MODEL_CODE=a:7b\n");
        CHECK(resolve({{"LLM_ROUTER_CONFIG", "-" + good}}).by_option.at("LLM_MODEL_CODE").value ==
              "a:7b");
        const std::string bad = folder.file("bad", "nonsense\n");
        CHECK(resolve({{"LLM_ROUTER_CONFIG", "-" + bad}}).errors.size() == 1);
    }

    TEST_CASE("what the environment repeats of the file is the file's") {
        const TempFolder folder;
        const std::string path =
            folder.file("env", "LLM_MODEL_CODE='a:7b'\nLLM_MODEL_SIMPLE=b\nHOME=/h\n");
        const Environment all{{"LLM_ROUTER_CONFIG", "-" + path},
                              {"LLM_MODEL_CODE", "a:7b"},
                              {"LLM_MODEL_SIMPLE", "other"},
                              {"LLM_MODEL_MEDIUM", "c"},
                              {"HOME", "/h"}};
        Environment expected = all;
        expected.erase("LLM_MODEL_CODE");
        CHECK(config::without_repeats_of_file(all) == expected);
        Environment unreadable = all;
        unreadable["LLM_ROUTER_CONFIG"] = folder.path() + "/none";
        CHECK(config::without_repeats_of_file(unreadable) == unreadable);
        CHECK(config::without_repeats_of_file({{"A", "b"}}) == Environment{{"A", "b"}});
    }

    TEST_CASE("a file does not lead to a further one") {
        const TempFolder folder;
        const std::string path = folder.file("env", "LLM_ROUTER_CONFIG=/nowhere\n");
        const config::Settings settings = resolve({{"LLM_ROUTER_CONFIG", path}});
        CHECK(settings.errors.empty());
        CHECK(joined(settings.warnings) ==
              "LLM_ROUTER_CONFIG has no effect within the file it names\n");
        CHECK(settings.by_option.at("LLM_ROUTER_CONFIG").value == path);
    }

    TEST_CASE("an alias stands in for the name") {
        struct Case {
            std::string alias;
            std::string name;
        };
        const Case cases[] = {
            {"LOG_LEVEL", "LLM_ROUTER_LOG_LEVEL"},
            {"OLLAMA_API_BASE", "OLLAMA_URL"},
            {"OLLAMA_BASE_URL", "OLLAMA_URL"},
            {"OPENAI_API_BASE", "OPENAI_BASE_URL"},
            {"LLM_MODEL", "LLM_EXTERNAL_MODEL"},
            {"AZURE_API_BASE", "LLM_AZURE_ENDPOINT"},
            {"LLM_CHOICE", "LLM_EXTERNAL_MODEL"},
            {"MEM0_EMBEDDER_MODEL", "LLM_MODEL_EMBEDDING"},
            {"EMBEDDING_MODEL_CHOICE", "LLM_MODEL_EMBEDDING"},
            {"MEM0_LLM_MODEL", "LLM_MODEL_SIMPLE"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.alias);
            const config::Settings settings = resolve({{c.alias, "x"}});
            CHECK(settings.errors.empty());
            CHECK(settings.warnings.empty());
            REQUIRE(settings.by_option.contains(c.name));
            CHECK(settings.by_option.at(c.name).variable == c.alias);
        }
    }

    TEST_CASE("of several names the first of the table wins, with a warning if they differ") {
        config::Settings settings = resolve({{"AZURE_OPENAI_ENDPOINT", "https://c"},
                                             {"AZURE_API_BASE", "https://b"},
                                             {"LLM_AZURE_ENDPOINT", "https://a"}});
        CHECK(settings.by_option.at("LLM_AZURE_ENDPOINT").value == "https://a");
        CHECK(joined(settings.warnings) ==
              "LLM_AZURE_ENDPOINT and AZURE_API_BASE are both set and differ: LLM_AZURE_ENDPOINT "
              "is used\n"
              "LLM_AZURE_ENDPOINT and AZURE_OPENAI_ENDPOINT are both set and differ: "
              "LLM_AZURE_ENDPOINT is used\n");
        settings = resolve({{"OLLAMA_BASE_URL", "a"}, {"OLLAMA_API_BASE", "b"}});
        CHECK(settings.by_option.at("OLLAMA_URL").value == "b");
        CHECK(settings.warnings.size() == 1);
        settings = resolve({{"OLLAMA_URL", "a"}, {"OLLAMA_BASE_URL", "a"}});
        CHECK(settings.warnings.empty());
    }

    TEST_CASE("an alias names the model of the provider that is meant") {
        struct Case {
            Environment variables;
            std::string name;
            bool taken;
        };
        const Case cases[] = {
            {{{"EMBEDDING_MODEL_CHOICE", "m"}, {"EMBEDDING_PROVIDER", "Ollama"}},
             "LLM_MODEL_EMBEDDING",
             true},
            {{{"EMBEDDING_MODEL_CHOICE", "m"}, {"EMBEDDING_PROVIDER", ""}},
             "LLM_MODEL_EMBEDDING",
             true},
            {{{"EMBEDDING_MODEL_CHOICE", "m"}, {"EMBEDDING_PROVIDER", "openai"}},
             "LLM_MODEL_EMBEDDING",
             false},
            {{{"MEM0_EMBEDDER_MODEL", "m"}, {"EMBEDDING_PROVIDER", "openai"}},
             "LLM_MODEL_EMBEDDING",
             true},
            {{{"MEM0_EMBEDDER_MODEL", "m"}, {"MEM0_EMBEDDER_PROVIDER", "openai"}},
             "LLM_MODEL_EMBEDDING",
             false},
            {{{"MEM0_LLM_MODEL", "m"}, {"MEM0_LLM_PROVIDER", "ollama"}}, "LLM_MODEL_SIMPLE", true},
            {{{"MEM0_LLM_MODEL", "m"}, {"MEM0_LLM_PROVIDER", "openai"}}, "LLM_MODEL_SIMPLE", false},
            {{{"LLM_CHOICE", "m"}, {"LLM_PROVIDER", "openai"}}, "LLM_EXTERNAL_MODEL", true},
            {{{"LLM_CHOICE", "m"}, {"LLM_PROVIDER", "ollama"}}, "LLM_EXTERNAL_MODEL", false},
            {{{"LLM_CHOICE", "m"}, {"LLM_PROVIDER", "ollama"}}, "LLM_LOCAL_MODEL", true},
            {{{"LLM_CHOICE", "m"}}, "LLM_LOCAL_MODEL", false},
            {{{"MEM0_LLM_MODEL", "m"}, {"MEM0_LLM_PROVIDER", "openai"}},
             "LLM_EXTERNAL_MODEL",
             true},
            {{{"MEM0_LLM_MODEL", "m"}}, "LLM_EXTERNAL_MODEL", false},
            {{{"EMBEDDING_MODEL_CHOICE", "m"}, {"EMBEDDING_PROVIDER", "azure"}},
             "LLM_EXTERNAL_EMBEDDING_MODEL",
             true},
        };
        for (const Case& c : cases) {
            CAPTURE(c.variables);
            const config::Settings settings = resolve(c.variables);
            CHECK(settings.errors.empty());
            CHECK(settings.by_option.contains(c.name) == c.taken);
            CHECK(settings.warnings.empty());
        }
    }

    TEST_CASE("a secret can come from a file") {
        const TempFolder folder;
        const std::string path = folder.file("key", "sk-from-file\n");
        const config::Settings settings = resolve({{"OPENAI_API_KEY_FILE", path}});
        CHECK(settings.errors.empty());
        const config::Setting& setting = settings.by_option.at("OPENAI_API_KEY");
        CHECK(setting.value == "sk-from-file");
        CHECK(setting.variable == "OPENAI_API_KEY_FILE");
        CHECK(setting.secret_path == path);
        CHECK(load_ok({{"LLM_API_KEY_FILE", path}}).upstreams.back().api_keys.at(0).reveal() ==
              "sk-from-file");
    }

    TEST_CASE("a file of client keys may have one per line") {
        const TempFolder folder;
        const std::string path = folder.file("keys", "first-key-0123456789\r\nsecond,third\n\n");
        CHECK(
            load_ok({{"LLM_ROUTER_API_KEYS_FILE", path}}).api_keys ==
            std::vector<Secret>{Secret("first-key-0123456789"), Secret("second"), Secret("third")});
    }

    TEST_CASE("a file of keys for a provider may have one per line, and none with a blank in it") {
        const TempFolder folder;
        CHECK(load_ok({{"OPENAI_API_KEY_FILE", folder.file("keys", "sk-one\nsk-two\n")}})
                  .upstreams.back()
                  .api_keys == std::vector<Secret>{Secret("sk-one"), Secret("sk-two")});
        const ConfigResult result =
            load({{"OPENAI_API_KEY_FILE", folder.file("key", "sk-canary sk-other")}});
        REQUIRE(result.errors.size() == 1);
        CHECK(result.errors[0].starts_with("OPENAI_API_KEY_FILE: the value holds"));
        CHECK_FALSE(contains(result.errors[0], "canary"));
    }

    TEST_CASE("a secret's file that is missing or empty is an error") {
        const TempFolder folder;
        const std::string missing = folder.path() + "/none";
        CHECK(joined(resolve({{"LLM_API_KEY_FILE", missing}}).errors) ==
              "LLM_API_KEY_FILE: cannot read " + missing + ": No such file or directory\n");
        const std::string empty = folder.file("empty", " \n");
        CHECK(joined(resolve({{"LLM_ROUTER_API_KEYS_FILE", empty}}).errors) ==
              "LLM_ROUTER_API_KEYS_FILE: " + empty +
                  " is empty; nearest valid: a file that holds the value\n");
    }

    TEST_CASE("a secret and its file together: the secret is used, with a warning") {
        const config::Settings settings =
            resolve({{"OPENAI_API_KEY", "direct"}, {"OPENAI_API_KEY_FILE", "/nowhere"}});
        CHECK(settings.errors.empty());
        CHECK(settings.by_option.at("OPENAI_API_KEY").value == "direct");
        CHECK(joined(settings.warnings) ==
              "OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set: OPENAI_API_KEY is used\n");
    }

    TEST_CASE("only secrets have a file variant") {
        CHECK(resolve({{"LLM_ROUTER_THREADS_FILE", "/x"}}).errors.size() == 1);
    }

    TEST_CASE("an unknown LLM_ROUTER name is an error with the nearest name") {
        struct Case {
            std::string name;
            std::string nearest;
        };
        const Case cases[] = {
            {"LLM_ROUTER_LISTN", "LLM_ROUTER_LISTEN"},
            {"LLM_ROUTER_API_KEY", "LLM_ROUTER_API_KEYS"},
            {"LLM_ROUTER_APIKEYS_FILE", "LLM_ROUTER_API_KEYS_FILE"},
            {"LLM_ROUTER_THREAD_COUNT", "LLM_ROUTER_THREADS"},
            {"LLM_ROUTER_LOCAL_THRESHOLD", "LLM_LOCAL_THRESHOLD"},
            {"LLM_ROUTER_PORT", "LLM_ROUTER_LISTEN"},
            {"LLM_ROUTER_HOST", "LLM_ROUTER_LISTEN"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.name);
            CHECK(joined(resolve({{c.name, "1"}}).errors) ==
                  c.name + ": there is no such variable; nearest: " + c.nearest + "\n");
        }
        CHECK(resolve({{"LLM_ROUTER_LISTN", ""}}).errors.empty());
        const TempFolder folder;
        const std::string path = folder.file("env", "LLM_ROUTER_LISTN=1\n");
        CHECK(resolve({{"LLM_ROUTER_CONFIG", path}}).errors.size() == 1);
    }

    TEST_CASE("what Kubernetes and Docker add for a service named llm-router is not ours") {
        const config::Settings settings =
            resolve({{"LLM_ROUTER_SERVICE_HOST", "10.0.0.1"},
                     {"LLM_ROUTER_SERVICE_PORT", "11435"},
                     {"LLM_ROUTER_SERVICE_PORT_HTTP", "11435"},
                     {"LLM_ROUTER_PORT", "tcp://10.0.0.1:11435"},
                     {"LLM_ROUTER_PORT_11435_TCP", "tcp://10.0.0.1:11435"},
                     {"LLM_ROUTER_PORT_11435_TCP_ADDR", "10.0.0.1"}});
        CHECK(settings.errors.empty());
        CHECK(settings.warnings.empty());
        CHECK(resolve({{"LLM_ROUTER_PORT_X", "1"}}).errors.size() == 1);
        CHECK(resolve({{"LLM_ROUTER_PORT_", "1"}}).errors.size() == 1);
        CHECK(resolve({{"LLM_ROUTER_SERVICE", "1"}}).errors.size() == 1);
    }

    TEST_CASE("another LLM name gets a warning only if it is within two edits of one of ours") {
        CHECK(
            joined(resolve({{"LLM_LOCAL_TRESHOLD", "90"}}).warnings) ==
            "LLM_LOCAL_TRESHOLD is not a variable of the router: was LLM_LOCAL_THRESHOLD meant?\n");
        CHECK(resolve({{"LLM_LOCAL_TRESHOL", "90"}}).warnings.size() == 1);
        CHECK(resolve({{"LLM_LOCAL_TRESHO", "90"}}).warnings.empty());
        for (const char* name :
             {"LLM_MODEL", "LLM_PROVIDER", "LLM_AZURE_ENDPOINT", "LLM_TEMPERATURE", "OLAMA_URL",
              "PATH", "OPENAI_API_KEYS", "LLM_"}) {
            CAPTURE(name);
            const config::Settings settings = resolve({{name, "x"}});
            CHECK(settings.errors.empty());
            CHECK(settings.warnings.empty());
        }
    }
}
