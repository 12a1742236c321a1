// How the router signs in to Azure where it has no key.
#include <atomic>
#include <chrono>
#include <fstream>
#include <latch>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "tests/integration/providers/ask.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kModel = "azure/gpt-4o-prod";
const std::string kSecret = "client-secret-of-the-test";

/// An Azure that takes tokens, and an identity service that issues them.
std::function<void(simulator::SimulatorOptions&)> with_identity(
    const simulator::IdentityOptions& identity) {
    return [identity](simulator::SimulatorOptions& options) {
        options.providers = {server("azure"), server("identity")};
        options.identity = identity;
    };
}

TestRouter signed_in(const Environment& settings, const simulator::IdentityOptions& identity = {}) {
    return TestRouter(joined({{"LLM_MODEL", kModel},
                              {"AZURE_API_BASE", "{azure}"},
                              {"AZURE_AUTHORITY_HOST", "{identity}"},
                              {"AZURE_POD_IDENTITY_AUTHORITY_HOST", "{identity}"},
                              {"LLM_LOCAL_THRESHOLD", "0"}},
                             settings),
                      with_identity(identity));
}

const Environment kClient{
    {"AZURE_TENANT_ID", "tenant"}, {"AZURE_CLIENT_ID", "client"}, {"AZURE_CLIENT_SECRET", kSecret}};

simulator::IdentityOptions known_client() {
    simulator::IdentityOptions identity;
    identity.tenant = "tenant";
    identity.client_id = "client";
    identity.client_secret = kSecret;
    return identity;
}

/// Answered with a token in the place of a key, and one token for all of them.
void check_token_is_used(const TestRouter& router) {
    for (int i = 0; i < 3; ++i) {
        const HttpAnswer answer = ask(router, kModel);
        REQUIRE_MESSAGE(answer.status == 200, answer.body);
    }
    for (const auto& entry : router.simulator->requests()) {
        CHECK(entry.authorization.starts_with("Bearer eyJ0eXAi"));
        CHECK_FALSE(entry.headers.contains("api-key"));
    }
    CHECK(router.simulator->tokens_issued() == 1);
}

/// The router's own fault, with words about it, and no secret among them.
std::string refusal(const TestRouter& router) {
    const HttpAnswer answer = ask(router, kModel);
    CAPTURE(answer.body);
    CHECK(answer.status == 502);
    CHECK(json_at(answer.body, "/error/code") == "upstream_auth");
    CHECK_FALSE(contains(answer.body, kSecret));
    CHECK_FALSE(contains(answer.body, "http://"));
    const storage::AttemptRow row = last_row(router);
    CHECK(row.error_code == "upstream_auth");
    CHECK(row.cost == 0);
    return json_at(answer.body, "/error/message");
}

/// Asks until `done`; every answer must have one of these statuses.
void ask_until(const TestRouter& router, const std::set<int>& statuses,
               const std::function<bool()>& done) {
    constexpr std::chrono::seconds kPatience(60);
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    HttpConnection connection = router.connect();
    while (!done()) {
        REQUIRE(std::chrono::steady_clock::now() < give_up);
        const HttpAnswer answer =
            connection.request("POST", "/v1/chat/completions", ask_body(kModel));
        REQUIRE_MESSAGE(statuses.contains(answer.status), answer.body);
    }
}

}  // namespace

TEST_CASE("Azure: client credentials") {
    check_token_is_used(signed_in(kClient, known_client()));
}

TEST_CASE("Azure: which way of signing in is taken") {
    // A key that is a placeholder is none, and a way that is named wins over the order.
    check_token_is_used(
        signed_in(joined(kClient, {{"AZURE_API_KEY", "your-api-key"}}), known_client()));
    check_token_is_used(signed_in(
        joined(kClient, {{"AZURE_API_KEY", "0123456789abcdef"}, {"LLM_AZURE_AUTH", "secret"}}),
        known_client()));
    const TestRouter by_key =
        signed_in(joined(kClient, {{"AZURE_API_KEY", "0123456789abcdef"}}), known_client());
    REQUIRE(ask(by_key, kModel).status == 200);
    CHECK(last_sent(by_key).headers.at("api-key") == "0123456789abcdef");
    CHECK(by_key.simulator->tokens_issued() == 0);
    CHECK_THROWS_WITH(signed_in({{"LLM_AZURE_AUTH", "secret"}}),
                      "LLM_AZURE_AUTH: secret needs AZURE_TENANT_ID, AZURE_CLIENT_ID and "
                      "AZURE_CLIENT_SECRET");
}

TEST_CASE("Azure: the managed identity of a machine, its own and a user-assigned one") {
    check_token_is_used(signed_in({}));
    check_token_is_used(signed_in({{"AZURE_CLIENT_ID", "client"}}, known_client()));
    const std::string message =
        refusal(signed_in({{"AZURE_CLIENT_ID", "stranger"}}, known_client()));
    CHECK(contains(message, "Identity not found"));
}

TEST_CASE("Azure: the identity of App Service") {
    simulator::IdentityOptions identity;
    identity.identity_header = "header-of-the-platform";
    const std::string endpoint = "{identity}/msi/token";
    check_token_is_used(
        signed_in({{"IDENTITY_ENDPOINT", endpoint}, {"IDENTITY_HEADER", "header-of-the-platform"}},
                  identity));
    const std::string message = refusal(signed_in(
        {{"IDENTITY_ENDPOINT", endpoint}, {"IDENTITY_HEADER", "another-header"}}, identity));
    CHECK(contains(message, "X-IDENTITY-HEADER is missing or wrong"));
}

TEST_CASE("Azure: a workload's token file, read for every sign-in") {
    const TemporaryDirectory directory;
    const std::string path = directory.file("token");
    simulator::IdentityOptions identity = known_client();
    identity.client_assertion = "assertion-of-today";
    const Environment workload{{"AZURE_TENANT_ID", "tenant"},
                               {"AZURE_CLIENT_ID", "client"},
                               {"AZURE_FEDERATED_TOKEN_FILE", path}};
    std::ofstream(path) << "assertion-of-today\n";
    check_token_is_used(signed_in(workload, identity));

    std::ofstream(path) << "assertion-of-yesterday\n";
    const TestRouter router = signed_in(workload, identity);
    CHECK(contains(refusal(router), "AADSTS700211"));
    std::ofstream(path) << "assertion-of-today\n";
    // A sign-in that failed is not repeated at once.
    ask_until(router, {200, 502}, [&router] { return router.simulator->tokens_issued() == 1; });
    CHECK(ask(router, kModel).status == 200);
}

TEST_CASE("Azure: a workload without its file") {
    const TestRouter router = signed_in({{"AZURE_TENANT_ID", "tenant"},
                                         {"AZURE_CLIENT_ID", "client"},
                                         {"AZURE_FEDERATED_TOKEN_FILE", "/nonexistent/token"}});
    CHECK(contains(refusal(router), "/nonexistent/token"));
    CHECK(router.simulator->request_count() == 0);
}

TEST_CASE("Azure: a ready-made token") {
    const Environment ready{{"AZURE_AD_TOKEN", "eyJ0eXAi.ready-made"}};
    // Without an identity service the simulated Azure cannot judge tokens.
    const TestRouter lenient(joined({{"LLM_MODEL", kModel}, {"AZURE_API_BASE", "{azure}"}}, ready),
                             with_servers({server("azure")}));
    REQUIRE(ask(lenient, kModel).status == 200);
    CHECK(last_sent(lenient).authorization == "Bearer eyJ0eXAi.ready-made");
    const TestRouter strict = signed_in(ready);
    CHECK(contains(refusal(strict), "check AZURE_AD_TOKEN, which is not renewed"));
    CHECK(last_row(strict).http_upstream == 401);
    CHECK(strict.simulator->request_count() == 1);
    CHECK(strict.simulator->tokens_issued() == 0);
}

TEST_CASE("Azure: a wrong secret is said to be that") {
    Environment wrong = kClient;
    wrong["AZURE_CLIENT_SECRET"] = "wrong-secret-of-the-test";
    const TestRouter router = signed_in(wrong, known_client());
    const std::string message = refusal(router);
    CHECK(contains(message, "AADSTS7000215"));
    CHECK(contains(message, "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"));
    CHECK_FALSE(contains(message, "wrong-secret"));
    CHECK(router.simulator->request_count() == 0);
    CHECK(router.simulator->tokens_issued() == 0);
    const HttpAnswer routed = ask_outside(router);
    CHECK(routed.status == 200);
    CHECK(routed.header("x-router-local") == "1");
}

TEST_CASE("Azure: a tenant that nobody knows, and a scope that does not fit") {
    Environment stranger = kClient;
    stranger["AZURE_TENANT_ID"] = "elsewhere";
    CHECK(contains(refusal(signed_in(stranger, known_client())), "AADSTS90002"));
    Environment scope = kClient;
    scope["LLM_AZURE_SCOPE"] = "https://storage.azure.com/.default";
    const TestRouter router = signed_in(scope, known_client());
    CHECK(contains(refusal(router), "LLM_AZURE_SCOPE"));
    CHECK(last_row(router).http_upstream == 401);
    scope["LLM_AZURE_SCOPE"] = "https://ai.azure.com/.default";
    CHECK(ask(signed_in(scope, known_client()), kModel).status == 200);
}

TEST_CASE("Azure: an identity service that is down for a moment") {
    const TestRouter router = signed_in(kClient, known_client());
    router.simulator->fail_tokens(1, 503);
    const HttpAnswer named = ask(router, kModel);
    CHECK(named.status == 503);
    CHECK(json_at(named.body, "/error/code") == "upstream_unavailable");
    CHECK(contains(json_at(named.body, "/error/message"), "the identity service answers 503"));
    CHECK(router.simulator->request_count() == 0);
    const HttpAnswer routed = ask_outside(router);
    CHECK(routed.status == 200);
}

TEST_CASE("Azure: many first queries fetch one token") {
    constexpr int kQueries = 64;
    const TestRouter router = signed_in(kClient, known_client());
    std::latch start(kQueries);
    std::atomic<int> answered{0};
    std::vector<std::jthread> clients;
    for (int i = 0; i < kQueries; ++i) {
        clients.emplace_back([&] {
            HttpConnection connection = router.connect();
            start.arrive_and_wait();
            const HttpAnswer answer =
                connection.request("POST", "/v1/chat/completions", ask_body(kModel));
            if (answer.status == 200) ++answered;
        });
    }
    clients.clear();
    CHECK(answered == kQueries);
    CHECK(router.simulator->tokens_issued() == 1);
}

TEST_CASE("Azure: tokens are renewed while queries go on") {
    constexpr int kClients = 4;
    constexpr int kTokens = 4;
    simulator::IdentityOptions identity = known_client();
    identity.token_lifetime = std::chrono::seconds(1);
    const TestRouter router = signed_in(kClient, identity);
    std::atomic<int> failed{0};
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
            HttpConnection connection = router.connect();
            while (failed == 0 && router.simulator->tokens_issued() < kTokens) {
                const HttpAnswer answer =
                    connection.request("POST", "/v1/chat/completions", ask_body(kModel));
                if (answer.status != 200) ++failed;
            }
        });
    }
    clients.clear();
    CHECK(failed == 0);
    CHECK(router.simulator->tokens_issued() >= kTokens);
    for (const storage::AttemptRow& row : rows_of(router)) {
        REQUIRE(row.http_upstream == 200);
        REQUIRE(row.attempt == 1);
    }
}
