#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/secret.hpp"
#include "core/upstream_config.hpp"

/// Access tokens: what to ask an identity service, and what its answer says. Sans-I/O.
namespace llmr::providers {

struct TokenRequest {
    std::string_view method = "POST";
    std::string base_url;  ///< scheme://host[:port]
    std::string path;      ///< with its query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// `file`: what stands in source.file, if it has one. `now_s`: UTC seconds, for what is signed.
/// Not for TokenKind::none and fixed. Errors: upstream_auth, the file is not what it should be; the
/// message repeats none of it.
/// Sources: Microsoft identity platform, "OAuth 2.0 client credentials flow" and "Azure Instance
/// Metadata Service: managed identities"; Google, "Using OAuth 2.0 for Server to Server
/// Applications", and Compute Engine's "Authenticate workloads using service accounts".
Result<TokenRequest> token_request(const TokenSource& source, std::string_view file,
                                   std::int64_t now_s);

struct AccessToken {
    Secret value;
    std::int64_t life_s = 0;  ///< how long it is good from now on
};
/// Errors: upstream_auth (the service refuses us, or its answer holds no token),
/// upstream_unavailable (5xx, 429: it may do better later). Neither has an upstream_status: that is
/// for what the upstream itself answers.
Result<AccessToken> read_token(int status, std::string_view body, std::int64_t now_s);

}  // namespace llmr::providers
