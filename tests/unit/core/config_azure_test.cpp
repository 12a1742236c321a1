#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const Environment kKey{{"LLM_AZURE_ENDPOINT", "https://res.openai.azure.com/"},
                       {"LLM_AZURE_OPENAI_API_KEY", "0123456789abcdef"}};

Environment with(Environment base, const Environment& more) {
    for (const auto& [name, value] : more)
        base[name] = value;
    return base;
}

UpstreamConfig azure(const Environment& variables, std::string_view name = "azure") {
    for (const UpstreamConfig& upstream : load_ok(variables).upstreams)
        if (upstream.name == name) return upstream;
    FAIL("no upstream " << name);
    return {};
}

TokenSource token(const Environment& more) {
    return azure(with({{"LLM_AZURE_ENDPOINT", "https://res.openai.azure.com"}}, more)).token;
}

}  // namespace

TEST_SUITE("Azure in the configuration") {
    TEST_CASE("the endpoint and the version choose the API") {
        struct Case {
            std::string endpoint;
            std::string version;
            std::string url;
            std::string dated;
        };
        const Case cases[] = {
            {"https://r.openai.azure.com", "", "https://r.openai.azure.com/openai", "2024-10-21"},
            {"https://r.openai.azure.com/openai/", "2024-02-15-preview",
             "https://r.openai.azure.com/openai", "2024-02-15-preview"},
            {"https://r.openai.azure.com/openai/v1/", "", "https://r.openai.azure.com/openai/v1",
             ""},
            {"https://r.openai.azure.com", "v1", "https://r.openai.azure.com/openai/v1", ""},
            {"https://apim.example.com/team/a", "", "https://apim.example.com/team/a/openai",
             "2024-10-21"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.endpoint);
            const UpstreamConfig made = azure(with(
                kKey, {{"LLM_AZURE_ENDPOINT", c.endpoint}, {"LLM_AZURE_API_VERSION", c.version}}));
            CHECK(made.base_url == c.url);
            CHECK(made.api_version == c.dated);
            CHECK(made.api_keys.size() == 1);
            CHECK(made.provider == "azure");
        }
        CHECK(contains(joined(load(with(kKey, {{"AZURE_API_VERSION", "2024"}})).errors),
                       "is no version of Azure's API; nearest valid: 2024-10-21"));
    }

    TEST_CASE("the names of LiteLLM and of OpenAI's client are understood") {
        const UpstreamConfig made = azure({{"AZURE_API_BASE", "https://r.openai.azure.com/"},
                                           {"AZURE_API_KEY", "k1,k2"},
                                           {"AZURE_API_VERSION", "2024-06-01"},
                                           {"LLM_MODEL", "azure/gpt-4"}});
        CHECK(made.api_keys.size() == 2);
        CHECK(made.api_version == "2024-06-01");
        const UpstreamConfig main = azure({{"LLM_PROVIDER", "azure_openai"},
                                           {"LLM_BASE_URL", "https://r.openai.azure.com"},
                                           {"LLM_API_KEY", "k"},
                                           {"LLM_CHOICE", "d"}});
        CHECK(main.base_url == "https://r.openai.azure.com/openai");
    }

    TEST_CASE("a deployment is priced as the model that is named beside it") {
        const Config config = load_ok(with(kKey, {{"LLM_PROVIDER", "azure_openai"},
                                                  {"LLM_AZURE_DEPLOYMENT", "chat-prod"},
                                                  {"LLM_CHOICE", "gpt-4o"}}));
        CHECK(config.external_models == std::vector<ExternalModel>{{"azure", "chat-prod"}});
        CHECK(config.azure_deployment_models.at("chat-prod") == "gpt-4o");
        const Config bare = load_ok(with(kKey, {{"LLM_AZURE_DEPLOYMENT", "chat-prod"}}));
        CHECK(bare.external_models == std::vector<ExternalModel>{{"azure", "chat-prod"}});
    }

    TEST_CASE("without a key, or with a placeholder, it is Entra's identity of the machine") {
        CHECK(token({}).kind == TokenKind::entra_managed);
        CHECK(token({{"LLM_AZURE_OPENAI_API_KEY", "your-api-key"}}).kind ==
              TokenKind::entra_managed);
        CHECK(token({}).url == "http://169.254.169.254");
        CHECK(token({}).scope == "https://cognitiveservices.azure.com/.default");
        CHECK(token({{"LLM_AZURE_OPENAI_API_KEY", "a-key"}}).kind == TokenKind::none);
    }

    TEST_CASE("the first way for which everything is there is taken") {
        const Environment app{{"AZURE_TENANT_ID", "t"}, {"AZURE_CLIENT_ID", "c"}};
        const TokenSource secret = token(with(app, {{"AZURE_CLIENT_SECRET", "s,with,commas"}}));
        CHECK(secret.kind == TokenKind::entra_secret);
        CHECK(secret.secret.reveal() == "s,with,commas");
        CHECK(secret.url == "https://login.microsoftonline.com");
        const TokenSource workload =
            token(with(app, {{"AZURE_FEDERATED_TOKEN_FILE", "/var/run/t"},
                             {"AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"}}));
        CHECK(workload.kind == TokenKind::entra_workload);
        CHECK(workload.file == "/var/run/t");
        CHECK(workload.url == "https://login.microsoftonline.us");
        CHECK(token({{"AZURE_AD_TOKEN", "eyJ"}}).kind == TokenKind::fixed);
        const TokenSource platform = token(
            {{"IDENTITY_ENDPOINT", "http://127.0.0.1:42/msi/token"}, {"IDENTITY_HEADER", "h"}});
        CHECK(platform.kind == TokenKind::entra_app_service);
        CHECK(platform.url == "http://127.0.0.1:42/msi/token");
    }

    TEST_CASE("a way that is asked for wins over the key, and must have what it needs") {
        const UpstreamConfig made = azure(
            with(kKey, {{"LLM_AZURE_AUTH", "managed"}, {"AZURE_CLIENT_ID", "user-assigned"}}));
        CHECK(made.token.kind == TokenKind::entra_managed);
        CHECK(made.token.client_id == "user-assigned");
        CHECK(made.api_keys.empty());
        CHECK(contains(joined(load(with(kKey, {{"LLM_AZURE_AUTH", "workload"}})).errors),
                       "LLM_AZURE_AUTH: workload needs AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                       "AZURE_FEDERATED_TOKEN_FILE"));
    }

    TEST_CASE("embeddings take from chat what they do not set") {
        const Environment both = with(kKey, {{"LLM_AZURE_DEPLOYMENT", "chat"},
                                             {"EMBEDDING_PROVIDER", "azure_openai"},
                                             {"EMBEDDING_MODEL_CHOICE", "text-embedding-ada-002"},
                                             {"EMBEDDING_AZURE_DEPLOYMENT", "emb"}});
        const Config same = load_ok(both);
        CHECK(same.embedding_model == ExternalModel{"azure", "emb"});
        CHECK(same.azure_deployment_models.at("emb") == "text-embedding-ada-002");
        const Environment own =
            with(both, {{"EMBEDDING_AZURE_ENDPOINT", "https://e.openai.azure.com"},
                        {"EMBEDDING_AZURE_API_VERSION", "2024-06-01"}});
        CHECK(load_ok(own).embedding_model == ExternalModel{"azure-embedding", "emb"});
        const UpstreamConfig server = azure(own, "azure-embedding");
        CHECK(server.base_url == "https://e.openai.azure.com/openai");
        CHECK(server.api_version == "2024-06-01");
        CHECK(server.api_keys == azure(own).api_keys);
        const Environment elsewhere =
            with(both, {{"EMBEDDING_AZURE_ENDPOINT", "https://gateway.example.com"}});
        CHECK(azure(elsewhere, "azure-embedding").api_keys.empty());
    }
}
