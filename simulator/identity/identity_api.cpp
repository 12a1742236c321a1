#include "simulator/identity/identity_api.hpp"

#include "core/ids.hpp"
#include "core/json.hpp"
#include "simulator/http_head.hpp"

namespace llmr::simulator {
namespace {

/// Real tokens are this long, and what carries them must cope.
constexpr std::size_t kTokenLength = 2048;

}  // namespace

Reply oauth_error(int status, std::string_view error, std::string_view description) {
    Reply reply;
    reply.status = status;
    JsonWriter writer(reply.body);
    writer.begin_object().field("error", error).field("error_description", description);
    writer.end_object();
    return reply;
}

bool is_expected(std::string_view given, std::string_view expected) {
    return !given.empty() && (expected.empty() || given == expected);
}

IdentityApi::IdentityApi(IdentityOptions options, TokenBook& book)
    : options_(std::move(options)),
      book_(book),
      fail_count_(options_.fail_count),
      fail_status_(options_.fail_status) {}

void IdentityApi::fail(int count, int status) {
    const std::lock_guard lock(mutex_);
    fail_count_ = count;
    fail_status_ = status;
}

int IdentityApi::next_fault() {
    const std::lock_guard lock(mutex_);
    if (fail_count_ <= 0) {
        return 0;
    }
    --fail_count_;
    return fail_status_;
}

std::string IdentityApi::issue(std::string_view prefix, const std::string& audience) {
    auto token = std::string(prefix) + random_alnum(kTokenLength);
    book_.issue(token, audience, options_.token_lifetime);
    return token;
}

Reply IdentityApi::answer(const HttpRequest& request) {
    if (const int status = next_fault()) {
        return oauth_error(status, "temporarily_unavailable", reason_phrase(status));
    }
    auto reply = route(request);
    reply.extra_lines += "Cache-Control: no-store\r\n";
    return reply;
}

Reply IdentityApi::route(const HttpRequest& request) {
    constexpr std::string_view kEntra = "/oauth2/v2.0/token";
    const auto path = request.path;
    if (request.method == "POST") {
        if (path == "/token") return google(request);
        if (path.size() > kEntra.size() + 1 && path.ends_with(kEntra)) {
            return entra(path.substr(1, path.size() - kEntra.size() - 1), request);
        }
    } else if (request.method == "GET") {
        if (path == "/metadata/identity/oauth2/token") return imds(request);
        if (path == "/msi/token") return app_service(request);
        if (path == "/" || path.starts_with("/computeMetadata/")) return google_metadata(request);
    }
    return oauth_error(404, "not_found", "There is no such page.");
}

}  // namespace llmr::simulator
