#include "simulator/http_head.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include <boost/beast/http/status.hpp>

namespace llmr::simulator {
namespace {

/// "Date: ...\r\n" of this second; made anew once a second and thread.
std::string_view date_line() {
    thread_local std::time_t made_at = 0;
    thread_local std::array<char, 64> line{};
    thread_local std::size_t length = 0;
    const std::time_t now = std::time(nullptr);
    if (now != made_at) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        length =
            std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
        made_at = now;
    }
    return {line.data(), length};
}

void append_number(std::string& out, std::size_t number, int base) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::string_view reason_phrase(int status) {
    namespace http = boost::beast::http;
    const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {reason.data(), reason.size()};
}

void append_head(std::string& out, const ResponseHead& head) {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(head.status), 10);
    out += ' ';
    out += reason_phrase(head.status);
    out += "\r\nContent-Type: ";
    out += head.content_type;
    out += "\r\n";
    out += date_line();
    out += head.extra_lines;
    if (head.content_length) {
        out += "Content-Length: ";
        append_number(out, *head.content_length, 10);
        out += "\r\n";
    }
    if (head.chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (!head.keep_alive) {
        out += "Connection: close\r\n";
    }
    out += "\r\n";
}

void append_chunk(std::string& out, std::string_view bytes) {
    append_number(out, bytes.size(), 16);
    out += "\r\n";
    out += bytes;
    out += "\r\n";
}

}  // namespace llmr::simulator
