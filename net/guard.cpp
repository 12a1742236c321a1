#include "net/guard.hpp"

#include <algorithm>
#include <iterator>

#include "core/text.hpp"

namespace llmr::net {
namespace {

namespace http = beast::http;
using Head = http::request_header<>;

constexpr std::size_t kMaxTarget = 8 * 1024;
constexpr std::size_t kMaxFields = 100;
/// More digits than 2^63 - 1 has are refused before anybody converts them.
constexpr std::size_t kMaxLengthDigits = 18;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

std::size_t field_count(const Head& head) {
    return static_cast<std::size_t>(std::distance(head.begin(), head.end()));
}

Error bad(const char* what) {
    return {Errc::bad_request, what};
}

bool is_target_char(char c) {
    return c > 0x20 && c < 0x7f && c != '#';
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<Error> check_target(std::string_view target) {
    if (target.size() > kMaxTarget) return Error(Errc::header_too_large, "request target too long");
    if (!target.starts_with('/')) return bad("the request target must begin with '/'");
    if (!std::all_of(target.begin(), target.end(), is_target_char)) {
        return bad("the request target holds characters that must be percent-encoded");
    }
    return std::nullopt;
}

std::optional<Error> check_values(const Head& head) {
    if (field_count(head) > kMaxFields) return Error(Errc::header_too_large, "too many headers");
    for (const auto& field : head) {
        const std::string_view value = view(field.value());
        if (std::any_of(value.begin(), value.end(), is_control)) {
            return bad("a header value holds control characters");
        }
    }
    return std::nullopt;
}

/// Where the message ends must have one reading only.
std::optional<Error> check_framing(const Head& head) {
    const std::size_t codings = head.count(http::field::transfer_encoding);
    const std::size_t lengths = head.count(http::field::content_length);
    if (codings > 0 && lengths > 0) {
        return bad("Transfer-Encoding and Content-Length exclude each other");
    }
    if (codings > 1 || lengths > 1) return bad("the message length is given more than once");
    if (codings == 1) {
        if (head.version() != 11) return bad("Transfer-Encoding needs HTTP/1.1");
        if (!iequals(view(head[http::field::transfer_encoding]), "chunked")) {
            return bad("the only transfer coding accepted is chunked");
        }
    }
    if (lengths == 1) {
        const std::string_view length = view(head[http::field::content_length]);
        if (length.empty() || length.size() > kMaxLengthDigits ||
            !std::all_of(length.begin(), length.end(), is_digit)) {
            return bad("malformed Content-Length");
        }
    }
    return std::nullopt;
}

std::optional<Error> check_unsupported(const Head& head) {
    if (head.count(http::field::trailer) > 0) return bad("trailers are not supported");
    const auto upgrades = head.equal_range(http::field::upgrade);
    const bool only_h2c = std::all_of(upgrades.first, upgrades.second, [](const auto& field) {
        return iequals(view(field.value()), "h2c");
    });
    if (!only_h2c) return bad("protocol upgrades are not supported");
    return std::nullopt;
}

std::optional<Error> check_host_count(const Head& head) {
    const std::size_t hosts = head.count(http::field::host);
    if (hosts > 1) return bad("more than one Host header");
    if (hosts == 0 && head.version() == 11) return bad("the Host header is missing");
    return std::nullopt;
}

}  // namespace

std::optional<Error> check_head(const Head& head) {
    if (head.version() != 10 && head.version() != 11) return bad("unsupported HTTP version");
    std::optional<Error> fault = check_target(view(head.target()));
    if (!fault) fault = check_values(head);
    if (!fault) fault = check_framing(head);
    if (!fault) fault = check_unsupported(head);
    if (!fault) fault = check_host_count(head);
    return fault;
}

std::optional<Error> check_no_trailers(std::size_t fields_before, const Head& head) {
    if (field_count(head) > fields_before) return bad("trailers are not supported");
    return std::nullopt;
}

}  // namespace llmr::net
