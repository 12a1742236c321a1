#include "core/host_class.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using llmr::is_loopback_host;
using llmr::is_private_host;

namespace {

enum class Expected { loopback, local_network, elsewhere };

struct Case {
    std::string_view host;
    Expected expected;
};

constexpr Case kAddresses[] = {
    {"127.0.0.1", Expected::loopback},
    {"127.255.255.254", Expected::loopback},
    {"126.255.255.255", Expected::elsewhere},
    {"128.0.0.0", Expected::elsewhere},
    {"10.0.0.0", Expected::local_network},
    {"10.255.255.255", Expected::local_network},
    {"9.255.255.255", Expected::elsewhere},
    {"11.0.0.0", Expected::elsewhere},
    {"172.15.255.255", Expected::elsewhere},
    {"172.16.0.0", Expected::local_network},
    {"172.31.255.255", Expected::local_network},
    {"172.32.0.0", Expected::elsewhere},
    {"192.167.255.255", Expected::elsewhere},
    {"192.168.0.1", Expected::local_network},
    {"192.169.0.0", Expected::elsewhere},
    {"169.253.255.255", Expected::elsewhere},
    {"169.254.0.1", Expected::local_network},
    {"169.255.0.0", Expected::elsewhere},
    {"100.63.255.255", Expected::elsewhere},
    {"100.64.0.0", Expected::local_network},
    {"100.127.255.255", Expected::local_network},
    {"100.128.0.0", Expected::elsewhere},
    {"0.0.0.0", Expected::elsewhere},
    {"8.8.8.8", Expected::elsewhere},
    {"255.255.255.255", Expected::elsewhere},
    {"::1", Expected::loopback},
    {"[::1]", Expected::loopback},
    {"0:0:0:0:0:0:0:1", Expected::loopback},
    {"::2", Expected::elsewhere},
    {"::", Expected::elsewhere},
    {"[::]", Expected::elsewhere},
    {"fc00::1", Expected::local_network},
    {"fdff:ffff::1", Expected::local_network},
    {"[FD7A:115C:A1E0::1]", Expected::local_network},
    {"fbff::1", Expected::elsewhere},
    {"fe00::1", Expected::elsewhere},
    {"fe80::1", Expected::local_network},
    {"fe80::1%eth0", Expected::local_network},
    {"febf::1", Expected::local_network},
    {"fec0::1", Expected::elsewhere},
    {"2001:4860:4860::8888", Expected::elsewhere},
    {"::ffff:127.0.0.1", Expected::loopback},
    {"[::ffff:7f00:1]", Expected::loopback},
    {"::ffff:192.168.1.1", Expected::local_network},
    {"::ffff:100.64.0.1", Expected::local_network},
    {"::ffff:8.8.8.8", Expected::elsewhere},
    {"64:ff9b::a00:1", Expected::elsewhere},
};

constexpr Case kNames[] = {
    {"localhost", Expected::loopback},
    {"LocalHost", Expected::loopback},
    {"localhost.", Expected::loopback},
    {"api.localhost", Expected::loopback},
    {"notlocalhost", Expected::local_network},
    {"ollama", Expected::local_network},
    {"my_service-2", Expected::local_network},
    {"nas.local", Expected::local_network},
    {"nas.local.", Expected::local_network},
    {"host.docker.internal", Expected::local_network},
    {"box.lan", Expected::local_network},
    {"box.home.arpa", Expected::local_network},
    {"arpa.", Expected::elsewhere},
    {"api.openai.com", Expected::elsewhere},
    {"localhost.example.com", Expected::elsewhere},
    {"local.example", Expected::elsewhere},
    {"evil-local", Expected::local_network},
    {"evil.xlocal", Expected::elsewhere},
    {"notinternal.com", Expected::elsewhere},
    {"127.0.0.1.example.com", Expected::elsewhere},
    {"10.0.0.1.nip.io", Expected::elsewhere},
    {"", Expected::elsewhere},
    {".", Expected::elsewhere},
    {".local", Expected::elsewhere},
    {".localhost", Expected::elsewhere},
    {"a..local", Expected::elsewhere},
    {"a b.local", Expected::elsewhere},
    {"evil.com#.local", Expected::elsewhere},
    {"evil.com/.internal", Expected::elsewhere},
    {"user@ollama", Expected::elsewhere},
    {"[]", Expected::elsewhere},
};

// getaddrinfo reads these as IPv4 addresses, some of them public ones.
constexpr Case kNumbers[] = {
    {"134744072", Expected::elsewhere},  {"0x8080808", Expected::elsewhere},
    {"0X8080808", Expected::elsewhere},  {"2130706433", Expected::elsewhere},
    {"127.1", Expected::elsewhere},      {"010.0.0.1", Expected::elsewhere},
    {"10.0.0.256", Expected::elsewhere}, {"10.0.0", Expected::elsewhere},
    {"10.0.0.1 ", Expected::elsewhere},
};

template <std::size_t N>
void check_all(const Case (&cases)[N]) {
    for (const Case& c : cases) {
        CAPTURE(c.host);
        CHECK(is_loopback_host(c.host) == (c.expected == Expected::loopback));
        CHECK(is_private_host(c.host) == (c.expected != Expected::elsewhere));
    }
}

}  // namespace

TEST_SUITE("host class") {
    TEST_CASE("addresses are judged by their range, at both ends of it") {
        check_all(kAddresses);
    }

    TEST_CASE("names are private only if they can be nothing else") {
        check_all(kNames);
    }

    TEST_CASE("unusual spellings of IPv4 addresses are never private") {
        check_all(kNumbers);
    }

    TEST_CASE("a name longer than DNS allows is not private") {
        CHECK_FALSE(is_private_host(std::string(254, 'a')));
        CHECK(is_private_host(std::string(63, 'a')));
    }
}
