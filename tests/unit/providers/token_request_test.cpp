#include "providers/token_request.hpp"

#include <string>

#include <doctest/doctest.h>

#include "core/jwt.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

constexpr std::int64_t kNow = 1'700'000'000;

TokenSource entra(TokenKind kind) {
    TokenSource source;
    source.kind = kind;
    source.url = "https://login.microsoftonline.com";
    source.tenant = "tenant-1";
    source.client_id = "client-1";
    source.scope = "https://cognitiveservices.azure.com/.default";
    source.secret = Secret("s3cr&t=");
    return source;
}

std::string header(const TokenRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers)
        if (key == name) return value;
    return {};
}

}  // namespace

TEST_SUITE("token requests") {
    TEST_CASE("client credentials go to the tenant's endpoint as a form") {
        const auto request = token_request(entra(TokenKind::entra_secret), {}, kNow);
        REQUIRE(request.has_value());
        CHECK(request->method == "POST");
        CHECK(request->base_url == "https://login.microsoftonline.com");
        CHECK(request->path == "/tenant-1/oauth2/v2.0/token");
        CHECK(header(*request, "Content-Type") == "application/x-www-form-urlencoded");
        CHECK(request->body ==
              "grant_type=client_credentials&client_id=client-1&scope=https%3A%2F%2F"
              "cognitiveservices.azure.com%2F.default&client_secret=s3cr%26t%3D");
    }

    TEST_CASE("a workload shows its token file instead of a secret") {
        const auto request = token_request(entra(TokenKind::entra_workload), "eyJ.x.y\n", kNow);
        REQUIRE(request.has_value());
        CHECK(request->body ==
              "grant_type=client_credentials&client_id=client-1&scope=https%3A%2F%2F"
              "cognitiveservices.azure.com%2F.default&client_assertion_type=urn%3Aietf%3Aparams%3A"
              "oauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJ.x.y");
        CHECK(token_request(entra(TokenKind::entra_workload), " \n", kNow).error().message ==
              "AZURE_FEDERATED_TOKEN_FILE holds no token");
    }

    TEST_CASE("a machine's identity is asked for the resource, not the scope") {
        TokenSource source = entra(TokenKind::entra_managed);
        source.url = "http://169.254.169.254";
        source.client_id.clear();
        const auto request = token_request(source, {}, kNow);
        REQUIRE(request.has_value());
        CHECK(request->method == "GET");
        CHECK(request->base_url == "http://169.254.169.254");
        CHECK(request->path ==
              "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
              "https%3A%2F%2Fcognitiveservices.azure.com");
        CHECK(header(*request, "Metadata") == "true");
        source.client_id = "user-assigned";
        CHECK(token_request(source, {}, kNow)->path.ends_with("&client_id=user-assigned"));
    }

    TEST_CASE("App Service has an endpoint and a header of its own") {
        TokenSource source = entra(TokenKind::entra_app_service);
        source.url = "http://127.0.0.1:41741/msi/token";
        source.client_id.clear();
        const auto request = token_request(source, {}, kNow);
        REQUIRE(request.has_value());
        CHECK(request->base_url == "http://127.0.0.1:41741");
        CHECK(request->path ==
              "/msi/token?api-version=2019-08-01&resource="
              "https%3A%2F%2Fcognitiveservices.azure.com");
        CHECK(header(*request, "X-IDENTITY-HEADER") == "s3cr&t=");
    }

    TEST_CASE("Google's metadata server wants its flavour") {
        TokenSource source;
        source.kind = TokenKind::google_metadata;
        source.url = "http://metadata.google.internal";
        const auto request = token_request(source, {}, kNow);
        REQUIRE(request.has_value());
        CHECK(request->path == "/computeMetadata/v1/instance/service-accounts/default/token");
        CHECK(header(*request, "Metadata-Flavor") == "Google");
    }

    TEST_CASE("an authorized user's file is a refresh token") {
        TokenSource source;
        source.kind = TokenKind::google_file;
        const auto request = token_request(
            source,
            R"({"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r/1"})",
            kNow);
        REQUIRE(request.has_value());
        CHECK(request->base_url == "https://oauth2.googleapis.com");
        CHECK(request->path == "/token");
        CHECK(request->body ==
              "grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r%2F1");
    }

    TEST_CASE("a credentials file that is none is said to be so, and not repeated") {
        struct Case {
            std::string file;
            std::string says;
        };
        const Case cases[] = {
            {"secret text", "the Google credentials file is no JSON object"},
            {R"({"type":"external_account"})",
             "the Google credentials file is neither of a service account nor of an authorized "
             "user"},
            {R"({"type":"service_account"})", "the Google credentials file has no client_email"},
            {R"({"client_email":"a@b","private_key":"secret"})", "the private key is no RSA key"},
            {R"({"type":"authorized_user","client_id":"c"})",
             "the Google credentials file has no client_secret"},
        };
        TokenSource source;
        source.kind = TokenKind::google_file;
        for (const Case& c : cases) {
            CAPTURE(c.file);
            const auto request = token_request(source, c.file, kNow);
            REQUIRE(request.has_error());
            CHECK(request.error().message == c.says);
            CHECK(request.error().code == Errc::upstream_auth);
        }
    }
}

TEST_SUITE("token answers") {
    TEST_CASE("the life of a token is a span or a time, a number or a string") {
        const auto life = [](const char* body) { return read_token(200, body, kNow)->life_s; };
        CHECK(life(R"({"access_token":"t","expires_in":3599})") == 3599);
        CHECK(life(R"({"access_token":"t","expires_in":"3599"})") == 3599);
        CHECK(life(R"({"access_token":"t","expires_on":"1700000060"})") == 60);
        CHECK(life(R"({"access_token":"t"})") == 300);
        CHECK(read_token(200, R"({"access_token":"t"})", kNow)->value.reveal() == "t");
    }

    TEST_CASE("a refusal is final, a busy service is not") {
        const auto refused = read_token(
            401,
            R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"})",
            kNow);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == Errc::upstream_auth);
        CHECK(refused.error().message ==
              "the identity service answers 401: AADSTS7000215: Invalid client secret provided.");
        for (const int status : {404, 410, 429, 500, 503}) {
            const auto busy = read_token(status, "<html>", kNow);
            REQUIRE(busy.has_error());
            CHECK(busy.error().code == Errc::upstream_unavailable);
            CHECK(busy.error().upstream_status == 0);
        }
    }

    TEST_CASE("an answer without a token is no answer") {
        for (const char* body : {"", "{}", R"({"access_token":""})", "[1]"}) {
            CAPTURE(body);
            CHECK(read_token(200, body, kNow).error().code == Errc::upstream_auth);
        }
    }
}
