#include "daemon/passed_sockets.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::daemon;

namespace {

int listening_v4() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const void* const bytes = &address;
    if (bind(fd, static_cast<const sockaddr*>(bytes), sizeof address) != 0) return -1;
    return listen(fd, 1) == 0 ? fd : -1;
}

/// What the process says that has `fd` as descriptor 3: "address" or "error: ...". The descriptors
/// of this one stay as they are.
std::string said_with(int fd) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
        const int out = dup(ends[1] == 3 ? dup(ends[1]) : ends[1]);
        if (fd != 3) dup2(fd, 3);
        const Environment environment{{"LISTEN_PID", std::to_string(getpid())},
                                      {"LISTEN_FDS", "1"}};
        const auto sockets = passed_sockets(environment, getpid());
        const std::string text =
            sockets ? addresses_of(*sockets) : "error: " + sockets.error().message;
        _exit(write(out, text.data(), text.size()) < 0 ? 1 : 0);
    }
    close(ends[1]);
    std::string text(4096, '\0');
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read(ends[0], text.data(), 4096))));
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return text;
}

}  // namespace

TEST_SUITE("passed sockets") {
    TEST_CASE("nothing without the variables, or if they are for another process") {
        for (const Environment& environment :
             {Environment{}, Environment{{"LISTEN_FDS", "1"}}, Environment{{"LISTEN_PID", "7"}},
              Environment{{"LISTEN_PID", "8"}, {"LISTEN_FDS", "1"}},
              Environment{{"LISTEN_PID", "7"}, {"LISTEN_FDS", "0"}}}) {
            const auto sockets = passed_sockets(environment, 7);
            REQUIRE(sockets.has_value());
            CHECK(sockets->empty());
        }
    }

    TEST_CASE("variables that make no sense are an error") {
        for (const char* count : {"one", "-1", "", "1 ", "5000"}) {
            CAPTURE(count);
            const auto sockets = passed_sockets({{"LISTEN_PID", "7"}, {"LISTEN_FDS", count}}, 7);
            REQUIRE_FALSE(sockets.has_value());
            CHECK(sockets.error().code == Errc::invalid_parameter);
        }
        CHECK_FALSE(passed_sockets({{"LISTEN_PID", "x"}, {"LISTEN_FDS", "1"}}, 7).has_value());
    }

    TEST_CASE("a listening TCP socket has its address") {
        const int fd = listening_v4();
        REQUIRE(fd >= 0);
        CHECK(said_with(fd).starts_with("127.0.0.1:"));
        close(fd);
    }

    TEST_CASE("what is no listening TCP socket is refused with what to change") {
        const int idle = socket(AF_INET, SOCK_STREAM, 0);
        const int datagrams = socket(AF_INET, SOCK_DGRAM, 0);
        const int local = socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const void* const bytes = &address;
        REQUIRE(bind(local, static_cast<const sockaddr*>(bytes), sizeof(sa_family_t)) == 0);
        REQUIRE(listen(local, 1) == 0);
        for (const int fd : {idle, datagrams, local}) {
            const std::string said = said_with(fd);
            CAPTURE(said);
            CHECK(said.find("descriptor 3") != std::string::npos);
            CHECK(said.find("ListenStream=") != std::string::npos);
            close(fd);
        }
    }
}
