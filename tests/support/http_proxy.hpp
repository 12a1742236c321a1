#pragma once

#include <arpa/inet.h>
#include <array>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "core/text.hpp"
#include "tests/support/raw_server.hpp"

namespace llmr::test {

/// An HTTP proxy that leads every tunnel to one port of 127.0.0.1, whatever name is asked for, and
/// answers 407 to whoever does not present `credentials` ("user:password"; empty: asks for none).
class HttpProxy {
public:
    explicit HttpProxy(std::uint16_t leads_to, std::string credentials = {})
        : leads_to_(leads_to),
          wanted_(credentials.empty() ? "" : "Basic " + base64_encode(credentials)) {}

    std::uint16_t port() const { return server_.port(); }
    /// What was asked for: "CONNECT host:port HTTP/1.1", refused ones included.
    std::vector<std::string> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    /// Every byte that clients sent through tunnels.
    std::string sent_through() const {
        const std::lock_guard lock(mutex_);
        return sent_through_;
    }

private:
    void serve(RawConnection& client) {
        const auto request = client.read_request();
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request.head.substr(0, request.head.find("\r\n")));
        }
        if (!wanted_.empty() && request.header("Proxy-Authorization") != wanted_) {
            client.send(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
                "realm=\"p\"\r\nContent-Length: 2\r\n\r\nno");
            return;
        }
        if (!request.head.starts_with("CONNECT ")) return;
        const int upstream = connect_upstream();
        client.send("HTTP/1.1 200 Connection established\r\n\r\n");
        relay(client, upstream);
        ::close(upstream);
    }

    int connect_upstream() const {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(leads_to_);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        must(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
        return fd;
    }

    /// Until either side closes.
    void relay(RawConnection& client, int upstream) {
        std::array<char, 16 * 1024> bytes{};
        pollfd watched[] = {{client.descriptor(), POLLIN, 0}, {upstream, POLLIN, 0}};
        while (::poll(watched, 2, kPatienceSeconds * 1000) > 0) {
            if (watched[0].revents != 0) {
                const std::string from_client = client.receive();
                if (from_client.empty()) return;
                const std::lock_guard lock(mutex_);
                sent_through_ += from_client;
                must(::send(upstream, from_client.data(), from_client.size(), MSG_NOSIGNAL) ==
                         static_cast<ssize_t>(from_client.size()),
                     "send");
            }
            if (watched[1].revents != 0) {
                const ssize_t got = ::recv(upstream, bytes.data(), bytes.size(), 0);
                if (got <= 0) return;
                client.send({bytes.data(), static_cast<std::size_t>(got)});
            }
        }
    }

    std::uint16_t leads_to_;
    std::string wanted_;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::string sent_through_;
    RawServer server_{[this](RawConnection& c) { serve(c); }};  ///< last: it uses all of the above
};

}  // namespace llmr::test
