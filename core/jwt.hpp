#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace llmr {

/// Base64 with the URL alphabet and without padding (RFC 4648, section 5).
std::string base64url_encode(std::string_view bytes);

/// A JSON Web Token signed with RS256 (RFC 7515, RFC 7518): `header` and `claims` are JSON text.
/// `private_key` is PEM, PKCS#8 or PKCS#1. Error: upstream_auth, the key is none; it is not
/// repeated.
Result<Secret> sign_jwt(std::string_view header, std::string_view claims,
                        const Secret& private_key);

}  // namespace llmr
