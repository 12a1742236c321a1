// The Gemini API with a key, and Vertex AI with the tokens of each kind of credential.
#include <chrono>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/integration/providers/bills.hpp"
#include "tests/integration/providers/dialogues.hpp"
#include "tests/integration/providers/faults.hpp"
#include "tests/support/rsa_key.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const std::string kKey = "AIza-key-of-the-test";
const std::string kModel = "gemini/gemini-2.5-flash";
const std::string kVertexModel = "vertex_ai/gemini-2.5-flash";
const std::string kEmail = "router@project.iam.example";

TestRouter gemini(const Environment& more = {}) {
    return TestRouter(
        joined({{"GEMINI_API_KEY", kKey},
                {"LLM_MODEL", "gemini/gemini-2.0-flash"},
                {"LLM_LOCAL_THRESHOLD", "0"}},
               more),
        [](simulator::SimulatorOptions& options) {
            options.gemini_port = 0;
            options.gemini_api_key = kKey;
        },
        [](Config& config, const simulator::Simulator& simulator) {
            for (UpstreamConfig& upstream : config.upstreams)
                if (upstream.name == "gemini") upstream.base_url = simulator.gemini_url();
        });
}

/// With `more` in the environment; what stands in `file` becomes the credentials file.
class Vertex {
public:
    explicit Vertex(const simulator::IdentityOptions& identity, const std::string& file = {})
        : path_(folder_.file("credentials.json")),
          router_(
              settings(file),
              [&identity](simulator::SimulatorOptions& options) {
                  options.gemini_port = 0;
                  options.providers = {server("identity")};
                  options.identity = identity;
              },
              [this, file](Config& config, const simulator::Simulator& simulator) {
                  point_at(config, simulator, file);
              }) {}

    const TestRouter& router() const { return router_; }

private:
    Environment settings(const std::string& file) const {
        Environment made{{"VERTEXAI_PROJECT", "simulated"},
                         {"VERTEXAI_LOCATION", "global"},
                         {"LLM_LOCAL_THRESHOLD", "0"}};
        if (!file.empty()) {
            std::ofstream(path_) << "{}";
            made["GOOGLE_APPLICATION_CREDENTIALS"] = path_;
        }
        return made;
    }
    /// The ports are known now: the upstream's, and that of the identity service in the file.
    void point_at(Config& config, const simulator::Simulator& simulator, std::string file) const {
        const std::string identity = simulator.provider_url("identity");
        for (UpstreamConfig& upstream : config.upstreams) {
            if (upstream.name != "vertex_ai") continue;
            upstream.base_url = simulator.vertex_url();
            if (file.empty()) upstream.token.url = identity;
        }
        const std::string place = "{identity}";
        if (const auto at = file.find(place); at != std::string::npos)
            file.replace(at, place.size(), identity);
        if (!file.empty()) std::ofstream(path_) << file;
    }

    TemporaryDirectory folder_;
    std::string path_;
    TestRouter router_;
};

std::string service_account(const RsaKey& key, const std::string& email = kEmail) {
    return R"({"type":"service_account","client_email":")" + email +
           R"(","private_key_id":"k1","token_uri":"{identity}/token","private_key":)" +
           json_quote(key.private_pem()) + "}";
}

simulator::IdentityOptions known_account(const RsaKey& key) {
    simulator::IdentityOptions identity;
    identity.google_email = kEmail;
    identity.google_public_key = key.public_pem();
    return identity;
}

/// The usage that the server states for the request that it got last, in Gemini's words.
Told gemini_told(const TestRouter& router) {
    const auto request = last_sent(router);
    HttpConnection connection(router.simulator->gemini_port());
    std::map<std::string, std::string> headers = request.headers;
    for (const char* const own : {"host", "content-length", "connection"})
        headers.erase(own);
    const std::string query = request.query.empty() ? "" : "?" + request.query;
    const std::string body =
        connection.request("POST", request.path + query, request.body, headers).body;
    const std::string name = R"("usageMetadata":)";
    const std::size_t begin = body.rfind(name);
    REQUIRE(begin != std::string::npos);
    const std::string rest = body.substr(begin + name.size());
    // The object ends where its braces do; what follows is of no interest.
    std::size_t end = 0;
    for (int depth = 0; end < rest.size(); ++end) {
        depth += rest[end] == '{' ? 1 : rest[end] == '}' ? -1 : 0;
        if (depth == 0) break;
    }
    const std::string usage = rest.substr(0, end + 1);
    const std::int64_t thoughts = number_at(usage, "/thoughtsTokenCount");
    return {number_at(usage, "/promptTokenCount"), number_at(usage, "/cachedContentTokenCount"),
            number_at(usage, "/candidatesTokenCount") + thoughts, thoughts};
}

void check_gemini_bill(const TestRouter& router, const Rates& rates, const std::string& price_id) {
    const storage::AttemptRow row = last_row(router);
    const Told usage = gemini_told(router);
    check_tokens(row, usage);
    REQUIRE(row.cost.has_value());
    CHECK(*row.cost == cost_of(usage, rates));
    CHECK(row.price_id == price_id);
}

}  // namespace

TEST_CASE("Gemini: chat, streams, tools, embeddings, and clients of every dialect") {
    const TestRouter router = gemini();
    check_chat_and_stream(router, kModel);
    check_other_clients(router, kModel);
    check_tools(router, kModel);
    check_embeddings(router, "gemini/gemini-embedding-001");
    for (const auto& entry : router.simulator->requests())
        CHECK(entry.headers.at("x-goog-api-key") == kKey);
}

// USD per million: gemini-2.5-flash 0.30 in, 0.03 cached, 2.50 out, thoughts included.
TEST_CASE("Gemini and Vertex AI: tokens and costs") {
    const Rates flash{300'000, 30'000, 2'500'000};
    const TestRouter router = gemini();
    for (const char* const more : {R"("stream":false)", R"("stream":true)"}) {
        REQUIRE(ask(router, kModel, more).status == 200);
        check_gemini_bill(router, flash, "gemini/gemini-2.5-flash");
    }
    const Vertex vertex({});
    REQUIRE(ask(vertex.router(), kVertexModel).status == 200);
    check_gemini_bill(vertex.router(), flash, "gemini-2.5-flash");
}

TEST_CASE("Gemini: what the operator sets by default") {
    const TestRouter router =
        gemini({{"LLM_TEMPERATURE", "0.3"}, {"LLM_TOP_K", "7"}, {"LLM_MAX_TOKENS", "99"}});
    REQUIRE(ask(router, kModel).status == 200);
    CHECK(sent(router, "/generationConfig/temperature") == "0.3");
    CHECK(sent(router, "/generationConfig/topK") == "7");
    CHECK(sent(router, "/generationConfig/maxOutputTokens") == "99");
    REQUIRE(ask(router, kModel, R"("temperature":1,"max_tokens":5)").status == 200);
    CHECK(sent(router, "/generationConfig/temperature") == "1");
    CHECK(sent(router, "/generationConfig/maxOutputTokens") == "5");
}

TEST_CASE("Gemini: every error") {
    check_faults([] { return gemini(); }, kModel,
                 {{400, "", 400, "upstream_rejected", "", false, ""},
                  {401, "", 502, "upstream_auth", "check GEMINI_API_KEY", false, ""},
                  {403, "", 502, "upstream_auth", "the key in GEMINI_API_KEY", false, ""},
                  {404, "", 404, "upstream_not_found", "check GEMINI_API_BASE", false, ""},
                  {500, "", 500, "upstream_error", "", true, ""},
                  {503, "", 503, "upstream_unavailable", "overloaded or down", true, ""},
                  {504, "", 504, "upstream_timeout", "LLM_EXTERNAL_FIRST_BYTE_SECONDS", false, ""}},
                 {kKey});
}

TEST_CASE("Vertex AI: the metadata server, a service account, an authorized user") {
    const Vertex machine({});
    const RsaKey key;
    const Vertex account(known_account(key), service_account(key));
    simulator::IdentityOptions user;
    user.client_id = "client";
    user.client_secret = "secret";
    user.google_refresh_token = "refresh";
    const Vertex person(
        user, R"({"type":"authorized_user","client_id":"client","client_secret":"secret",)"
              R"("refresh_token":"refresh","token_uri":"{identity}/token"})");
    for (const Vertex* const vertex : {&machine, &account, &person}) {
        check_chat_and_stream(vertex->router(), kVertexModel);
        check_tools(vertex->router(), kVertexModel);
        CHECK(vertex->router().simulator->tokens_issued() == 1);
        for (const auto& entry : vertex->router().simulator->requests())
            CHECK(entry.authorization.starts_with("Bearer "));
    }
}

TEST_CASE("Vertex AI: an account that Google does not know is told so, without its key") {
    const RsaKey known;
    const RsaKey other;
    for (const std::string& file : {service_account(other), service_account(known, "stranger@x")}) {
        const Vertex vertex(known_account(known), file);
        const HttpAnswer answer = ask(vertex.router(), kVertexModel);
        CAPTURE(answer.body);
        CHECK(answer.status == 502);
        CHECK(json_at(answer.body, "/error/code") == "upstream_auth");
        CHECK(contains(answer.body, "the router signs in by Google credentials file"));
        check_no_secret(answer.body, {"PRIVATE KEY"});
    }
}

TEST_CASE("Vertex AI: tokens that expire are renewed, and no query notices") {
    simulator::IdentityOptions identity;
    identity.token_lifetime = std::chrono::seconds(2);
    const Vertex vertex(identity);
    constexpr std::chrono::seconds kPatience(60);
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    HttpConnection connection = vertex.router().connect();
    while (vertex.router().simulator->tokens_issued() < 3) {
        REQUIRE(std::chrono::steady_clock::now() < give_up);
        const HttpAnswer answer =
            connection.request("POST", "/v1/chat/completions", ask_body(kVertexModel));
        REQUIRE_MESSAGE(answer.status == 200, answer.body);
    }
}
