#include "daemon/reply.hpp"

#include <algorithm>
#include <ctime>
#include <iterator>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include "providers/codec.hpp"

namespace llmr::daemon {
namespace {

/// RFC 9110 wants a Date; once a second is enough to format it.
std::string_view http_date() {
    thread_local std::time_t formatted_for = 0;
    thread_local char text[40];
    const std::time_t now = std::time(nullptr);
    if (now != formatted_for) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
        formatted_for = now;
    }
    return text;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

void append_value(std::string& out, std::string_view value) {
    const std::size_t begin = out.size();
    out += value;
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_control, ' ');
}

std::string_view reason_phrase(int status) {
    if (status == 499) return "Client Closed Request";
    const auto text = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(status)));
    return {text.data(), text.size()};
}

void append_framing(std::string& out, const Reply& reply, Framing framing) {
    auto to = std::back_inserter(out);
    switch (framing) {
        case Framing::content_length:
            // Without a body, and the length would be that of another answer's.
            if (reply.status == 204 || reply.status == 304) break;
            fmt::format_to(to, "Content-Length: {}\r\n", reply.body.size());
            break;
        case Framing::chunked:
            out += "Transfer-Encoding: chunked\r\n";
            break;
        case Framing::until_close:
            break;
    }
    if (framing != Framing::content_length) {
        // Proxies in front must neither collect nor transform a stream.
        out += "Cache-Control: no-cache, no-transform\r\nX-Accel-Buffering: no\r\n";
    }
}

}  // namespace

std::string head_text(const Reply& reply, Framing framing, bool keep_alive,
                      std::string_view more_lines) {
    std::string out;
    out.reserve(512);
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\nServer: llm-router\r\nDate: {}\r\n",
                   reply.status, reason_phrase(reply.status), http_date());
    if (!reply.content_type.empty()) {
        out += "Content-Type: ";
        out += reply.content_type;
        out += "\r\n";
    }
    append_framing(out, reply, framing);
    if (!keep_alive) out += "Connection: close\r\n";
    for (const auto& [name, value] : reply.headers) {
        out += name;
        out += ": ";
        append_value(out, value);
        out += "\r\n";
    }
    out += more_lines;
    out += "\r\n";
    return out;
}

Reply error_reply(Dialect dialect, const Error& error) {
    Reply reply;
    reply.status = providers::client_status(dialect, error);
    reply.body = providers::error_body(dialect, error);
    reply.add("x-router-error", std::string(code_string(error.code)));
    if (error.retry_after_seconds) {
        reply.add("Retry-After", std::to_string(*error.retry_after_seconds));
    }
    return reply;
}

Reply json_reply(std::string body, int status) {
    Reply reply;
    reply.status = status;
    reply.body = std::move(body);
    return reply;
}

Reply text_reply(std::string body, int status) {
    Reply reply;
    reply.status = status;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body = std::move(body);
    return reply;
}

}  // namespace llmr::daemon
