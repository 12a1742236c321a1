// For LD_PRELOAD: writes every address that the process sends to or connects to, and every name it
// looks up, into the file SOCKET_RECORD, one line each: "connect 203.0.113.1", "lookup host".
// Nothing leaves the machine: what is not loopback fails at once with ENETUNREACH. Names are those
// of SOCKET_NAMES ("a=127.0.0.1,b=203.0.113.7"), others do not exist.
#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace {

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void record(const std::string& what) {
    const char* const path = std::getenv("SOCKET_RECORD");
    if (path == nullptr) return;
    const int fd = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const std::string line = what + "\n";
    // A record that cannot be kept must not pass for one that is empty.
    if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::abort();
    }
    ::close(fd);
}

/// Whether the call may go on: it names no internet address, or one of loopback.
bool admit(const char* call, const sockaddr* to) {
    char text[INET6_ADDRSTRLEN] = "";
    bool loopback = false;
    if (to != nullptr && to->sa_family == AF_INET) {
        const auto* const v4 = reinterpret_cast<const sockaddr_in*>(to);
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    } else if (to != nullptr && to->sa_family == AF_INET6) {
        const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(to);
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    } else {
        return true;
    }
    record(std::string(call) + " " + text);
    if (!loopback) errno = ENETUNREACH;
    return loopback;
}

/// The address of a name in SOCKET_NAMES; empty if it is not there.
std::string address_of(const std::string& host) {
    const char* const names = std::getenv("SOCKET_NAMES");
    const std::string all = "," + std::string(names != nullptr ? names : "") + ",";
    const std::size_t at = all.find("," + host + "=");
    if (at == all.npos) return {};
    const std::size_t begin = at + host.size() + 2;
    return all.substr(begin, all.find(',', begin) - begin);
}

}  // namespace

extern "C" {

int connect(int fd, const sockaddr* to, socklen_t size) {
    if (!admit("connect", to)) return -1;
    return next<int(int, const sockaddr*, socklen_t)>("connect")(fd, to, size);
}

ssize_t sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
    if (!admit("sendto", to)) return -1;
    using Call = ssize_t(int, const void*, size_t, int, const sockaddr*, socklen_t);
    return next<Call>("sendto")(fd, data, size, flags, to, to_size);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    if (!admit("sendmsg", static_cast<const sockaddr*>(message->msg_name))) return -1;
    return next<ssize_t(int, const msghdr*, int)>("sendmsg")(fd, message, flags);
}

int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
    const auto real =
        next<int(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo");
    if (host == nullptr) return real(host, service, hints, found);
    record("lookup " + std::string(host));
    const std::string address = address_of(host);
    if (address.empty()) return EAI_NONAME;
    return real(address.c_str(), service, hints, found);
}
}
