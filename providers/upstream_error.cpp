#include "providers/upstream_error.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/codec.hpp"
#include "providers/google_details.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// What an error body says, whatever its shape.
struct Said {
    std::string message;
    std::string code;  // `code` and `type` of the error object, one after the other
    std::string param;
    std::optional<int> retry_after_seconds;
};

constexpr std::array<std::string_view, 8> kOverflowWords{
    "context_length_exceeded",
    "maximum context length",
    "prompt is too long",
    "exceed_context_size_error",
    "input length exceeds the context length",
    "exceeds the maximum number of tokens",
    "longer than the context length",
    "but model only supports up to",
};

// The last one is Anthropic's, under status 400.
constexpr std::array<std::string_view, 5> kQuotaWords{
    "insufficient_quota", "budget_exceeded", "insufficient balance", "insufficient credits",
    "credit balance is too low"};

// Azure, OpenAI, Anthropic and OpenRouter, in this order.
constexpr std::array<std::string_view, 7> kFilterWords{
    "content_filter",           "responsibleaipolicyviolation", "content management policy",
    "content_policy_violation", "content filtering policy",     "requires moderation",
    "input was flagged"};

constexpr std::array<std::string_view, 2> kModelWords{"model", "deployment"};
// Google answers 400 to a wrong key.
constexpr std::array<std::string_view, 2> kKeyWords{"api_key_invalid", "api key not valid"};

constexpr std::array<std::string_view, 2> kMessageKeys{"message", "detail"};

template <std::size_t N>
bool says_any(std::string_view lower_text, const std::array<std::string_view, N>& words) {
    for (const std::string_view word : words) {
        if (lower_text.find(word) != std::string_view::npos) return true;
    }
    return false;
}

// `detail` of FastAPI: a string, or a list of {loc, msg, type}.
std::string text_of(element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    simdjson::dom::array items;
    if (value.get(items) == simdjson::SUCCESS) {
        for (const element item : items) {
            if (const auto msg = get_string(item, "msg")) return std::string(*msg);
            if (item.get(text) == simdjson::SUCCESS) return std::string(text);
        }
    }
    return std::string(get_string(value, "message").value_or(""));
}

void read_object(element object, Said& said) {
    for (const std::string_view key : kMessageKeys) {
        const auto value = get_value(object, key);
        if (value && said.message.empty()) said.message = text_of(*value);
    }
    for (const std::string_view key : {"code", "type", "status"}) {
        if (const auto text = get_string(object, key)) said.code.append(*text).push_back(' ');
    }
    said.param = get_string(object, "param").value_or("");
    const GoogleDetails google = read_google_details(object);
    said.code.append(google.reasons);
    said.retry_after_seconds = google.retry_after_seconds;
    // OpenRouter: "Provider returned error", and what the provider said in metadata.raw.
    if (const auto metadata = get_value(object, "metadata")) {
        if (const auto raw = get_string(*metadata, "raw")) said.message.append(": ").append(*raw);
    }
}

Said read_said(element root) {
    Said said;
    std::string_view text;
    simdjson::dom::array items;
    if (root.get(text) == simdjson::SUCCESS) {
        said.message = text;
    } else if (root.get(items) == simdjson::SUCCESS) {
        for (const element item : items)
            return read_said(item);
    } else if (const auto error = get_value(root, "error")) {
        if (error->get(text) == simdjson::SUCCESS)
            said.message = text;
        else if (error->is_object())
            read_object(*error, said);
    } else if (root.is_object()) {
        read_object(root, said);
    }
    return said;
}

Errc classify(int status, const Said& said) {
    const std::string text = to_lower(said.code + said.message);
    if (says_any(text, kOverflowWords)) return Errc::context_length_exceeded;
    if (status < 500 && says_any(text, kFilterWords)) return Errc::content_filter;
    // Google answers 400 to a key that it does not know.
    if (status == 400 && text.find("api_key_invalid") != std::string::npos)
        return Errc::upstream_auth;
    switch (status) {
        case 401:
        case 403:
            return Errc::upstream_auth;
        case 402:
            return Errc::insufficient_quota;
        case 404:
            return says_any(text, kModelWords) ? Errc::model_not_found : Errc::upstream_not_found;
        case 408:
        case 504:
            return Errc::upstream_timeout;
        case 413:
            return Errc::body_too_large;
        case 429:
            return says_any(text, kQuotaWords) ? Errc::insufficient_quota : Errc::rate_limited;
        case 400:
        case 409:
        case 422:
            if (says_any(text, kQuotaWords)) return Errc::insufficient_quota;
            return says_any(text, kKeyWords) ? Errc::upstream_auth : Errc::upstream_rejected;
        case 502:
        case 503:
        case 529:
            return Errc::upstream_unavailable;
        default:
            return Errc::upstream_error;
    }
}

Error make_error(int status, const Said& said, std::string_view fallback_message) {
    Error error(classify(status, said), clean_message(said.message));
    if (error.message.empty()) error.message = fallback_message;
    error.param = clean_message(said.param);
    error.upstream_status = status;
    error.retry_after_seconds = said.retry_after_seconds;
    return error;
}

// The numeric code that OpenRouter, vLLM and Google put into the error object.
int status_in(element error) {
    if (!error.is_object()) return 0;
    const auto code = get_int(error, "code");
    return code && *code >= 400 && *code <= 599 ? static_cast<int>(*code) : 0;
}

bool is_truthy(element value) {
    std::string_view text;
    bool flag = true;
    if (value.get(text) == simdjson::SUCCESS) return !text.empty();
    if (value.get(flag) == simdjson::SUCCESS) return flag;
    return true;
}

Said read_page(std::string_view body) {
    Said said;
    said.message =
        body.starts_with('<') ? "the upstream answered with a page that is not JSON" : body;
    return said;
}

}  // namespace

std::optional<Error> in_band_error(element root) {
    simdjson::dom::array items;
    if (root.get(items) == simdjson::SUCCESS) {
        for (const element item : items)
            return item.is_array() ? std::nullopt : in_band_error(item);
        return std::nullopt;
    }
    const auto error = get_value(root, "error");
    if (!error || !is_truthy(*error)) return std::nullopt;
    return make_error(status_in(*error), read_said(root), "the upstream broke off its answer");
}

Error parse_upstream_error(Dialect, int status, std::string_view body) {
    // Both dialects meet both shapes: proxies answer for servers of either kind.
    const std::string_view text = trim(body);
    Said said;
    if (!text.empty()) {
        const auto root = thread_json_parser().parse(text);
        said = root ? read_said(*root) : read_page(text);
    }
    return make_error(status, said,
                      fmt::format("the upstream answered with status {} and no message", status));
}

}  // namespace llmr::providers
