#include <optional>

#include "core/text.hpp"
#include "net/guard.hpp"

namespace llmr::net {
namespace {

namespace http = beast::http;

/// The credential of `Bearer <credential>`; empty for any other scheme.
std::string_view bearer(std::string_view value) {
    constexpr std::string_view kScheme = "bearer";
    value = trim(value);
    if (value.size() <= kScheme.size() || !iequals(value.substr(0, kScheme.size()), kScheme)) {
        return {};
    }
    const char next = value[kScheme.size()];
    if (next != ' ' && next != '\t') return {};
    return trim(value.substr(kScheme.size()));
}

/// Empty if the field carries no key.
std::string_view carried_key(const http::fields::value_type& field) {
    const std::string_view value{field.value().data(), field.value().size()};
    const std::string_view name{field.name_string().data(), field.name_string().size()};
    if (field.name() == http::field::authorization) return bearer(value);
    if (iequals(name, "x-api-key") || iequals(name, "api-key")) return trim(value);
    return {};
}

}  // namespace

ApiKeys::ApiKeys(const std::vector<Secret>& keys) {
    for (const Secret& key : keys) {
        if (!key.empty()) hashes_.push_back(sha256(key.reveal()));
    }
}

Result<std::string> ApiKeys::check(const http::request_header<>& head) const {
    if (!required()) return std::string();
    std::string_view presented;
    for (const auto& field : head) {
        const std::string_view key = carried_key(field);
        if (key.empty() || key == presented) continue;
        if (!presented.empty()) {
            return Error(Errc::invalid_api_key, "the request carries two different API keys");
        }
        presented = key;
    }
    if (presented.empty()) {
        return Error(Errc::invalid_api_key,
                     "an API key is required: Authorization: Bearer, x-api-key or api-key");
    }
    const Sha256 hash = sha256(presented);
    bool known = false;
    // No early exit: the time taken does not tell which key, or how much of one, was right.
    for (const Sha256& configured : hashes_) {
        const bool same = equal(configured, hash);
        known = known || same;
    }
    if (!known) return Error(Errc::invalid_api_key, "the API key is not valid");
    return key_id(hash);
}

}  // namespace llmr::net
