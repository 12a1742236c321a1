#include "daemon/cors.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace llmr::daemon {
namespace {

/// What the browser builds of the usual SDKs send.
constexpr std::string_view kUsualHeaders =
    "authorization, content-type, accept, user-agent, x-api-key, api-key, openai-organization, "
    "openai-project, openai-beta, anthropic-version, anthropic-beta, "
    "anthropic-dangerous-direct-browser-access, x-stainless-arch, x-stainless-async, "
    "x-stainless-custom-poll-interval, x-stainless-helper-method, x-stainless-lang, "
    "x-stainless-os, x-stainless-package-version, x-stainless-poll-helper, "
    "x-stainless-retry-count, x-stainless-runtime, x-stainless-runtime-version, "
    "x-stainless-timeout, x-requested-with, x-router-route, x-router-privacy, x-router-type, "
    "x-router-deadline-ms, x-router-session";

/// Every header of our own, or a page sees none of them.
constexpr std::string_view kExposedHeaders =
    "x-router-request-id, x-router-model, x-router-upstream, x-router-local, x-router-type, "
    "x-router-complexity, x-router-reason, x-router-overhead-us, x-router-cost-usd, "
    "x-router-queue-position, x-router-truncated, x-router-ignored, x-router-simulated, "
    "x-router-error, "
    "x-should-retry, retry-after, request-id, x-request-id";

constexpr std::size_t kMostHeaders = 64;
constexpr std::size_t kLongestList = 4096;
/// A day; browsers cut it to what they hold for.
constexpr std::string_view kMaxAge = "86400";

bool is_token_char(char c) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != kMarks.npos;
}

/// A lone `*` would mean every header.
bool is_header_name(const std::string& text) {
    return text != "*" && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string allowed_headers(std::string_view requested) {
    if (requested.empty() || requested.size() > kLongestList) return std::string(kUsualHeaders);
    const auto names = split_list(requested);
    if (names.empty() || names.size() > kMostHeaders ||
        !std::all_of(names.begin(), names.end(), is_header_name)) {
        return std::string(kUsualHeaders);
    }
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + to_lower(name);
    return list;
}

}  // namespace

std::string cors_lines(std::string_view origin) {
    if (origin.empty()) return {};
    std::string lines = "Access-Control-Allow-Origin: ";
    lines.append(origin).append("\r\nVary: Origin\r\nAccess-Control-Expose-Headers: ");
    lines.append(kExposedHeaders).append("\r\n");
    return lines;
}

Reply preflight_reply(const Preflight& asked, std::string_view allow) {
    Reply reply;
    reply.status = 204;
    reply.content_type = {};
    const std::string methods = std::string(allow) + ", OPTIONS";
    reply.add("Allow", methods);
    if (asked.origin.empty()) return reply;
    reply.add("Access-Control-Allow-Methods", methods);
    reply.add("Access-Control-Allow-Headers", allowed_headers(asked.requested_headers));
    reply.add("Access-Control-Max-Age", std::string(kMaxAge));
    // Browsers ask so before a page from the internet may reach this machine.
    if (asked.private_network) reply.add("Access-Control-Allow-Private-Network", "true");
    return reply;
}

}  // namespace llmr::daemon
