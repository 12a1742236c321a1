// Google's token endpoint and metadata server, as developers.google.com/identity/protocols/oauth2
// and cloud.google.com/compute/docs/metadata describe them.
#include "core/clock.hpp"
#include "core/json.hpp"
#include "simulator/dialect.hpp"
#include "simulator/form.hpp"
#include "simulator/identity/identity_api.hpp"
#include "simulator/identity/signed_jwt.hpp"

namespace llmr::simulator {
namespace {

constexpr std::string_view kAssertionGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::string_view kTokenUrl = "https://oauth2.googleapis.com/token";
constexpr const char* kPlatformScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::int64_t kMostSeconds = 3600;
constexpr std::int64_t kSkewSeconds = 300;

Reply invalid_grant(std::string_view description) {
    return oauth_error(400, "invalid_grant", description);
}

bool is_timely(const JwtClaims& claims) {
    const auto now = utc_ms() / 1000;
    return claims.issued_at <= now + kSkewSeconds && claims.expires > now &&
           claims.expires - claims.issued_at <= kMostSeconds;
}

}  // namespace

Reply IdentityApi::google_token(const std::string& scope) {
    Reply reply;
    JsonWriter writer(reply.body);
    writer.begin_object().field("access_token", issue("ya29.", scope));
    writer.field("expires_in", std::int64_t{options_.token_lifetime.count()});
    writer.field("token_type", "Bearer").end_object();
    return reply;
}

Reply IdentityApi::google(const HttpRequest& request) {
    const auto grant = form_value(request.body, "grant_type").value_or("");
    if (grant == kAssertionGrant) {
        return google_assertion(form_value(request.body, "assertion").value_or(""), request);
    }
    if (grant == "refresh_token") {
        return google_refresh(request.body);
    }
    return oauth_error(400, "unsupported_grant_type", "Invalid grant_type: " + grant);
}

/// Its audience is this server, under Google's name or the one the client called it by.
Reply IdentityApi::google_assertion(std::string_view assertion, const HttpRequest& request) {
    const auto claims = read_jwt(assertion);
    if (!claims || claims->algorithm != "RS256") {
        return invalid_grant("Invalid JWT: it cannot be read.");
    }
    if (!is_expected(claims->issuer, options_.google_email)) {
        return invalid_grant("Invalid grant: account not found");
    }
    if (!verify_rs256(assertion, options_.google_public_key)) {
        return invalid_grant("Invalid JWT Signature.");
    }
    const auto own_url = "http://" + std::string(request.header("Host")) + "/token";
    if (claims->audience != kTokenUrl && claims->audience != own_url) {
        return invalid_grant("Invalid JWT: Failed audience check.");
    }
    if (!is_timely(*claims)) {
        return invalid_grant(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
            "timeframe. Check your iat and exp values in the JWT claim.");
    }
    if (claims->scope.empty()) {
        return oauth_error(400, "invalid_scope", "Empty or missing scope not allowed.");
    }
    return google_token(claims->scope);
}

Reply IdentityApi::google_refresh(std::string_view form) {
    if (!is_expected(form_value(form, "client_id").value_or(""), options_.client_id) ||
        !is_expected(form_value(form, "client_secret").value_or(""), options_.client_secret)) {
        return oauth_error(401, "invalid_client", "The OAuth client was not found.");
    }
    if (!is_expected(form_value(form, "refresh_token").value_or(""),
                     options_.google_refresh_token)) {
        return invalid_grant("Token has been expired or revoked.");
    }
    return google_token(kPlatformScope);
}

/// The root page is how clients find out that they run there.
Reply IdentityApi::google_metadata(const HttpRequest& request) {
    constexpr std::string_view kToken =
        "/computeMetadata/v1/instance/service-accounts/default/token";
    Reply reply;
    if (request.path != "/" && request.header("Metadata-Flavor") != "Google") {
        reply = html_page(403);
    } else if (request.path == kToken) {
        const auto scopes = form_value(request.query, "scopes");
        reply = google_token(scopes.value_or(kPlatformScope));
    } else if (request.path == "/" || request.path == "/computeMetadata/v1/") {
        reply.content_type = "application/text";
        reply.body = "computeMetadata/\n";
    } else {
        reply = html_page(404);
    }
    reply.extra_lines += "Metadata-Flavor: Google\r\n";
    return reply;
}

}  // namespace llmr::simulator
