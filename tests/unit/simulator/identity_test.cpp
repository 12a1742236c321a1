#include <memory>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/clock.hpp"
#include "core/text.hpp"
#include "provider_fixture.hpp"

using namespace llmr::simulator;
using namespace llmr::simulator::test;

namespace {

constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr const char* kEntra = "/contoso/oauth2/v2.0/token";
constexpr const char* kSecretForm =
    "grant_type=client_credentials&client_id=app&client_secret=s%2B1&"
    "scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default";
constexpr const char* kImds =
    "/metadata/identity/oauth2/token?api-version=2018-02-01&"
    "resource=https%3A%2F%2Fcognitiveservices.azure.com";
constexpr const char* kGoogleToken = "/computeMetadata/v1/instance/service-accounts/default/token";

std::string base64url(std::string_view bytes) {
    auto text = llmr::base64_encode(bytes);
    for (auto& c : text) {
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    }
    return text.substr(0, text.find('='));
}

/// A key pair that signs assertions as a service account does.
class Signer {
public:
    Signer() : key_(EVP_RSA_gen(2048), &EVP_PKEY_free) {}

    std::string public_key() const {
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()),
                                                                &BIO_free_all);
        PEM_write_bio_PUBKEY(bio.get(), key_.get());
        char* text = nullptr;
        const auto size = BIO_get_mem_data(bio.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

    std::string sign(const std::string& claims, const std::string& algorithm = "RS256") const {
        const auto signed_text =
            base64url(R"({"alg":")" + algorithm + R"(","typ":"JWT"})") + "." + base64url(claims);
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                             &EVP_MD_CTX_free);
        EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        const void* raw = signed_text.data();
        std::vector<unsigned char> signature(512);
        std::size_t size = signature.size();
        REQUIRE(EVP_DigestSign(digest.get(), signature.data(), &size,
                               static_cast<const unsigned char*>(raw), signed_text.size()) == 1);
        return signed_text + "." +
               base64url(std::string(signature.begin(),
                                     signature.begin() + static_cast<std::ptrdiff_t>(size)));
    }

private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

/// A service account's claims; `lifetime` in seconds from now.
std::string claims(const std::string& issuer, const std::string& audience,
                   std::int64_t lifetime = 3600) {
    const auto now = llmr::utc_ms() / 1000;
    return R"({"iss":")" + issuer + R"(","aud":")" + audience +
           R"(","scope":"https://www.googleapis.com/auth/cloud-platform","iat":)" +
           std::to_string(now) + R"(,"exp":)" + std::to_string(now + lifetime) + "}";
}

std::string assertion_form(const std::string& assertion) {
    return "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
           assertion;
}

SimulatorOptions identified() {
    SimulatorOptions options = with_provider("identity");
    SimulatedProvider azure;
    azure.name = "azure";
    options.providers.push_back(azure);
    options.identity.tenant = "contoso";
    options.identity.client_id = "app";
    options.identity.client_secret = "s+1";
    options.identity.client_assertion = "federated";
    options.identity.identity_header = "app-service";
    options.identity.google_email = "robot@example.org";
    options.identity.google_refresh_token = "refresh";
    return options;
}

int azure_status(const Provider& identity, const std::string& token) {
    return Client(identity.running.simulator.provider_port("azure"))
        .request("POST", "/openai/deployments/gpt-4o-prod/chat/completions?api-version=2024-10-21",
                 chat("x"), "Authorization: Bearer " + token + "\r\n")
        .status;
}

}  // namespace

TEST_CASE("entra: a token for who knows the secret opens Azure") {
    const Provider identity(identified());
    const auto reply = identity.post(kEntra, kSecretForm, kForm);
    REQUIRE(reply.status == 200);
    const Json json(reply.body);
    CHECK(json.text("/token_type") == "Bearer");
    CHECK(json.number("/expires_in") == 3600);
    CHECK(json.text("/access_token").size() > 2000);
    CHECK(azure_status(identity, json.text("/access_token")) == 200);
    CHECK(azure_status(identity, "made-up") == 401);
    CHECK(identity.running.simulator.tokens_issued() == 1);
}

TEST_CASE("entra: an assertion does, too; what does not fit is told in numbers") {
    const Provider identity(identified());
    const std::string start = "grant_type=client_credentials&client_id=app&scope=a%2F.default";
    const std::string type =
        "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    CHECK(identity.post(kEntra, start + type + "&client_assertion=federated", kForm).status == 200);
    struct Row {
        std::string path;
        std::string form;
        int status;
        const char* error;
        int code;
    };
    const std::vector<Row> rows{
        {"/fabrikam/oauth2/v2.0/token", kSecretForm, 400, "invalid_request", 90002},
        {kEntra, start + "&client_secret=no", 401, "invalid_client", 7000215},
        {kEntra, start, 401, "invalid_client", 7000218},
        {kEntra, start + type + "&client_assertion=no", 401, "invalid_client", 700211},
        {kEntra, start + "&client_assertion=federated", 401, "invalid_client", 700027},
        {kEntra, "grant_type=client_credentials&client_id=other&scope=a%2F.default", 400,
         "unauthorized_client", 700016},
        {kEntra, "grant_type=client_credentials&client_id=app&client_secret=s%2B1", 400,
         "invalid_request", 900144},
        {kEntra, start + "&client_secret=s%2B1&scope=a", 200, "", 0},  // the first counts
        {kEntra, "grant_type=client_credentials&client_id=app&client_secret=s%2B1&scope=a", 400,
         "invalid_scope", 1002012},
        {kEntra, "grant_type=password&client_id=app", 400, "unsupported_grant_type", 70003},
    };
    for (const auto& row : rows) {
        CAPTURE(row.form);
        const auto reply = identity.post(row.path, row.form, kForm);
        CHECK(reply.status == row.status);
        if (row.status != 200) {
            const Json json(reply.body);
            CHECK(json.text("/error") == row.error);
            CHECK(json.number("/error_codes/0") == row.code);
            CHECK(json.text("/error_description")
                      .starts_with("AADSTS" + std::to_string(row.code) + ": "));
        }
    }
}

TEST_CASE("azure refuses tokens for others and tokens that have expired") {
    const Provider identity(identified());
    const auto other =
        identity.post(kEntra,
                      "grant_type=client_credentials&client_id=app&client_secret=s%2B1&scope="
                      "https%3A%2F%2Fmanagement.azure.com%2F.default",
                      kForm);
    CHECK(azure_status(identity, Json(other.body).text("/access_token")) == 401);

    auto options = identified();
    options.identity.token_lifetime = std::chrono::seconds(0);
    const Provider brief(options);
    const auto expired = brief.post(kEntra, kSecretForm, kForm);
    CHECK(azure_status(brief, Json(expired.body).text("/access_token")) == 401);
}

TEST_CASE("managed identities: numbers are texts, and proxies are refused") {
    const Provider identity(identified());
    const auto reply = identity.get(kImds, "Metadata: true\r\n");
    REQUIRE(reply.status == 200);
    const Json json(reply.body);
    CHECK(json.text("/expires_in") == "3600");
    CHECK(json.text("/resource") == "https://cognitiveservices.azure.com");
    CHECK(std::stoll(json.text("/expires_on")) > llmr::utc_ms() / 1000);
    CHECK(azure_status(identity, json.text("/access_token")) == 200);
    CHECK(identity.get(kImds).status == 400);
    CHECK(identity.get(kImds, "Metadata: true\r\nX-Forwarded-For: 10.0.0.1\r\n").status == 400);
    const auto nobody = identity.get(std::string(kImds) + "&client_id=x", "Metadata: true\r\n");
    CHECK(nobody.status == 400);
    CHECK(Json(nobody.body).text("/error_description") == "Identity not found");
    CHECK(identity.get(std::string(kImds) + "&client_id=app", "Metadata: true\r\n").status == 200);
    CHECK(identity.get("/metadata/identity/oauth2/token?resource=a", "Metadata: true\r\n").status ==
          400);

    const char* app_service =
        "/msi/token?resource=https%3A%2F%2Fai.azure.com&api-version=2019-08-01";
    const auto app = identity.get(app_service, "X-IDENTITY-HEADER: app-service\r\n");
    CHECK(azure_status(identity, Json(app.body).text("/access_token")) == 200);
    CHECK(identity.get(app_service, "X-IDENTITY-HEADER: other\r\n").status == 401);
}

TEST_CASE("google: assertions are verified") {
    const Signer signer;
    auto options = identified();
    options.identity.google_public_key = signer.public_key();
    const Provider identity(options);
    const auto own_url = "http://test/token";  // the host that the test's client names
    const auto ask = [&](const std::string& assertion) {
        return identity.post("/token", assertion_form(assertion), kForm);
    };
    for (const char* audience : {own_url, "https://oauth2.googleapis.com/token"}) {
        const auto reply = ask(signer.sign(claims("robot@example.org", audience)));
        REQUIRE(reply.status == 200);
        CHECK(Json(reply.body).text("/access_token").starts_with("ya29."));
        CHECK(Json(reply.body).number("/expires_in") == 3600);
    }
    CHECK(identity.running.simulator.tokens_issued() == 2);
    const Signer stranger;
    const std::vector<std::string> wrong{
        stranger.sign(claims("robot@example.org", own_url)),
        signer.sign(claims("other@example.org", own_url)),
        signer.sign(claims("robot@example.org", "https://example.org/token")),
        signer.sign(claims("robot@example.org", own_url, -1)),
        signer.sign(claims("robot@example.org", own_url, 7200)),
        signer.sign(claims("robot@example.org", own_url), "HS256"),
        signer.sign(claims("robot@example.org", own_url)) + "A",
        "a.b.c",
        "",
    };
    for (const auto& assertion : wrong) {
        CAPTURE(assertion);
        const auto reply = ask(assertion);
        CHECK(reply.status == 400);
        CHECK(Json(reply.body).text("/error") == "invalid_grant");
    }
    CHECK(identity.running.simulator.tokens_issued() == 2);
}

TEST_CASE("google: authorized users and the metadata server") {
    const Provider identity(identified());
    const std::string form = "grant_type=refresh_token&client_id=app&client_secret=s%2B1";
    CHECK(identity.post("/token", form + "&refresh_token=refresh", kForm).status == 200);
    const auto revoked = identity.post("/token", form + "&refresh_token=old", kForm);
    CHECK(revoked.status == 400);
    CHECK(Json(revoked.body).text("/error") == "invalid_grant");
    CHECK(Json(identity.post("/token", "grant_type=refresh_token", kForm).body).text("/error") ==
          "invalid_client");
    CHECK(Json(identity.post("/token", "grant_type=x", kForm).body).text("/error") ==
          "unsupported_grant_type");

    const auto token = identity.get(kGoogleToken, "Metadata-Flavor: Google\r\n");
    CHECK(Json(token.body).text("/token_type") == "Bearer");
    CHECK(identity.get(kGoogleToken).status == 403);
    CHECK(identity.get("/").headers.at("metadata-flavor") == "Google");
    CHECK(identity.get("/computeMetadata/v1/nothing", "Metadata-Flavor: Google\r\n").status == 404);
}

TEST_CASE("the next requests for a token may fail") {
    auto options = identified();
    options.identity.fail_count = 1;
    Provider identity(options);
    CHECK(identity.post(kEntra, kSecretForm, kForm).status == 503);
    CHECK(identity.post(kEntra, kSecretForm, kForm).status == 200);
    auto& simulator = identity.running.simulator;
    simulator.fail_tokens(2, 429);
    CHECK(identity.get(kImds, "Metadata: true\r\n").status == 429);
    CHECK(identity.get(kImds, "Metadata: true\r\n").status == 429);
    CHECK(identity.get(kImds, "Metadata: true\r\n").status == 200);
    CHECK(simulator.tokens_issued() == 2);
}
