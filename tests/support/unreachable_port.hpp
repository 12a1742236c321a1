#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/raw_server.hpp"

/// Ports of loopback that a connection does not get through to.
namespace llmr::test {

/// A port that nobody listens on.
inline std::uint16_t closed_port() {
    return RawListener().port();
}

/// Listens, but its queue of connections is full: the next SYN is dropped.
class FullListener {
public:
    explicit FullListener(in_addr_t host = INADDR_LOOPBACK, std::uint16_t port = 0)
        : listener_(0, host, port) {
        for (int& fd : fillers_) {
            fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            sockaddr_in to{};
            to.sin_family = AF_INET;
            to.sin_port = htons(listener_.port());
            to.sin_addr.s_addr = htonl(host);
            ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
        }
    }
    ~FullListener() {
        for (const int fd : fillers_)
            ::close(fd);
    }
    std::string url() const { return listener_.url(); }
    std::uint16_t port() const { return listener_.port(); }

private:
    RawListener listener_;
    int fillers_[3]{};
};

}  // namespace llmr::test
