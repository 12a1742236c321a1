#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace llmr {

/// Every failure a client can see. The text of `code_string` is stable: clients may match on it.
enum class Errc : std::uint8_t {
    // the request
    bad_request,
    invalid_json,
    missing_parameter,
    invalid_parameter,
    unsupported_parameter,
    context_length_exceeded,
    body_too_large,
    header_too_large,
    // who asks
    invalid_api_key,
    forbidden_host,
    forbidden_origin,
    forbidden_operation,
    // where to
    not_found,
    method_not_allowed,
    model_not_found,
    no_upstream,
    external_not_allowed,
    budget_exceeded,
    content_filter,
    // the answer
    queue_full,
    rate_limited,
    insufficient_quota,
    upstream_error,
    upstream_rejected,     ///< it finds the request invalid
    upstream_not_found,    ///< it has no such path
    upstream_unavailable,  ///< overloaded, or a gateway before it
    upstream_unreachable,
    upstream_timeout,
    upstream_auth,
    upstream_bad_response,
    upstream_stream_cut,
    deadline_exceeded,
    shutting_down,
    ledger_unavailable,
    client_cancelled,
    internal
};

/// An error on its way to the client: dialect-free; the codecs give it the client's shape.
/// `message` never holds a key, an upstream URL or prompt text.
struct Error {
    Errc code = Errc::internal;
    std::string message;
    std::string param;                       ///< the offending request field, if one is to blame
    int upstream_status = 0;                 ///< HTTP status of the upstream, 0 if none answered
    std::optional<int> retry_after_seconds;  ///< what to tell the client in Retry-After

    Error() = default;
    Error(Errc c, std::string m) : code(c), message(std::move(m)) {}
    Error(Errc c, std::string m, std::string p)
        : code(c), message(std::move(m)), param(std::move(p)) {}
};

/// Stable, lower-case identifier, for example "context_length_exceeded".
std::string_view code_string(Errc code);
/// The one place that maps errors to HTTP: the upstream's own status wins where it is a 4xx or 5xx
/// that the client can act on.
int http_status(const Error& error);

template <class T>
using Result = boost::system::result<T, Error>;

/// Lets Result::value() throw std::runtime_error with the message.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace llmr
