#include "core/secret.hpp"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace llmr {

Sha256 sha256(std::string_view data) {
    Sha256 hash{};
    unsigned int length = 0;
    if (EVP_Digest(data.data(), data.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1 ||
        length != hash.size()) {
        throw std::runtime_error("SHA-256 is not available in this build of OpenSSL");
    }
    return hash;
}

bool equal(const Sha256& a, const Sha256& b) {
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string key_id(const Sha256& hash) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string id;
    for (std::size_t i = 0; i < 4; ++i) {
        id += kHex[hash[i] >> 4];
        id += kHex[hash[i] & 0x0f];
    }
    return id;
}

}  // namespace llmr
