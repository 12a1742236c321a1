#include "daemon/passed_sockets.hpp"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <string_view>
#include <sys/socket.h>

#include <fmt/format.h>

#include "core/config_address.hpp"

namespace llmr::daemon {
namespace {

/// SD_LISTEN_FDS_START
constexpr int kFirstDescriptor = 3;
constexpr int kMostSockets = 1024;

std::optional<int> number_of(const Environment& environment, const std::string& name) {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    const std::string& text = found->second;
    int number = -1;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = fault == std::errc() && end == text.data() + text.size();
    return whole ? number : -1;
}

std::optional<int> option_of(int descriptor, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    if (getsockopt(descriptor, SOL_SOCKET, name, &value, &size) != 0) return std::nullopt;
    return value;
}

std::optional<ListenAddress> address_of(int descriptor) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    void* const bytes = &storage;
    if (getsockname(descriptor, static_cast<sockaddr*>(bytes), &size) != 0) return std::nullopt;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET) {
        const auto* const v4 = static_cast<const sockaddr_in*>(bytes);
        inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
        return ListenAddress{text.data(), ntohs(v4->sin_port)};
    }
    if (storage.ss_family != AF_INET6) return std::nullopt;
    const auto* const v6 = static_cast<const sockaddr_in6*>(bytes);
    inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    return ListenAddress{text.data(), ntohs(v6->sin6_port)};
}

}  // namespace

Result<std::vector<PassedSocket>> passed_sockets(const Environment& environment, pid_t self) {
    const auto fault = [](std::string message) {
        return Error(Errc::invalid_parameter, std::move(message));
    };
    std::vector<PassedSocket> sockets;
    const auto pid = number_of(environment, "LISTEN_PID");
    const auto count = number_of(environment, "LISTEN_FDS");
    if (!pid || !count || (*pid > 0 && *pid != self)) return sockets;
    if (*pid <= 0 || *count < 0 || *count > kMostSockets)
        return fault("LISTEN_PID and LISTEN_FDS are not what sd_listen_fds(3) describes");
    for (int descriptor = kFirstDescriptor; descriptor < kFirstDescriptor + *count; ++descriptor) {
        const auto address = address_of(descriptor);
        const bool listens = option_of(descriptor, SO_ACCEPTCONN).value_or(0) != 0 &&
                             option_of(descriptor, SO_TYPE) == SOCK_STREAM;
        if (!address || !listens) {
            return fault(
                fmt::format("descriptor {} that was passed is not a listening TCP socket: "
                            "ListenStream= of the socket unit must be an address and a port",
                            descriptor));
        }
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        sockets.push_back({descriptor, *address});
    }
    return sockets;
}

std::string addresses_of(const std::vector<PassedSocket>& sockets) {
    std::string text;
    for (const PassedSocket& socket : sockets)
        text += (text.empty() ? "" : ",") + config::format_listen(socket.address);
    return text;
}

}  // namespace llmr::daemon
