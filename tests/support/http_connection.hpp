#pragma once

#include <arpa/inet.h>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "core/text.hpp"

namespace llmr::test {

/// An answer as a client sees it; the body without chunk framing.
struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    bool complete = false;  ///< the framing said that the body ended
    std::vector<std::string> chunks;
    std::vector<std::chrono::steady_clock::time_point> chunk_times;

    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

/// A blocking HTTP/1.1 client on a plain socket, for tests: it sends exactly the bytes it is given.
class HttpConnection {
public:
    explicit HttpConnection(std::uint16_t port) {
        fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("connect failed");
        }
        const int one = 1;
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        const timeval limit{20, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~HttpConnection() { close(); }
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    void send_raw(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("send failed");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void send(std::string_view method, std::string_view path, std::string_view body = {},
              const std::map<std::string, std::string>& headers = {}) {
        std::string text(method);
        text.append(" ").append(path).append(" HTTP/1.1\r\n");
        if (!headers.contains("Host")) text += "Host: localhost\r\n";
        for (const auto& [name, value] : headers)
            text += name + ": " + value + "\r\n";
        if (!body.empty() || method == "POST") {
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        }
        text += "\r\n";
        text += body;
        send_raw(text);
    }

    HttpAnswer request(std::string_view method, std::string_view path, std::string_view body = {},
                       const std::map<std::string, std::string>& headers = {}) {
        send(method, path, body, headers);
        return read_answer(method == "HEAD");
    }

    /// The answer's head; its body follows with read_answer(…, head) or read_chunk.
    HttpAnswer read_head() {
        HttpAnswer answer;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!fill()) return answer;
        }
        std::string_view head(buffer_.data(), end + 2);
        answer.status = std::atoi(std::string(head.substr(9, 3)).c_str());
        for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
            const std::size_t stop = head.find("\r\n", at);
            const std::string_view line = head.substr(at, stop - at);
            const std::size_t colon = line.find(':');
            answer.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
            at = stop + 2;
        }
        buffer_.erase(0, end + 4);
        return answer;
    }

    /// One chunk; empty at the end of the body or of the connection (`answer.complete` tells).
    std::string read_chunk(HttpAnswer& answer) {
        std::size_t line = 0;
        while ((line = buffer_.find("\r\n")) == std::string::npos) {
            if (!fill()) return {};
        }
        const auto size = std::strtoul(buffer_.substr(0, line).c_str(), nullptr, 16);
        while (buffer_.size() < line + 2 + size + 2) {
            if (!fill()) return {};
        }
        std::string chunk = buffer_.substr(line + 2, size);
        buffer_.erase(0, line + 2 + size + 2);
        if (size == 0) answer.complete = true;
        answer.chunk_times.push_back(std::chrono::steady_clock::now());
        return chunk;
    }

    HttpAnswer read_answer(bool head_only = false) {
        HttpAnswer answer = read_head();
        while (answer.status == 100)
            answer = read_head();
        if (answer.status == 0 || head_only) return answer;
        if (answer.header("transfer-encoding") == "chunked") {
            for (std::string chunk; !(chunk = read_chunk(answer)).empty();) {
                answer.body += chunk;
                answer.chunks.push_back(std::move(chunk));
            }
            return answer;
        }
        const auto length = std::strtoul(answer.header("content-length").c_str(), nullptr, 10);
        while (buffer_.size() < length && fill()) {
        }
        answer.complete = buffer_.size() >= length;
        answer.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
        return answer;
    }

    /// The peer closes, and sends nothing before.
    bool closed_by_peer() { return buffer_.empty() && !fill(); }

    int native_handle() const { return fd_; }

private:
    bool fill() {
        char block[16384];
        const auto got = ::recv(fd_, block, sizeof block, 0);
        if (got <= 0) return false;
        buffer_.append(block, static_cast<std::size_t>(got));
        return true;
    }

    int fd_ = -1;
    std::string buffer_;
};

}  // namespace llmr::test
