#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include "core/config.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"

/// Checks on a request head that Beast 1.81 does not make, and who may ask. Pure functions.
namespace llmr::net {

namespace beast = boost::beast;

/// Strict HTTP (style.md section 5 names the traps): Transfer-Encoding exactly `chunked` and only
/// on HTTP/1.1; never together with Content-Length; one Content-Length at most, digits only; no
/// Trailer, no Upgrade but `h2c` (the JDK's client offers it with every request; a server may
/// ignore it); exactly one Host on 1.1; target in origin form, at most 8 KiB, no control
/// characters; at most 100 fields. Nothing if the head is fine; the connection must be closed after
/// an error (bad_request, header_too_large).
std::optional<Error> check_head(const beast::http::request_header<>& head);

/// Only chunked requests can have trailers; a body parser merges them into the head.
/// `fields_before` is the field count of the head when it had been read; more fields afterwards
/// mean trailers.
std::optional<Error> check_no_trailers(std::size_t fields_before,
                                       const beast::http::request_header<>& head);

/// DNS rebinding and cross-site requests. The Host must be a loopback, private or unspecified
/// address, this machine's name, localhost, *.localhost, *.local, *.internal, or be in
/// `allowed_hosts`; HTTP/1.0 may come without one. An Origin, if any, must be of such a host (not
/// the unspecified address), or one of app://, file://, tauri://, vscode-webview://,
/// vscode-file://, or be in `allowed_origins`. In both lists a `*` stands for anything but '/'.
/// Errors: forbidden_host, forbidden_origin.
std::optional<Error> check_host_and_origin(const beast::http::request_header<>& head,
                                           const std::vector<std::string>& allowed_hosts,
                                           const std::vector<std::string>& allowed_origins);

/// SHA-256 of the configured keys, compared in constant time.
class ApiKeys {
public:
    ApiKeys() = default;
    explicit ApiKeys(const std::vector<Secret>& keys);
    bool required() const { return !hashes_.empty(); }
    /// All carriers (Authorization: Bearer, x-api-key, api-key) go through here; two that differ
    /// are refused. The key id, or "" where no keys are configured. Error: invalid_api_key.
    Result<std::string> check(const beast::http::request_header<>& head) const;

private:
    std::vector<Sha256> hashes_;
};

}  // namespace llmr::net
