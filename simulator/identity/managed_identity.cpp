// Azure's managed identities: the instance metadata service of virtual machines, and App Service.
#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/form.hpp"
#include "simulator/identity/identity_api.hpp"

namespace llmr::simulator {
namespace {

Reply bad_request(std::string_view description) {
    return oauth_error(400, "invalid_request", description);
}

}  // namespace

/// Refuses what came through a proxy: the token is for this machine alone.
Reply IdentityApi::imds(const HttpRequest& request) {
    if (!iequals(request.header("Metadata"), "true")) {
        return bad_request("Required metadata header not specified");
    }
    if (!request.header("X-Forwarded-For").empty()) {
        return bad_request("X-Forwarded-For header is not allowed");
    }
    if (form_value(request.query, "api-version") != "2018-02-01") {
        return bad_request("The api-version is missing or not supported");
    }
    return managed(request);
}

Reply IdentityApi::app_service(const HttpRequest& request) {
    if (!is_expected(request.header("X-IDENTITY-HEADER"), options_.identity_header)) {
        return oauth_error(401, "unauthorized", "X-IDENTITY-HEADER is missing or wrong");
    }
    if (form_value(request.query, "api-version") != "2019-08-01") {
        return bad_request("The api-version is missing or not supported");
    }
    return managed(request);
}

/// Its numbers are texts.
Reply IdentityApi::managed(const HttpRequest& request) {
    const auto resource = form_value(request.query, "resource").value_or("");
    if (resource.empty()) {
        return bad_request("Required query variable 'resource' is missing");
    }
    const auto client = form_value(request.query, "client_id");
    if (client && !is_expected(*client, options_.client_id)) {
        return bad_request("Identity not found");
    }
    const auto now = utc_ms() / 1000;
    const auto lifetime = options_.token_lifetime.count();
    Reply reply;
    JsonWriter writer(reply.body);
    writer.begin_object().field("access_token", issue("eyJ0eXAi", resource));
    writer.field("client_id", client.value_or(options_.client_id));
    writer.field("expires_in", std::to_string(lifetime));
    writer.field("expires_on", std::to_string(now + lifetime));
    writer.field("ext_expires_in", std::to_string(lifetime));
    writer.field("not_before", std::to_string(now - 300)).field("resource", resource);
    writer.field("token_type", "Bearer").end_object();
    return reply;
}

}  // namespace llmr::simulator
