#pragma once

#include <arpa/inet.h>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <vector>

namespace llmr::simulator::test {

/// Long enough for a loaded machine; only ever waited for by a test that fails.
inline constexpr int kTimeoutSeconds = 20;

struct Response {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    std::vector<std::string> chunks;
    bool complete = false;  ///< the body ended as its framing says
    bool reset = false;     ///< the connection ended with RST
};

/// A blocking HTTP client on one connection that shows what is on the wire.
class Client {
public:
    explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval timeout{kTimeoutSeconds, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const void* raw = &address;
        if (::connect(fd_, static_cast<const sockaddr*>(raw), sizeof address) != 0) {
            ::close(fd_);
            throw std::runtime_error("cannot connect");
        }
    }
    ~Client() { close(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void close() {
        if (fd_ >= 0) {
            ::close(fd_);
            fd_ = -1;
        }
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                throw std::runtime_error("cannot send");
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void send_request(std::string_view method, std::string_view path, std::string_view body = "",
                      std::string_view header_lines = "") {
        std::string out;
        out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n");
        out.append(header_lines);
        if (!body.empty() || method == "POST") {
            out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        }
        out.append("\r\n").append(body);
        send(out);
    }

    /// Reads one response; `with_body` false after HEAD.
    Response read_response(bool with_body = true) {
        Response out;
        if (!read_head(out) || !with_body) {
            out.complete = out.status != 0;
        } else if (out.headers.count("transfer-encoding") != 0) {
            read_chunks(out);
        } else if (out.headers.count("content-length") != 0) {
            const auto length = std::strtoull(out.headers["content-length"].c_str(), nullptr, 10);
            while (buffer_.size() < length && fill()) {
            }
            out.complete = buffer_.size() >= length;
            out.body = take(std::min<std::size_t>(length, buffer_.size()));
        } else {
            while (fill()) {
            }
            out.body = take(buffer_.size());
            out.complete = true;
        }
        out.reset = reset_;
        return out;
    }

    Response request(std::string_view method, std::string_view path, std::string_view body = "",
                     std::string_view header_lines = "") {
        send_request(method, path, body, header_lines);
        return read_response(method != "HEAD");
    }

    /// Blocks until at least `bytes` more are there; the bytes stay for read_response.
    bool wait_for_bytes(std::size_t bytes) {
        while (buffer_.size() < bytes && fill()) {
        }
        return buffer_.size() >= bytes;
    }

    /// The connection has ended: nothing more will come.
    bool at_end() { return buffer_.empty() && !fill(); }

private:
    bool fill() {
        char block[16 * 1024];
        const auto got = ::recv(fd_, block, sizeof block, 0);
        reset_ = reset_ || (got < 0 && errno == ECONNRESET);
        if (got <= 0) {
            return false;
        }
        buffer_.append(block, static_cast<std::size_t>(got));
        return true;
    }

    std::string take(std::size_t bytes) {
        std::string out = buffer_.substr(0, bytes);
        buffer_.erase(0, bytes);
        return out;
    }

    bool take_line(std::string& line) {
        auto end = buffer_.find("\r\n");
        while (end == std::string::npos) {
            if (!fill()) {
                return false;
            }
            end = buffer_.find("\r\n");
        }
        line = take(end);
        take(2);
        return true;
    }

    bool read_head(Response& out) {
        std::string line;
        if (!take_line(line)) {
            out.reset = reset_;
            return false;
        }
        out.status = std::atoi(line.substr(line.find(' ')).c_str());
        while (take_line(line) && !line.empty()) {
            const auto colon = line.find(':');
            std::string name = line.substr(0, colon);
            for (auto& c : name) {
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            }
            out.headers[name] = line.substr(colon + 2);
        }
        return true;
    }

    void read_chunks(Response& out) {
        std::string line;
        while (take_line(line)) {
            const auto length = std::strtoull(line.c_str(), nullptr, 16);
            if (!wait_for_bytes(length + 2)) {
                out.body += take(buffer_.size());
                return;
            }
            auto chunk = take(length);
            take(2);
            if (length == 0) {
                out.complete = true;
                return;
            }
            out.body += chunk;
            out.chunks.push_back(std::move(chunk));
        }
    }

    int fd_;
    std::string buffer_;
    bool reset_ = false;
};

}  // namespace llmr::simulator::test
