#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "core/config_option.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const std::string kLongKey = "0123456789abcdef";

std::string errors_of(const Environment& variables) {
    const ConfigResult result = load(variables);
    CHECK((result.config == nullptr) == !result.errors.empty());
    return joined(result.errors);
}

std::string warnings_of(const Environment& variables) {
    const ConfigResult result = load(variables);
    CHECK(result.errors.empty());
    return joined(result.warnings);
}

}  // namespace

TEST_SUITE("load config") {
    TEST_CASE("no settings at all give a router on loopback with the local Ollama alone") {
        const ConfigResult result = load({});
        REQUIRE(result.config != nullptr);
        CHECK(result.errors.empty());
        CHECK(result.warnings.empty());
        const Config& config = *result.config;
        CHECK(config.listen == std::vector<ListenAddress>{{"127.0.0.1", 11435}, {"::1", 11435}});
        CHECK(config.api_keys.empty());
        REQUIRE(config.upstreams.size() == 1);
        CHECK(config.upstreams[0].name == "ollama");
        CHECK(config.upstreams[0].base_url == "http://127.0.0.1:11434");
        CHECK(config.external_model() == "gpt-4o-mini");
        CHECK(config.db_path == "/home/u/.local/share/llm-router/ledger.db");
        CHECK_FALSE(config.db_path_given);
    }

    TEST_CASE("the defaults of the table are those of the members") {
        Config loaded = load_ok({});
        loaded.listen.clear();
        loaded.db_path.clear();
        loaded.upstreams.clear();
        loaded.external_models.clear();
        loaded.texts.clear();
        loaded.role_models.clear();
        CHECK(loaded == Config{});
    }

    TEST_CASE("every type of query has its model, and a default is not the operator's choice") {
        const Config config = load_ok({});
        const std::map<QueryType, RoleModel> expected = {
            {QueryType::embedding, {"nomic-embed-text:latest", false}},
            {QueryType::code, {"deepseek-coder:6.7b", false}},
            {QueryType::simple, {"mistral:7b", false}},
            {QueryType::summarization, {"mistral:7b", false}},
            {QueryType::extraction, {"mistral:7b", false}},
            {QueryType::medium, {"codellama:13b", false}},
            {QueryType::complex, {"codellama:13b", false}},
        };
        CHECK(config.role_models == expected);
        CHECK(config.role_models.size() == kAllQueryTypes.size());
    }

    TEST_CASE("every variable reaches its member") {
        const Config config = load_ok({
            {"LLM_ROUTER_LISTEN", "127.0.0.2:1"},
            {"LLM_ROUTER_API_KEYS", "one,two"},
            {"LLM_ROUTER_ALLOWED_HOSTS", "router.example.com"},
            {"LLM_ROUTER_ALLOWED_ORIGINS", "https://chat.example.com"},
            {"LLM_ROUTER_THREADS", "3"},
            {"LLM_ROUTER_MAX_CONNECTIONS", "77"},
            {"LLM_ROUTER_MAX_BODY_BYTES", "2MiB"},
            {"LLM_ROUTER_MAX_HEADER_BYTES", "8192"},
            {"LLM_ROUTER_HEADER_TIMEOUT_SECONDS", "4"},
            {"LLM_ROUTER_KEEPALIVE_SECONDS", "5"},
            {"LLM_ROUTER_HEARTBEAT_SECONDS", "0"},
            {"LLM_ROUTER_DRAIN_SECONDS", "6"},
            {"LLM_ROUTER_LOG_LEVEL", "Warning"},
            {"LLM_ROUTER_DB", "/x/y.db"},
            {"LLM_LEDGER", "async"},
            {"LLM_LEDGER_FSYNC", "full"},
            {"LLM_EXTERNAL_MODEL", "openai/gpt-4.1"},
            {"LLM_CONNECT_TIMEOUT_MS", "70"},
            {"LLM_LOCAL_FIRST_BYTE_SECONDS", "8"},
            {"LLM_EXTERNAL_FIRST_BYTE_SECONDS", "9"},
            {"LLM_STREAM_IDLE_SECONDS", "10"},
            {"LLM_REQUEST_DEADLINE_SECONDS", "11"},
            {"LLM_ROUTING_ENABLED", "off"},
            {"LLM_LOCAL_THRESHOLD", "99.5"},
            {"LLM_LOCAL_WINDOW", "12"},
            {"LLM_COMPLEXITY_THRESHOLD", "8"},
            {"LLM_FALLBACK_POLICY", "allowance"},
            {"LLM_LOCAL_PARALLEL", "13"},
            {"LLM_LOCAL_QUEUE", "14"},
            {"LLM_MODEL_ALIASES", "a=b"},
        });
        CHECK(config.listen == std::vector<ListenAddress>{{"127.0.0.2", 1}});
        CHECK(config.api_keys == std::vector<Secret>{Secret("one"), Secret("two")});
        CHECK(config.allowed_hosts == std::vector<std::string>{"router.example.com"});
        CHECK(config.allowed_origins == std::vector<std::string>{"https://chat.example.com"});
        CHECK(config.threads == 3);
        CHECK(config.max_connections == 77);
        CHECK(config.max_body_bytes == 2 << 20);
        CHECK(config.max_header_bytes == 8192);
        CHECK(config.header_timeout == seconds(4));
        CHECK(config.idle_timeout == seconds(5));
        CHECK(config.heartbeat == seconds(0));
        CHECK(config.drain == seconds(6));
        CHECK(config.log_level == "warn");
        CHECK(config.db_path == "/x/y.db");
        CHECK(config.db_path_given);
        CHECK(config.ledger_mode == LedgerMode::async);
        CHECK(config.ledger_fsync == FsyncMode::full);
        CHECK(config.external_model() == "gpt-4.1");
        CHECK(config.connect_timeout == milliseconds(70));
        CHECK(config.local_first_byte_timeout == seconds(8));
        CHECK(config.external_first_byte_timeout == seconds(9));
        CHECK(config.stream_idle_timeout == seconds(10));
        CHECK(config.request_deadline == seconds(11));
        CHECK_FALSE(config.routing_enabled);
        CHECK(config.local_threshold == 99.5);
        CHECK(config.local_window == 12);
        CHECK(config.complexity_threshold == 8);
        CHECK(config.fallback_policy == FallbackPolicy::allowance);
        CHECK(config.local_parallel == 13);
        CHECK(config.local_queue == 14);
        CHECK(config.model_aliases == std::map<std::string, std::string>{{"a", "b"}});
    }

    TEST_CASE("LLM_LEDGER_FSYNC is off or full, and SQLite's word for off is read as well") {
        CHECK(load_ok({}).ledger_fsync == FsyncMode::off);
        CHECK(load_ok({{"LLM_LEDGER_FSYNC", "off"}}).ledger_fsync == FsyncMode::off);
        CHECK(load_ok({{"LLM_LEDGER_FSYNC", "normal"}}).ledger_fsync == FsyncMode::off);
        CHECK(load_ok({{"LLM_LEDGER_FSYNC", "full"}}).ledger_fsync == FsyncMode::full);
        CHECK(load({{"LLM_LEDGER_FSYNC", "on"}}).config == nullptr);
        const Environment normal{{"LLM_LEDGER_FSYNC", "normal"}};
        CHECK(contains(print_config(normal, load_ok(normal)), "LLM_LEDGER_FSYNC=off\n"));
    }

    TEST_CASE("a model the operator names is marked as such, also under an alias") {
        const Config config = load_ok({{"LLM_MODEL_CODE", "qwen2.5-coder:7b"},
                                       {"MEM0_LLM_MODEL", "mistral:7b"},
                                       {"LLM_MODEL_COMPLEX", ""}});
        CHECK(config.role_models.at(QueryType::code) == RoleModel{"qwen2.5-coder:7b", true});
        CHECK(config.role_models.at(QueryType::simple) == RoleModel{"mistral:7b", true});
        CHECK(config.role_models.at(QueryType::complex) == RoleModel{"codellama:13b", false});
    }

    TEST_CASE("a context that is asked for raises the most it may be") {
        const auto most = [](Environment environment) {
            environment["HOME"] = "/home/me";
            return load_config(environment, false).config->num_ctx_max;
        };
        CHECK(most({}) == 32'768);
        CHECK(most({{"OLLAMA_CONTEXT_LENGTH", "65536"}}) == 65'536);
        CHECK(most({{"LLM_NUM_CTX", "4096"}, {"LLM_NUM_CTX_MAX", "8192"}}) == 8192);
    }

    TEST_CASE("caps are amounts, and those of keys name keys that exist") {
        const ConfigResult good = load_config({{"HOME", "/home/me"},
                                               {"LLM_BUDGET_USD_DAY", "1.50"},
                                               {"LLM_ROUTER_API_KEYS", "alice=0123456789abcdef"},
                                               {"LLM_KEY_BUDGET_USD_MONTH", "alice=2,*=0.25"}},
                                              false);
        REQUIRE(good.config);
        CHECK(good.config->budget_day == kPicoPerUsd * 3 / 2);
        CHECK_FALSE(good.config->budget_month.has_value());
        CHECK(good.config->key_budgets_month.at("alice") == 2 * kPicoPerUsd);
        CHECK(good.config->key_budgets_month.at("*") == kPicoPerUsd / 4);
        const ConfigResult bad = load_config({{"HOME", "/home/me"},
                                              {"LLM_ROUTER_API_KEYS", "alice=0123456789abcdef"},
                                              {"LLM_KEY_BUDGET_USD_DAY", "alcie=2"}},
                                             false);
        REQUIRE(bad.errors.size() == 1);
        CHECK(bad.errors[0] ==
              "LLM_KEY_BUDGET_USD_DAY: LLM_ROUTER_API_KEYS names no key alcie; nearest valid: "
              "alice=2");
        const ConfigResult nobody =
            load_config({{"HOME", "/home/me"}, {"LLM_LOCAL_ONLY_KEYS", "alice"}}, false);
        REQUIRE(nobody.errors.size() == 1);
        CHECK(nobody.errors[0] ==
              "LLM_LOCAL_ONLY_KEYS: LLM_ROUTER_API_KEYS names no key alice; nearest valid: none, "
              "name the keys first");
    }

    TEST_CASE("a fault names the variable, the value, what is wrong and the nearest valid value") {
        struct Case {
            Environment variables;
            std::string error;
        };
        const Case cases[] = {
            {{{"LLM_ROUTER_THREADS", "999"}},
             "LLM_ROUTER_THREADS: \"999\" is above 256; nearest valid: 256 (integer 0..256)\n"},
            {{{"LLM_COMPLEXITY_THRESHOLD", "0"}},
             "LLM_COMPLEXITY_THRESHOLD: \"0\" is below 1; nearest valid: 1 (integer 1..10)\n"},
            {{{"LLM_LEDGER", "durible"}},
             "LLM_LEDGER: \"durible\" is not one of the choices; nearest valid: durable "
             "(durable|async)\n"},
            {{{"LLM_ROUTING_ENABLED", "ture"}},
             "LLM_ROUTING_ENABLED: \"ture\" is not a switch; nearest valid: true "
             "(true|false|1|0|on|off|yes|no)\n"},
            {{{"LLM_LOCAL_THRESHOLD", "101"}},
             "LLM_LOCAL_THRESHOLD: \"101\" is above 100; nearest valid: 100 (percent 0..100)\n"},
            {{{"LLM_CONNECT_TIMEOUT_MS", "5s"}},
             "LLM_CONNECT_TIMEOUT_MS: \"5s\" is not a whole number; nearest valid: 5 (milliseconds "
             "1..600000, name=value)\n"},
            {{{"LLM_ROUTER_MAX_BODY_BYTES", "64MB"}},
             "LLM_ROUTER_MAX_BODY_BYTES: \"64MB\" has a unit other than KiB, MiB or GiB; nearest "
             "valid: 64MiB (bytes 1KiB..1GiB)\n"},
            {{{"LOG_LEVEL", "inof"}},
             "LOG_LEVEL: \"inof\" is not one of the choices; nearest valid: info "
             "(trace|debug|info|warn|error|off)\n"},
            {{{"OLLAMA_BASE_URL", "ftp://host"}},
             "OLLAMA_BASE_URL: \"ftp://host\" is neither http nor https; nearest valid: "
             "http://host "
             "(list of URLs)\n"},
            {{{"OLLAMA_URL", ","}},
             "OLLAMA_URL: \",\" names no server; nearest valid: http://127.0.0.1:11434 (list of "
             "URLs)\n"},
            {{{"LLM_EXTERNAL_MODEL", "openai/"}},
             "LLM_EXTERNAL_MODEL: \"openai/\" names no model; nearest valid: openai/gpt-4o-mini "
             "(list of provider/model)\n"},
            {{{"LLM_ROUTER_DB", "~/ledger.db"}},
             "LLM_ROUTER_DB: \"~/ledger.db\" begins with ~, which is not expanded here; nearest "
             "valid: the path in full, from / (path)\n"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.error);
            CHECK(errors_of(c.variables) == c.error);
        }
    }

    TEST_CASE("every fault is reported, not only the first") {
        const ConfigResult result = load({{"LLM_ROUTER_THREADS", "many"},
                                          {"LLM_LEDGER", "maybe"},
                                          {"LLM_ROUTER_NOPE", "1"},
                                          {"LLM_LOCAL_QUEUE", "-1"},
                                          {"LLM_ROUTER_LISTEN", "0.0.0.0:1"}});
        CHECK(result.config == nullptr);
        const std::string errors = joined(result.errors);
        CHECK(result.errors.size() == 5);
        for (const char* name : {"LLM_ROUTER_THREADS: ", "LLM_LEDGER: ", "LLM_ROUTER_NOPE: ",
                                 "LLM_LOCAL_QUEUE: ", "LLM_ROUTER_API_KEYS: "}) {
            CAPTURE(name);
            CHECK(contains(errors, name));
        }
    }

    TEST_CASE("a faulty value that is or holds a credential is not repeated") {
        const std::string errors = errors_of({{"OPENAI_API_KEY", "sk-canary one"},
                                              {"LLM_API_KEY", "canary\ttwo"},
                                              {"LLM_ROUTER_API_KEYS", "fine-key,canary three"},
                                              {"LLM_BASE_URL", "https://u:canary@host/v1"},
                                              {"OLLAMA_URL", "ftp://x, http://u:canary@host"}});
        CHECK_FALSE(contains(errors, "canary"));
        CHECK(contains(errors, "OPENAI_API_KEY: the value holds a blank"));
        CHECK(contains(errors, "LLM_BASE_URL: the value holds a user name"));
        CHECK(contains(errors, "OLLAMA_URL: the value is neither"));
        CHECK_FALSE(
            contains(errors_of({{"LLM_BASE_URL", "https://host/v1?key=canary"}}), "canary"));
    }

    TEST_CASE("the ledger goes to the first place the machine offers") {
        struct Case {
            Environment variables;
            std::string path;
        };
        const Case cases[] = {
            {{{"STATE_DIRECTORY", "/var/lib/llm-router"}, {"XDG_DATA_HOME", "/d"}},
             "/var/lib/llm-router/ledger.db"},
            {{{"STATE_DIRECTORY", "/a:/b"}}, "/a/ledger.db"},
            {{{"XDG_DATA_HOME", "/d"}}, "/d/llm-router/ledger.db"},
            {{{"XDG_DATA_HOME", "relative"}}, "/home/u/.local/share/llm-router/ledger.db"},
            {{{"STATE_DIRECTORY", ""}, {"XDG_DATA_HOME", ""}},
             "/home/u/.local/share/llm-router/ledger.db"},
            {{{"LLM_ROUTER_DB", "/x.db"}, {"STATE_DIRECTORY", "/a"}}, "/x.db"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.path);
            CHECK(load_ok(c.variables).db_path == c.path);
        }
    }

    TEST_CASE("without any place for the ledger the error names LLM_ROUTER_DB") {
        const ConfigResult result = load_config({{"HOME", ""}}, false);
        REQUIRE(result.errors.size() == 1);
        CHECK(result.errors[0].starts_with("LLM_ROUTER_DB: not set"));
        CHECK(load_config({{"LLM_ROUTER_DB", "/x.db"}}, false).errors.empty());
    }

    TEST_CASE("listening beyond loopback needs keys of 16 characters") {
        for (const char* listen : {"0.0.0.0:1", ":1", "[::]:1", "192.168.1.2:1", "100.64.0.1:1",
                                   "127.0.0.1:1,10.0.0.1:1"}) {
            CAPTURE(listen);
            const std::string errors = errors_of({{"LLM_ROUTER_LISTEN", listen}});
            CHECK(errors.starts_with("LLM_ROUTER_API_KEYS: not set, but LLM_ROUTER_LISTEN has "));
            CHECK(errors_of({{"LLM_ROUTER_LISTEN", listen}, {"LLM_ROUTER_API_KEYS", kLongKey}})
                      .empty());
            CHECK(contains(errors_of({{"LLM_ROUTER_LISTEN", listen}, {"LLM_ROUTER_API_KEYS", ","}}),
                           "LLM_ROUTER_API_KEYS: the value names no key"));
        }
        const std::string errors =
            errors_of({{"LLM_ROUTER_LISTEN", ":1"},
                       {"LLM_ROUTER_API_KEYS", kLongKey + ",0123456789abcde,your_api_key_here"}});
        CHECK(contains(errors, "LLM_ROUTER_API_KEYS: key 2 has 15 characters, but"));
        CHECK(contains(errors, "LLM_ROUTER_API_KEYS: key 3 is a placeholder, but"));
        CHECK_FALSE(contains(errors, "key 1"));
        CHECK_FALSE(contains(errors, "0123456789"));
    }

    TEST_CASE("keys of administrators must be as long, and do not stand in for client keys") {
        const std::string errors = errors_of({{"LLM_ROUTER_LISTEN", ":1"},
                                              {"LLM_ROUTER_API_KEYS", kLongKey},
                                              {"LLM_ROUTER_ADMIN_KEYS", "boss=0123456789abcde"}});
        CHECK(contains(errors, "LLM_ROUTER_ADMIN_KEYS: key 1 has 15 characters, but"));
        CHECK_FALSE(contains(errors, "0123456789"));
        CHECK(errors_of({{"LLM_ROUTER_LISTEN", ":1"}, {"LLM_ROUTER_ADMIN_KEYS", kLongKey}})
                  .starts_with("LLM_ROUTER_API_KEYS: not set"));
        CHECK(load_ok({{"LLM_ROUTER_ADMIN_KEYS", "k"}}).admin_keys.size() == 1);
    }

    TEST_CASE("on loopback keys may be missing or short") {
        for (const char* listen : {"127.0.0.1:1", "[::1]:1", "127.9.9.9:1", "localhost:1", "1"}) {
            CAPTURE(listen);
            CHECK(load_ok({{"LLM_ROUTER_LISTEN", listen}}).api_keys.empty());
            CHECK(load_ok({{"LLM_ROUTER_LISTEN", listen}, {"LLM_ROUTER_API_KEYS", "k"}})
                      .api_keys.size() == 1);
        }
    }

    TEST_CASE("a threshold that looks like a fraction gets a warning") {
        CHECK(contains(warnings_of({{"LLM_LOCAL_THRESHOLD", "0.95"}}),
                       "LLM_LOCAL_THRESHOLD is 0.95 %, not 95 %"));
        CHECK(warnings_of({{"LLM_LOCAL_THRESHOLD", "0"}}).empty());
        CHECK(warnings_of({{"LLM_LOCAL_THRESHOLD", "1.5"}}).empty());
    }

    TEST_CASE("what local-only leaves unused is named") {
        const Environment external{{"OPENAI_API_KEY", "sk-a"},
                                   {"OLLAMA_URL", "http://localhost:1,https://ollama.example.com"}};
        CHECK(warnings_of(external).empty());
        Environment kept = external;
        kept["LLM_PRIVACY"] = "local-only";
        const std::string warnings = warnings_of(kept);
        CHECK(contains(warnings,
                       "https://api.openai.com/v1, its key and LLM_EXTERNAL_MODEL are not used: "
                       "LLM_PRIVACY=local-only"));
        CHECK(contains(warnings,
                       "OLLAMA_URL: https://ollama.example.com is external and not used: "
                       "LLM_PRIVACY=local-only"));
        CHECK_FALSE(contains(warnings, "localhost"));
        CHECK(warnings_of({{"LLM_PRIVACY", "local-only"}}).empty());
    }

    TEST_CASE("log levels of other programs are understood") {
        CHECK(load_ok({{"LOG_LEVEL", "DEBUG"}}).log_level == "debug");
        CHECK(load_ok({{"LOG_LEVEL", "warning"}}).log_level == "warn");
        CHECK(load_ok({{"LOG_LEVEL", "CRITICAL"}}).log_level == "error");
    }

    TEST_CASE("a change that only a restart applies is named") {
        const Config running = load_ok({});
        CHECK(restart_needed(running, running).empty());
        CHECK(restart_needed(running, load_ok({{"LLM_LOCAL_THRESHOLD", "90"},
                                               {"LLM_ROUTER_LOG_LEVEL", "debug"},
                                               {"LLM_MODEL_CODE", "x"}}))
                  .empty());
        CHECK(restart_needed(running, load_ok({{"LLM_ROUTER_LISTEN", "1"},
                                               {"LLM_LEDGER", "async"},
                                               {"OPENAI_API_KEY", "sk-test"},
                                               {"LLM_ROUTER_DB", "/x.db"}})) ==
              std::vector<std::string>{"LLM_ROUTER_LISTEN", "LLM_ROUTER_DB", "LLM_LEDGER",
                                       "LLM_BASE_URL"});
    }

    TEST_CASE("a reload takes over what needs no restart, and nothing else") {
        const Config running = load_ok({{"OPENAI_API_KEY", "sk-before"}});
        const Config fresh = load_ok({{"LLM_ROUTER_LISTEN", "1"},
                                      {"LLM_ROUTER_THREADS", "7"},
                                      {"LLM_ROUTER_CORE_DUMPS", "on"},
                                      {"LLM_ROUTER_DB", "/x.db"},
                                      {"LLM_LEDGER", "async"},
                                      {"LLM_LEDGER_FSYNC", "full"},
                                      {"OLLAMA_URL", "http://127.0.0.1:4,http://127.0.0.1:2"},
                                      {"LLM_BASE_URL", "http://127.0.0.1:3/v1"},
                                      {"LLM_LOCAL_PARALLEL", "9"},
                                      {"LLM_LOCAL_QUEUE", "9"},
                                      {"LLM_PRIVACY", "local-only"},
                                      {"LLM_CA_FILE", "/x.pem"},
                                      {"LLM_PROXY", "x.test"},
                                      {"HTTPS_PROXY", "x.test"},
                                      {"HTTP_PROXY", "x.test"},
                                      {"NO_PROXY", "x.test"},
                                      {"LLM_LOCAL_THRESHOLD", "90"}});
        // Every row of the table that waits for a restart is among the variables above.
        CHECK(restart_needed(running, fresh).size() == 16);
        const Config next = reloaded(running, fresh);
        CHECK(restart_needed(running, next).empty());
        CHECK(next.upstreams == running.upstreams);
        CHECK(next.local_threshold == fresh.local_threshold);
    }

    TEST_CASE("a reload takes over the new key of an upstream that stays") {
        const Config running = load_ok({{"OPENAI_API_KEY", "sk-before"}});
        const Config next = reloaded(running, load_ok({{"OPENAI_API_KEY", "sk-after"}}));
        REQUIRE(next.upstreams.size() == 2);
        CHECK(next.upstreams[1].api_keys.at(0).reveal() == "sk-after");
    }

    TEST_CASE("the process environment is read as it is") {
        REQUIRE(setenv("LLMR_TEST_VARIABLE", "a=b", 1) == 0);
        const Environment environment = process_environment();
        unsetenv("LLMR_TEST_VARIABLE");
        REQUIRE(environment.contains("LLMR_TEST_VARIABLE"));
        CHECK(environment.at("LLMR_TEST_VARIABLE") == "a=b");
        CHECK_FALSE(process_environment().contains("LLMR_TEST_VARIABLE"));
    }

    TEST_CASE("a container is known by the file its engine leaves") {
        const bool marked =
            std::filesystem::exists("/.dockerenv") || std::filesystem::exists("/run/.containerenv");
        CHECK(running_in_container() == marked);
    }
}
