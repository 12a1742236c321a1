#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

using Models = std::vector<ExternalModel>;

const UpstreamConfig& upstream(const Config& config, std::string_view name) {
    for (const UpstreamConfig& candidate : config.upstreams)
        if (candidate.name == name) return candidate;
    FAIL("no upstream " << name);
    return config.upstreams.front();
}

bool has_upstream(const Config& config, std::string_view name) {
    for (const UpstreamConfig& candidate : config.upstreams)
        if (candidate.name == name) return true;
    return false;
}

}  // namespace

TEST_SUITE("providers in the configuration") {
    TEST_CASE("LLM_PROVIDER says whose URL, key and model the main variables hold") {
        struct Case {
            std::string provider;
            std::string name;
            std::string url;
            Dialect dialect;
        };
        const Case cases[] = {
            {"openai", "openai", "https://api.openai.com/v1", Dialect::openai_chat},
            {"anthropic", "anthropic", "https://api.anthropic.com", Dialect::anthropic},
            {"gemini", "gemini", "https://generativelanguage.googleapis.com/v1beta",
             Dialect::gemini},
            {"deepseek", "deepseek", "https://api.deepseek.com", Dialect::openai_chat},
            {"openrouter", "openrouter", "https://openrouter.ai/api/v1", Dialect::openai_chat},
            {"LMStudio", "lm_studio", "http://localhost:1234/v1", Dialect::openai_chat},
            {"vllm", "hosted_vllm", "http://localhost:8000/v1", Dialect::openai_chat},
            {"litellm", "litellm_proxy", "http://localhost:4000", Dialect::openai_chat},
        };
        for (const Case& c : cases) {
            CAPTURE(c.provider);
            const Config config = load_ok(
                {{"LLM_PROVIDER", c.provider}, {"LLM_API_KEY", "k-1"}, {"LLM_CHOICE", "m"}});
            const UpstreamConfig& made = upstream(config, c.name);
            CHECK(made.base_url == c.url);
            CHECK(made.dialect == c.dialect);
            CHECK(made.api_keys.at(0).reveal() == "k-1");
            CHECK(config.external_models == Models{{c.name, "m"}});
            const Config elsewhere = load_ok({{"LLM_PROVIDER", c.provider},
                                              {"LLM_BASE_URL", "http://10.0.0.9:7/x"},
                                              {"LLM_CHOICE", "m"}});
            CHECK(upstream(elsewhere, c.name).base_url == "http://10.0.0.9:7/x");
        }
    }

    TEST_CASE("a provider that nobody knows is an error with the nearest name") {
        const ConfigResult result = load({{"LLM_PROVIDER", "antropic"}});
        CHECK(contains(joined(result.errors), "LLM_PROVIDER: \"antropic\" is no provider"));
        CHECK(contains(joined(result.errors), "nearest valid: anthropic"));
    }

    TEST_CASE("several models have the order in which they are written, the fallback is last") {
        const Config config =
            load_ok({{"LLM_EXTERNAL_MODEL", "anthropic/claude-sonnet-4-5,gpt-4o,openai/o3"},
                     {"LLM_FALLBACK_MODEL", "deepseek/deepseek-chat,openai/o3"},
                     {"ANTHROPIC_API_KEY", "a"},
                     {"OPENAI_API_KEY", "b"},
                     {"DEEPSEEK_API_KEY", "c"}});
        CHECK(config.external_models == Models{{"anthropic", "claude-sonnet-4-5"},
                                               {"openai", "gpt-4o"},
                                               {"openai", "o3"},
                                               {"deepseek", "deepseek-chat"}});
        CHECK(config.external_model() == "claude-sonnet-4-5");
    }

    TEST_CASE("a model of a provider that is not configured is not used, with a warning") {
        const ConfigResult result = load({{"LLM_MODEL", "deepseek/deepseek-chat"}});
        CHECK(contains(joined(result.warnings),
                       "deepseek/deepseek-chat is not used: DeepSeek is not configured; set "
                       "DEEPSEEK_API_KEY"));
    }

    TEST_CASE("with no model named it is the default of the provider that there is") {
        CHECK(load_ok({{"ANTHROPIC_API_KEY", "a"}}).external_models ==
              Models{{"anthropic", "claude-haiku-4-5"}});
        CHECK(load_ok({{"GEMINI_API_KEY", "a"}}).external_models ==
              Models{{"gemini", "gemini-2.5-flash"}});
        CHECK(load_ok({{"OPENAI_API_KEY", "a"}, {"ANTHROPIC_API_KEY", "b"}}).external_models ==
              Models{{"openai", "gpt-4o-mini"}});
        CHECK(contains(joined(load({{"LM_STUDIO_API_BASE", "http://localhost:1234/v1"}}).warnings),
                       "LM Studio is not used: name one of its models in LLM_EXTERNAL_MODEL"));
    }

    TEST_CASE("ollama/ names the local model for every kind of chat without one of its own") {
        for (const Environment& variables :
             {Environment{{"LLM_MODEL", "ollama/llama3"}, {"LLM_MODEL_CODE", "coder"}},
              Environment{{"LLM_PROVIDER", "ollama"},
                          {"LLM_CHOICE", "llama3"},
                          {"LLM_MODEL_CODE", "coder"}}}) {
            const Config config = load_ok(variables);
            CHECK(config.role_models.at(QueryType::simple) == RoleModel{"llama3", true});
            CHECK(config.role_models.at(QueryType::complex) == RoleModel{"llama3", true});
            CHECK(config.role_models.at(QueryType::code) == RoleModel{"coder", true});
            CHECK(config.external_models == Models{{"", "gpt-4o-mini"}});
        }
    }

    TEST_CASE("several keys have commas between, and placeholders among them do not count") {
        const ConfigResult result = load({{"OPENAI_API_KEY", "sk-one, your-api-key ,sk-two"}});
        REQUIRE(result.config);
        CHECK(upstream(*result.config, "openai").api_keys ==
              std::vector<Secret>{Secret("sk-one"), Secret("sk-two")});
        CHECK(joined(result.warnings) ==
              "OPENAI_API_KEY holds a placeholder and counts as not set\n");
    }

    TEST_CASE("embeddings have a server, a key and a model of their own where they are set") {
        const Config same = load_ok({{"LLM_BASE_URL", "http://10.0.0.1/v1"},
                                     {"LLM_API_KEY", "k"},
                                     {"EMBEDDING_PROVIDER", "openai"},
                                     {"EMBEDDING_MODEL_CHOICE", "e"}});
        CHECK(same.embedding_model == ExternalModel{"openai", "e"});
        const Config own = load_ok({{"LLM_BASE_URL", "http://10.0.0.1/v1"},
                                    {"LLM_API_KEY", "k"},
                                    {"EMBEDDING_PROVIDER", "openai"},
                                    {"EMBEDDING_BASE_URL", "http://10.0.0.2/v1"}});
        CHECK(own.embedding_model == ExternalModel{"openai-embedding", "text-embedding-3-small"});
        CHECK(upstream(own, "openai-embedding").base_url == "http://10.0.0.2/v1");
        // The key of one host is not for another.
        CHECK(upstream(own, "openai-embedding").api_keys.empty());
        const Config official = load_ok({{"LLM_BASE_URL", "http://10.0.0.1/v1"},
                                         {"LLM_API_KEY", "k"},
                                         {"OPENAI_API_KEY", "o"},
                                         {"EMBEDDING_PROVIDER", "openai"},
                                         {"EMBEDDING_BASE_URL", "https://api.openai.com/v1"}});
        CHECK(upstream(official, "openai-embedding").api_keys == std::vector<Secret>{Secret("o")});
        const Config same_host = load_ok({{"LLM_BASE_URL", "http://10.0.0.1/v1"},
                                          {"LLM_API_KEY", "k"},
                                          {"EMBEDDING_PROVIDER", "openai"},
                                          {"EMBEDDING_BASE_URL", "http://10.0.0.1/embed/v1"}});
        CHECK(upstream(same_host, "openai-embedding").api_keys == std::vector<Secret>{Secret("k")});
        const Config key = load_ok({{"LLM_BASE_URL", "http://10.0.0.1/v1"},
                                    {"EMBEDDING_PROVIDER", "openai"},
                                    {"EMBEDDING_API_KEY", "e"}});
        CHECK(upstream(key, "openai-embedding").base_url == "http://10.0.0.1/v1");
        CHECK(upstream(key, "openai-embedding").api_keys == std::vector<Secret>{Secret("e")});
        CHECK_FALSE(load_ok({{"EMBEDDING_PROVIDER", "ollama"}, {"EMBEDDING_MODEL_CHOICE", "e"}})
                        .embedding_model);
    }

    TEST_CASE("mem0's names choose Ollama's models or another provider's") {
        const Config local = load_ok({{"MEM0_LLM_PROVIDER", "ollama"},
                                      {"MEM0_LLM_MODEL", "mistral:7b"},
                                      {"MEM0_EMBEDDER_PROVIDER", "ollama"},
                                      {"MEM0_EMBEDDER_MODEL", "e"}});
        CHECK(local.role_models.at(QueryType::simple) == RoleModel{"mistral:7b", true});
        CHECK(local.role_models.at(QueryType::embedding) == RoleModel{"e", true});
        const Config external = load_ok({{"MEM0_LLM_PROVIDER", "deepseek"},
                                         {"MEM0_LLM_MODEL", "deepseek-chat"},
                                         {"DEEPSEEK_API_KEY", "k"}});
        CHECK(external.external_models == Models{{"deepseek", "deepseek-chat"}});
        CHECK_FALSE(external.role_models.at(QueryType::simple).named_by_operator);
    }

    TEST_CASE("the URL of an Ollama may stand in LLM_BASE_URL") {
        const Config config =
            load_ok({{"LLM_PROVIDER", "ollama"}, {"LLM_BASE_URL", "http://gpu:11434/v1"}});
        CHECK(config.upstreams.size() == 1);
        CHECK(upstream(config, "ollama").base_url == "http://gpu:11434");
    }

    TEST_CASE("Google's project alone asks for nothing, and Vertex AI by name uses it") {
        CHECK_FALSE(has_upstream(load_ok({{"GOOGLE_CLOUD_PROJECT", "p"}}), "vertex_ai"));
        const Config config =
            load_ok({{"GOOGLE_CLOUD_PROJECT", "p"}, {"LLM_MODEL", "vertex_ai/gemini-2.5-pro"}});
        const UpstreamConfig& vertex = upstream(config, "vertex_ai");
        CHECK(vertex.base_url ==
              "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/"
              "publishers/google");
        CHECK(vertex.token.kind == TokenKind::google_metadata);
        CHECK(vertex.token.url == "http://metadata.google.internal");
        CHECK(config.external_models == Models{{"vertex_ai", "gemini-2.5-pro"}});
        const Config global = load_ok({{"VERTEXAI_PROJECT", "p"}, {"VERTEXAI_LOCATION", "global"}});
        CHECK(upstream(global, "vertex_ai").base_url ==
              "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google");
    }

    TEST_CASE("a project or location that would change the URL stops the start") {
        CHECK(contains(joined(load({{"VERTEXAI_PROJECT", "p/../q"}}).errors),
                       "VERTEXAI_PROJECT: \"p/../q\" is no name of a project"));
        CHECK(contains(
            joined(
                load({{"VERTEXAI_PROJECT", "p"}, {"VERTEXAI_LOCATION", "evil.example/x"}}).errors),
            "is no location; nearest valid: us-central1"));
        CHECK(load_ok({{"VERTEXAI_PROJECT", "example.com:my-project"}}).upstreams.size() == 2);
    }

    TEST_CASE("a credentials file that is not there stops the start") {
        const ConfigResult result = load(
            {{"VERTEXAI_PROJECT", "p"}, {"GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/x.json"}});
        CHECK(contains(joined(result.errors), "GOOGLE_APPLICATION_CREDENTIALS: "));
    }

    TEST_CASE("headers go to all but Ollama, or to the upstream they name") {
        const Config config = load_ok(
            {{"OPENAI_API_KEY", "k"},
             {"ANTHROPIC_API_KEY", "k"},
             {"LLM_EXTRA_HEADERS", "X-Team: search; anthropic/X-Plan: b=1, c\nollama/X-Here: 1"}});
        using Headers = std::vector<ExtraHeader>;
        CHECK(upstream(config, "openai").headers == Headers{{"X-Team", Secret("search")}});
        CHECK(upstream(config, "anthropic").headers ==
              Headers{{"X-Team", Secret("search")}, {"X-Plan", Secret("b=1, c")}});
        CHECK(upstream(config, "ollama").headers == Headers{{"X-Here", Secret("1")}});
        const Config json =
            load_ok({{"OPENAI_API_KEY", "k"}, {"LLM_EXTRA_HEADERS", R"({"X-A":"1","X-B":"2"})"}});
        CHECK(upstream(json, "openai").headers ==
              Headers{{"X-A", Secret("1")}, {"X-B", Secret("2")}});
    }

    TEST_CASE(
        "a header that frames the request, or one for nobody, is an error without its value") {
        struct Case {
            std::string text;
            std::string says;
        };
        const Case cases[] = {
            {"Host: evil", "holds Host, which the router writes itself"},
            {"transfer-encoding: chunked", "holds transfer-encoding"},
            {"no colon here", "has an entry without a colon"},
            {"Bad Name: secret", "has a name that is no header's"},
            {"{\"X\": 1}", "gives X no text"},
            {"nobody/X-A: secret", "there is no upstream nobody"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const std::string errors =
                joined(load({{"OPENAI_API_KEY", "k"}, {"LLM_EXTRA_HEADERS", c.text}}).errors);
            CHECK(contains(errors, c.says));
            CHECK_FALSE(contains(errors, "secret"));
        }
    }

    TEST_CASE("OpenRouter gets the site and the name it shows") {
        const Config config = load_ok({{"OPENROUTER_API_KEY", "k"},
                                       {"LLM_MODEL", "openrouter/openai/gpt-4o-mini"},
                                       {"OR_SITE_URL", "https://x.example"},
                                       {"OR_APP_NAME", "X"}});
        CHECK(upstream(config, "openrouter").headers ==
              std::vector<ExtraHeader>{{"HTTP-Referer", Secret("https://x.example")},
                                       {"X-OpenRouter-Title", Secret("X")}});
        CHECK(config.external_models == Models{{"openrouter", "openai/gpt-4o-mini"}});
    }

    TEST_CASE("times may differ by upstream") {
        const Config config = load_ok(
            {{"OPENAI_API_KEY", "k"}, {"LLM_EXTERNAL_FIRST_BYTE_SECONDS", "60,openai=1800"}});
        CHECK(config.external_first_byte_timeout == std::chrono::seconds(60));
        CHECK(config.first_byte_timeouts.at("openai") == std::chrono::seconds(1800));
        CHECK(contains(joined(load({{"LLM_CONNECT_TIMEOUT_MS", "5000,azure=9"}}).errors),
                       "LLM_CONNECT_TIMEOUT_MS: there is no upstream azure"));
    }

    TEST_CASE("a systemd credential of the variable's name is read, and the environment wins") {
        const TempFolder folder;
        folder.file("openai_api_key", "sk-from-the-folder\n");
        folder.file("ANTHROPIC_API_KEY", "sk-ant-folder");
        const Config config = load_ok({{"CREDENTIALS_DIRECTORY", folder.path()}});
        CHECK(upstream(config, "openai").api_keys.at(0).reveal() == "sk-from-the-folder");
        CHECK(upstream(config, "anthropic").api_keys.at(0).reveal() == "sk-ant-folder");
        const Config both = load_ok(
            {{"CREDENTIALS_DIRECTORY", folder.path()}, {"OPENAI_API_KEY", "sk-environment"}});
        CHECK(upstream(both, "openai").api_keys.at(0).reveal() == "sk-environment");
    }

    TEST_CASE("what requests get by default is read as numbers of JSON") {
        const GenerationDefaults defaults = load_ok({{"LLM_TEMPERATURE", "0.70"},
                                                     {"LLM_TOP_P", "1"},
                                                     {"LLM_TOP_K", "40"},
                                                     {"LLM_MAX_TOKENS", "2000"},
                                                     {"LLM_STORE", "on"}})
                                                .defaults;
        CHECK(defaults.temperature == "0.7");
        CHECK(defaults.top_p == "1");
        CHECK(defaults.top_k == 40);
        CHECK(defaults.max_tokens == 2000);
        CHECK(defaults.store);
        CHECK(contains(joined(load({{"LLM_TEMPERATURE", "2.5"}}).errors), "is above 2"));
        CHECK(contains(joined(load({{"LLM_TOP_P", "nan"}}).errors), "is not a decimal number"));
    }
}
