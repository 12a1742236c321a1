// Entra ID's client credentials, as learn.microsoft.com/entra/identity-platform describes them.
#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/form.hpp"
#include "simulator/identity/identity_api.hpp"

namespace llmr::simulator {
namespace {

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::string_view kDefault = "/.default";

Reply aadsts(int status, std::string_view error, int code, std::string_view words) {
    Reply reply;
    reply.status = status;
    const auto trace = random_alnum(32);
    const auto now = iso8601(utc_ms());
    JsonWriter writer(reply.body);
    writer.begin_object().field("error", error);
    writer.field("error_description",
                 fmt::format("AADSTS{}: {} Trace ID: {} Timestamp: {}", code, words, trace, now));
    writer.key("error_codes").begin_array().value(code).end_array();
    writer.field("timestamp", now).field("trace_id", trace).field("correlation_id", trace);
    writer.end_object();
    return reply;
}

Reply missing(std::string_view name) {
    return aadsts(
        400, "invalid_request", 900144,
        fmt::format("The request body must contain the following parameter: '{}'.", name));
}

/// How the client proves itself; nothing if it does.
std::optional<Reply> check_proof(std::string_view form, const IdentityOptions& options) {
    const auto assertion = form_value(form, "client_assertion");
    if (assertion) {
        if (form_value(form, "client_assertion_type") != kAssertionType) {
            return aadsts(401, "invalid_client", 700027,
                          "The client assertion type is not supported.");
        }
        if (is_expected(*assertion, options.client_assertion)) {
            return std::nullopt;
        }
        return aadsts(401, "invalid_client", 700211,
                      "No matching federated identity record found for presented assertion.");
    }
    const auto secret = form_value(form, "client_secret");
    if (!secret) {
        return aadsts(401, "invalid_client", 7000218,
                      "The request body must contain the following parameter: 'client_assertion' "
                      "or 'client_secret'.");
    }
    if (is_expected(*secret, options.client_secret)) {
        return std::nullopt;
    }
    return aadsts(401, "invalid_client", 7000215, "Invalid client secret provided.");
}

}  // namespace

Reply IdentityApi::entra(std::string_view tenant, const HttpRequest& request) {
    const auto form = request.body;
    if (!is_expected(tenant, options_.tenant)) {
        return aadsts(400, "invalid_request", 90002, "Tenant not found.");
    }
    const auto grant = form_value(form, "grant_type");
    if (!grant) {
        return missing("grant_type");
    }
    if (*grant != "client_credentials") {
        return aadsts(400, "unsupported_grant_type", 70003, "The grant type is not supported.");
    }
    const auto client = form_value(form, "client_id");
    if (!client) {
        return missing("client_id");
    }
    if (!is_expected(*client, options_.client_id)) {
        return aadsts(400, "unauthorized_client", 700016,
                      "The application was not found in the directory.");
    }
    auto scope = form_value(form, "scope");
    if (!scope) {
        return missing("scope");
    }
    if (!scope->ends_with(kDefault)) {
        return aadsts(400, "invalid_scope", 1002012,
                      "Client credential flows must have a scope value with /.default suffixed to "
                      "the resource identifier (application ID URI).");
    }
    if (auto refusal = check_proof(form, options_)) {
        return *std::move(refusal);
    }
    scope->resize(scope->size() - kDefault.size());
    const auto lifetime = std::int64_t{options_.token_lifetime.count()};
    Reply reply;
    JsonWriter writer(reply.body);
    writer.begin_object().field("token_type", "Bearer").field("expires_in", lifetime);
    writer.field("ext_expires_in", lifetime).field("access_token", issue("eyJ0eXAi", *scope));
    writer.end_object();
    return reply;
}

}  // namespace llmr::simulator
