#include "core/jwt.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/text.hpp"

using namespace llmr;

namespace {

struct KeyPair {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_RSA_gen(2048), EVP_PKEY_free};

    Secret pem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &data);
        return Secret(std::string(data, static_cast<std::size_t>(size)));
    }
    bool verifies(std::string_view text, std::string_view signature) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
        return EVP_DigestVerify(
                   context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                   signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                   text.size()) == 1;
    }
};

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
    const KeyPair pair;
    const auto token = sign_jwt(R"({"alg":"RS256"})", R"({"iss":"me"})", pair.pem());
    REQUIRE(token.has_value());
    const std::string& text = token->reveal();
    const std::size_t dot = text.rfind('.');
    CHECK(text.substr(0, dot) == "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtZSJ9");
    CHECK(pair.verifies(text.substr(0, dot), decoded(text.substr(dot + 1))));
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
