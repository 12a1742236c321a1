#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "simulator/api.hpp"
#include "simulator/identity/identity_options.hpp"
#include "simulator/token_book.hpp"

namespace llmr::simulator {

/// Where access tokens come from: Entra, Azure's managed identities (virtual machines and App
/// Service), Google's token endpoint and metadata server. Thread-safe.
class IdentityApi : public Api {
public:
    /// `book` outlives the server.
    IdentityApi(IdentityOptions options, TokenBook& book);
    Reply answer(const HttpRequest& request) override;
    /// The next `count` token requests fail.
    void fail(int count, int status);

private:
    /// Entra's client credentials.
    Reply entra(std::string_view tenant, const HttpRequest& request);
    /// A virtual machine's and App Service's managed identity.
    Reply imds(const HttpRequest& request);
    Reply app_service(const HttpRequest& request);
    Reply managed(const HttpRequest& request);
    /// Google's service accounts and authorized users, and its metadata server.
    Reply google(const HttpRequest& request);
    Reply google_assertion(std::string_view assertion, const HttpRequest& request);
    Reply google_refresh(std::string_view form);
    Reply google_metadata(const HttpRequest& request);
    Reply google_token(const std::string& scope);

    Reply route(const HttpRequest& request);
    /// The status of a failure that is due; 0: none.
    int next_fault();
    /// A token for an audience, noted in the book.
    std::string issue(std::string_view prefix, const std::string& audience);

    const IdentityOptions options_;
    TokenBook& book_;
    std::mutex mutex_;
    int fail_count_;
    int fail_status_;
};

/// {"error","error_description"}, as OAuth 2.0 has it.
Reply oauth_error(int status, std::string_view error, std::string_view description);
/// Whether `given` is what an option expects.
bool is_expected(std::string_view given, std::string_view expected);

}  // namespace llmr::simulator
