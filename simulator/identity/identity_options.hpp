#pragma once

#include <chrono>
#include <string>

namespace llmr::simulator {

/// Whom the identity server knows. An empty text: anything that is there will do.
struct IdentityOptions {
    std::string tenant;            ///< Entra
    std::string client_id;         ///< Entra, managed identities and Google's authorized users
    std::string client_secret;     ///< Entra and Google's authorized users
    std::string client_assertion;  ///< Entra: contents of the federated token file
    std::string identity_header;   ///< App Service: X-IDENTITY-HEADER
    std::string google_email;      ///< `iss` of a service account's assertions
    /// PEM of the key that verifies them. Empty: every assertion is refused.
    std::string google_public_key;
    std::string google_refresh_token;  ///< of an authorized user
    std::chrono::seconds token_lifetime{3600};
    int fail_count = 0;  ///< so many of the next token requests fail ...
    int fail_status = 503;
};

}  // namespace llmr::simulator
