#include "providers/token_request.hpp"

#include <algorithm>

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "core/json.hpp"
#include "core/jwt.hpp"
#include "core/text.hpp"
#include "providers/upstream_error.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kGoogleTokens = "https://oauth2.googleapis.com/token";
constexpr std::string_view kAllOfIt = "/.default";
constexpr std::int64_t kAssertionLife = 3600;
/// For services that do not say.
constexpr std::int64_t kUnstatedLife = 300;

std::string encoded(std::string_view text) {
    return boost::urls::encode(text, boost::urls::unreserved_chars);
}

class Form {
public:
    Form& add(std::string_view name, std::string_view value) {
        if (!text_.empty()) text_ += '&';
        text_.append(name).append("=").append(encoded(value));
        return *this;
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// Splits a URL into what a client connects to and what it asks for.
void set_url(TokenRequest& request, std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t path = std::min(url.find('/', host), url.size());
    request.base_url = url.substr(0, path);
    request.path = url.substr(path);
    if (request.path.empty()) request.path = "/";
}

TokenRequest form_request(std::string_view url, std::string body) {
    TokenRequest request;
    set_url(request, url);
    request.headers.emplace_back("Content-Type", kForm);
    request.body = std::move(body);
    return request;
}

TokenRequest entra_request(const TokenSource& source, std::string_view assertion) {
    Form form;
    form.add("grant_type", "client_credentials").add("client_id", source.client_id);
    form.add("scope", source.scope);
    if (assertion.empty()) {
        form.add("client_secret", source.secret.reveal());
    } else {
        form.add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.add("client_assertion", assertion);
    }
    return form_request(fmt::format("{}/{}/oauth2/v2.0/token", source.url, encoded(source.tenant)),
                        form.take());
}

/// Identity endpoints speak of resources: scopes without "/.default".
std::string_view resource_of(std::string_view scope) {
    if (scope.ends_with(kAllOfIt)) scope.remove_suffix(kAllOfIt.size());
    return scope;
}

TokenRequest identity_request(const TokenSource& source) {
    const bool platform = source.kind == TokenKind::entra_app_service;
    Form query;
    query.add("api-version", platform ? "2019-08-01" : "2018-02-01");
    query.add("resource", resource_of(source.scope));
    if (!source.client_id.empty()) query.add("client_id", source.client_id);
    TokenRequest request;
    request.method = "GET";
    // The platform's endpoint is a whole URL, that of the machine a host.
    set_url(request, platform ? source.url : source.url + "/metadata/identity/oauth2/token");
    request.path += "?" + query.take();
    if (platform)
        request.headers.emplace_back("X-IDENTITY-HEADER", source.secret.reveal());
    else
        request.headers.emplace_back("Metadata", "true");
    return request;
}

TokenRequest metadata_request(const TokenSource& source) {
    TokenRequest request;
    request.method = "GET";
    set_url(request, source.url + "/computeMetadata/v1/instance/service-accounts/default/token");
    request.headers.emplace_back("Metadata-Flavor", "Google");
    return request;
}

Error bad_file(std::string_view lacks) {
    return Error(Errc::upstream_auth, fmt::format("the Google credentials file has no {}", lacks));
}

Result<TokenRequest> service_account(simdjson::dom::element file, const TokenSource& source,
                                     std::int64_t now_s) {
    const auto email = get_string(file, "client_email");
    const auto key = get_string(file, "private_key");
    if (!email) return bad_file("client_email");
    if (!key) return bad_file("private_key");
    const std::string url(get_string(file, "token_uri").value_or(kGoogleTokens));
    std::string header;
    JsonWriter head(header);
    head.begin_object().field("alg", "RS256").field("typ", "JWT");
    if (const auto id = get_string(file, "private_key_id")) head.field("kid", *id);
    head.end_object();
    std::string claims;
    JsonWriter(claims)
        .begin_object()
        .field("iss", *email)
        .field("scope", source.scope)
        .field("aud", url)
        .field("iat", now_s)
        .field("exp", now_s + kAssertionLife)
        .end_object();
    const auto assertion = sign_jwt(header, claims, Secret(std::string(*key)));
    if (!assertion) return assertion.error();
    Form form;
    form.add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    form.add("assertion", assertion->reveal());
    return form_request(url, form.take());
}

Result<TokenRequest> authorized_user(simdjson::dom::element file) {
    Form form;
    form.add("grant_type", "refresh_token");
    for (const char* const name : {"client_id", "client_secret", "refresh_token"}) {
        const auto value = get_string(file, name);
        if (!value) return bad_file(name);
        form.add(name, *value);
    }
    return form_request(get_string(file, "token_uri").value_or(kGoogleTokens), form.take());
}

Result<TokenRequest> google_request(const TokenSource& source, std::string_view text,
                                    std::int64_t now_s) {
    JsonParser parser;
    const auto file = parser.parse(text);
    if (!file || !file->is_object())
        return Error(Errc::upstream_auth, "the Google credentials file is no JSON object");
    const std::string_view type = get_string(*file, "type").value_or("service_account");
    if (type == "service_account") return service_account(*file, source, now_s);
    if (type == "authorized_user") return authorized_user(*file);
    return Error(Errc::upstream_auth,
                 "the Google credentials file is neither of a service account nor of an authorized "
                 "user");
}

std::string refusal(std::string_view body) {
    const auto root = thread_json_parser().parse(body);
    std::string text;
    if (root && root->is_object())
        text =
            get_string(*root, "error_description")
                .value_or(
                    get_string(*root, "error").value_or(get_string(*root, "Message").value_or("")));
    // Of several lines the first says it; the others are ids and times.
    text = clean_message(text.substr(0, text.find_first_of("\r\n")));
    return text.empty() ? "no reason is given" : text;
}

/// expires_in counts from now, expires_on is a time; either may be a string.
std::int64_t life_of(simdjson::dom::element root, std::int64_t now_s) {
    if (const auto life = get_int(root, "expires_in")) return *life;
    if (const auto end = get_int(root, "expires_on")) return *end - now_s;
    return kUnstatedLife;
}

}  // namespace

Result<TokenRequest> token_request(const TokenSource& source, std::string_view file,
                                   std::int64_t now_s) {
    switch (source.kind) {
        case TokenKind::entra_secret:
            return entra_request(source, {});
        case TokenKind::entra_workload:
            if (trim(file).empty())
                return Error(Errc::upstream_auth, "AZURE_FEDERATED_TOKEN_FILE holds no token");
            return entra_request(source, trim(file));
        case TokenKind::entra_managed:
        case TokenKind::entra_app_service:
            return identity_request(source);
        case TokenKind::google_file:
            return google_request(source, file, now_s);
        case TokenKind::google_metadata:
            return metadata_request(source);
        case TokenKind::none:
        case TokenKind::fixed:
            break;
    }
    return Error(Errc::internal, "this credential is not fetched");
}

Result<AccessToken> read_token(int status, std::string_view body, std::int64_t now_s) {
    if (status / 100 != 2) {
        // 404 and 410: the metadata service of a machine that is starting or being updated.
        const bool passing = status >= 500 || status == 429 || status == 404 || status == 410;
        return Error(passing ? Errc::upstream_unavailable : Errc::upstream_auth,
                     fmt::format("the identity service answers {}: {}", status, refusal(body)));
    }
    const auto root = thread_json_parser().parse(body);
    const auto token = root ? get_string(*root, "access_token") : std::nullopt;
    if (!token || token->empty())
        return Error(Errc::upstream_auth, "the identity service's answer holds no access token");
    return AccessToken{Secret(std::string(*token)), life_of(*root, now_s)};
}

}  // namespace llmr::providers
