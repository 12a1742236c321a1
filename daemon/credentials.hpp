#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/upstream_config.hpp"
#include "daemon/token_service.hpp"
#include "net/http_client.hpp"
#include "routing/key_ring.hpp"

namespace llmr::daemon {

class Worker;

/// What one request shows an upstream to say who it is from.
struct Credential {
    Secret value;         ///< empty: nothing is shown
    bool token = false;   ///< an access token, not a key
    std::size_t key = 0;  ///< of several keys, which
};

/// Keys and tokens of one upstream, shared by all I/O threads. Thread-safe.
class Credentials {
public:
    /// Errors: there is no token to be had.
    net::Task<Result<Credential>> choose(Worker& worker, std::size_t upstream_index);

    /// The upstream refuses the credential (401, 403) or limits it (429) for `seconds`. True if the
    /// same request is worth sending again at once: with another key, or with a new token.
    bool refused(const Credential& credential, const UpstreamConfig& upstream);
    bool limited(const Credential& credential, const UpstreamConfig& upstream,
                 std::chrono::seconds time);

    const TokenService& tokens() const { return tokens_; }

private:
    routing::KeyRing keys_;
    TokenService tokens_;
};

/// Adds the header that carries the credential, as its provider wants it, and the upstream's extra
/// headers; an extra Authorization or key header takes the credential's place.
void add_credential(const UpstreamConfig& upstream, const Credential& credential,
                    net::ClientRequest& request);

/// Some upstreams quote the key that they refuse: it becomes "***".
void hide_credential(const Credential& credential, Error& error);

}  // namespace llmr::daemon
