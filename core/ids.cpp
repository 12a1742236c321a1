#include "core/ids.hpp"

#include <cstdint>
#include <random>
#include <string_view>

#include "core/clock.hpp"

namespace llmr {
namespace {

// One generator per thread: no lock, and 256 bits of seed keep threads and restarts apart.
std::mt19937_64& generator() {
    thread_local std::mt19937_64 engine = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device(),
                           device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }();
    return engine;
}

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The low 5 * digits bits of `bits`, most significant digit first.
void append_base32(std::string& out, std::uint64_t bits, int digits) {
    for (int shift = 5 * (digits - 1); shift >= 0; shift -= 5) {
        out += kCrockford[(bits >> shift) & 0x1f];
    }
}

}  // namespace

std::string new_request_id() {
    std::mt19937_64& random = generator();
    std::string id;
    id.reserve(26);
    append_base32(id, static_cast<std::uint64_t>(utc_ms()) & 0xffff'ffff'ffffULL, 10);
    append_base32(id, random(), 8);
    append_base32(id, random(), 8);
    return id;
}

std::string random_alnum(std::size_t length) {
    constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::uniform_int_distribution<std::size_t> index(0, kAlphabet.size() - 1);
    std::mt19937_64& random = generator();
    std::string text(length, '\0');
    for (char& c : text)
        c = kAlphabet[index(random)];
    return text;
}

}  // namespace llmr
