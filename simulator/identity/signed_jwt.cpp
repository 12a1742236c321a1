#include "simulator/identity/signed_jwt.hpp"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::simulator {
namespace {

/// Base64 with '-' and '_', and without padding (RFC 7515).
std::optional<std::string> base64url_decode(std::string_view text) {
    std::string plain(text);
    if (plain.find_first_of("+/=") != std::string::npos) {
        return std::nullopt;
    }
    std::replace(plain.begin(), plain.end(), '-', '+');
    std::replace(plain.begin(), plain.end(), '_', '/');
    plain.append((4 - plain.size() % 4) % 4, '=');
    std::string out;
    return base64_decode(plain, out) ? std::optional(std::move(out)) : std::nullopt;
}

struct Parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signed_text;  ///< header, dot, payload
};

std::optional<Parts> split(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last) {
        return std::nullopt;
    }
    return Parts{token.substr(0, first), token.substr(first + 1, last - first - 1),
                 token.substr(last + 1), token.substr(0, last)};
}

template <auto Free>
struct FreeWith {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Bio = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, FreeWith<&EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, FreeWith<&EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
    const void* raw = text.data();
    return static_cast<const unsigned char*>(raw);
}

}  // namespace

std::optional<JwtClaims> read_jwt(std::string_view token) {
    const auto parts = split(token);
    const auto header = parts ? base64url_decode(parts->header) : std::nullopt;
    const auto payload = parts ? base64url_decode(parts->payload) : std::nullopt;
    if (!header || !payload) {
        return std::nullopt;
    }
    JwtClaims claims;
    JsonParser parser;
    if (const auto root = parser.parse(*header); root && root->is_object()) {
        claims.algorithm = get_string(*root, "alg").value_or("");
    }
    const auto root = parser.parse(*payload);
    if (!root || !root->is_object()) {
        return std::nullopt;
    }
    claims.issuer = get_string(*root, "iss").value_or("");
    claims.audience = get_string(*root, "aud").value_or("");
    claims.scope = get_string(*root, "scope").value_or("");
    claims.issued_at = get_int(*root, "iat").value_or(0);
    claims.expires = get_int(*root, "exp").value_or(0);
    return claims;
}

bool verify_rs256(std::string_view token, const std::string& public_key) {
    const auto parts = split(token);
    const auto signature = parts ? base64url_decode(parts->signature) : std::nullopt;
    if (!signature) {
        return false;
    }
    const Bio bio(BIO_new_mem_buf(public_key.data(), static_cast<int>(public_key.size())));
    const Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    const Digest digest(EVP_MD_CTX_new());
    if (!key || !digest || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
        EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) {
        return false;
    }
    return EVP_DigestVerify(digest.get(), bytes_of(*signature), signature->size(),
                            bytes_of(parts->signed_text), parts->signed_text.size()) == 1;
}

}  // namespace llmr::simulator
