#include "simulator/dialect.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/ids.hpp"
#include "core/text.hpp"
#include "simulator/http_head.hpp"

namespace llmr::simulator {
namespace {

struct Path {
    std::string_view tail;
    Endpoint endpoint;
};
constexpr std::array kPaths{
    Path{"/chat/completions", Endpoint::chat},
    Path{"/completions", Endpoint::completions},
    Path{"/embeddings", Endpoint::embeddings},
    Path{"/models", Endpoint::models},
};

/// As Go writes it: "12ms", "1.5s", "6m0s".
std::string duration_text(std::chrono::milliseconds span) {
    const auto ms = span.count();
    if (ms < 1000) {
        return fmt::format("{}ms", ms);
    }
    const auto seconds = fmt::format("{}s", static_cast<double>(ms % 60'000) / 1000);
    return ms < 60'000 ? seconds : fmt::format("{}m{}", ms / 60'000, seconds);
}

constexpr int kLimitRetrySeconds = 20;

}  // namespace

std::string_view bearer_of(std::string_view authorization) {
    constexpr std::string_view kBearer = "bearer ";
    if (!iequals(authorization.substr(0, kBearer.size()), kBearer)) {
        return {};
    }
    return trim(authorization.substr(kBearer.size()));
}

Reply json_reply(std::string body) {
    Reply reply;
    reply.content_type = "application/json";
    reply.body = std::move(body);
    return reply;
}

Reply html_page(int status) {
    Reply reply;
    reply.status = status;
    reply.content_type = "text/html";
    const auto title = fmt::format("{} {}", status, reason_phrase(status));
    reply.body = fmt::format(
        "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        title);
    return reply;
}

std::string header_line(std::string_view name, std::string_view value) {
    return fmt::format("{}: {}\r\n", name, value);
}

std::string header_line(std::string_view name, std::int64_t value) {
    return fmt::format("{}: {}\r\n", name, value);
}

std::optional<Call> Dialect::find_call(std::string_view path) const {
    for (const auto base : traits_.bases) {
        if (!path.starts_with(base)) {
            continue;
        }
        const auto tail = path.substr(base.size());
        for (const auto& known : kPaths) {
            if (tail == known.tail) {
                return Call{known.endpoint, {}};
            }
        }
        constexpr std::string_view kOne = "/models/";
        if (tail.starts_with(kOne)) {
            const auto id = tail.substr(kOne.size());
            return Call{id.empty() ? Endpoint::models : Endpoint::one_model, std::string(id)};
        }
    }
    return std::nullopt;
}

std::string_view Dialect::credential(const HttpRequest& request) const {
    return bearer_of(request.authorization);
}

std::optional<OpenAiError> Dialect::authorize(const HttpRequest& request,
                                              const KeyRing& keys) const {
    if (keys.open()) {
        return std::nullopt;
    }
    const auto key = credential(request);
    if (key.empty()) {
        return OpenAiError{401,
                           "You didn't provide an API key. You need to provide your API key in an "
                           "Authorization header using Bearer auth (i.e. Authorization: Bearer "
                           "YOUR_KEY).",
                           "", ""};
    }
    if (keys.accepts(key)) {
        return std::nullopt;
    }
    return OpenAiError{401,
                       "Incorrect API key provided: ****. You can find your API key at "
                       "https://platform.openai.com/account/api-keys.",
                       "", "invalid_api_key"};
}

std::optional<Reply> Dialect::page(const HttpRequest&, const std::vector<OpenAiModel>&) const {
    return std::nullopt;
}

std::optional<OpenAiError> Dialect::refuse(const HttpRequest&, const Call&) const {
    return std::nullopt;
}

std::optional<OpenAiError> Dialect::refuse_body(const HttpRequest&, simdjson::dom::element) const {
    return std::nullopt;
}

std::optional<OpenAiError> Dialect::adapt(simdjson::dom::element, const OpenAiModel&,
                                          OpenAiRequest&) const {
    return std::nullopt;
}

std::string Dialect::lines(const Served& served) const {
    auto out = header_line("x-request-id", "req_" + random_alnum(32)) +
               header_line("openai-version", "2020-10-01") + header_line("openai-processing-ms", 1);
    if (served.allowance) {
        const auto& allowance = *served.allowance;
        const auto reset = duration_text(allowance.reset);
        out += header_line("x-ratelimit-limit-requests", allowance.request_limit) +
               header_line("x-ratelimit-limit-tokens", allowance.token_limit) +
               header_line("x-ratelimit-remaining-requests", allowance.requests_left) +
               header_line("x-ratelimit-remaining-tokens", allowance.tokens_left) +
               header_line("x-ratelimit-reset-requests", reset) +
               header_line("x-ratelimit-reset-tokens", reset);
    }
    return out;
}

void Dialect::tell_retry(Reply& reply, int seconds) const {
    if (seconds <= 0) {
        return;
    }
    reply.extra_lines += header_line("Retry-After", seconds);
    if (traits_.retry_after_ms) {
        reply.extra_lines += header_line("retry-after-ms", std::int64_t{seconds} * 1000);
    }
}

Reply Dialect::over_limit() const {
    auto reply = error(usual_error(429, ""));
    tell_retry(reply,
               traits_.retry_after_seconds > 0 ? traits_.retry_after_seconds : kLimitRetrySeconds);
    return reply;
}

OpenAiError Dialect::fault_error(const Behaviour& behaviour) const {
    auto usual = usual_error(behaviour.error_status, behaviour.error_kind);
    if (!behaviour.error_message.empty()) {
        usual.message = behaviour.error_message;
    }
    if (!behaviour.error_code.empty()) {
        usual.code = behaviour.error_code;
        if (usual.code == "insufficient_quota") {
            usual.type = usual.code;
        }
    }
    return usual;
}

Reply Dialect::fault(const Behaviour& behaviour) const {
    const int status = behaviour.error_status;
    const bool gateway = traits_.html_gateway && (status == 502 || status == 504) &&
                         behaviour.error_message.empty() && behaviour.error_code.empty();
    if (behaviour.error_kind == "html" || gateway) {
        return html_page(status);
    }
    auto reply = error(fault_error(behaviour));
    const bool told = (status == 429 || status == 503) && behaviour.error_kind != "quota";
    tell_retry(reply, behaviour.retry_after_seconds > 0 || !told ? behaviour.retry_after_seconds
                                                                 : traits_.retry_after_seconds);
    return reply;
}

}  // namespace llmr::simulator
