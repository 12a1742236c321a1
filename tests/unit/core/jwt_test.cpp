#include "core/jwt.hpp"

#include <string>

#include <doctest/doctest.h>

#include "core/text.hpp"
#include "tests/support/rsa_key.hpp"

using namespace llmr;
using llmr::test::RsaKey;

namespace {

std::string decoded(std::string text) {
    for (char& c : text) {
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (text.size() % 4 != 0)
        text += '=';
    std::string bytes;
    CHECK(base64_decode(text, bytes));
    return bytes;
}

}  // namespace

TEST_CASE("base64url has neither plus, slash nor padding") {
    CHECK(base64url_encode("") == "");
    CHECK(base64url_encode("\xff\xfe\xfd\xfc") == "__79_A");
    CHECK(base64url_encode(R"({"alg":"RS256"})") == "eyJhbGciOiJSUzI1NiJ9");
}

TEST_CASE("a token is header, claims and a signature that the public key verifies") {
    const RsaKey key;
    const auto token = sign_jwt(R"({"alg":"RS256"})", R"({"iss":"me"})", Secret(key.private_pem()));
    REQUIRE(token.has_value());
    const std::string& text = token->reveal();
    const std::size_t dot = text.rfind('.');
    CHECK(text.substr(0, dot) == "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtZSJ9");
    CHECK(key.verifies(text.substr(0, dot), decoded(text.substr(dot + 1))));
}

TEST_CASE("what is no RSA key is an error that does not repeat it") {
    for (const char* pem :
         {"", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
        const auto token = sign_jwt("{}", "{}", Secret(pem));
        REQUIRE(token.has_error());
        CHECK(token.error().code == Errc::upstream_auth);
        CHECK(token.error().message == "the private key is no RSA key");
    }
}
