#include "core/jwt.hpp"

#include <algorithm>
#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "core/text.hpp"

namespace llmr {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

Key read_key(const std::string& pem) {
    const std::unique_ptr<BIO, FreeBio> bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return nullptr;
    // A key behind a passphrase would ask the terminal for it.
    const auto no_passphrase = [](char*, int, int, void*) { return 0; };
    return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

std::string signature(EVP_PKEY* key, std::string_view text) {
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1)
        return {};
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return {};
    std::string result(size, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(result.data());
    if (EVP_DigestSign(context.get(), out, &size, bytes, text.size()) != 1) return {};
    result.resize(size);
    return result;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    std::string text = base64_encode(bytes);
    while (text.ends_with('='))
        text.pop_back();
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

Result<Secret> sign_jwt(std::string_view header, std::string_view claims,
                        const Secret& private_key) {
    const Key key = read_key(private_key.reveal());
    const bool rsa = key && EVP_PKEY_is_a(key.get(), "RSA") == 1;
    std::string token = base64url_encode(header) + "." + base64url_encode(claims);
    const std::string signed_part = rsa ? signature(key.get(), token) : std::string();
    // What went wrong must not be found by whoever asks OpenSSL next.
    ERR_clear_error();
    if (signed_part.empty()) return Error(Errc::upstream_auth, "the private key is no RSA key");
    token += "." + base64url_encode(signed_part);
    return Secret(std::move(token));
}

}  // namespace llmr
