#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmr::simulator {

/// What a JSON Web Token claims (RFC 7519), and who says so.
struct JwtClaims {
    std::string algorithm;
    std::string issuer;
    std::string audience;
    std::string scope;
    std::int64_t issued_at = 0;  ///< seconds since 1970
    std::int64_t expires = 0;
};

/// Takes a token apart; nothing if it is none. The signature is not looked at.
std::optional<JwtClaims> read_jwt(std::string_view token);
/// Whether the owner of an RSA key signed the token with RS256. `public_key`: PEM. False too where
/// the key cannot be read.
bool verify_rs256(std::string_view token, const std::string& public_key);

}  // namespace llmr::simulator
