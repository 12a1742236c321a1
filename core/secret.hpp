#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmr {

/// A credential. It has no operator<< and no formatter, so it cannot be printed by accident;
/// `reveal()` is for the header that carries it, and for nothing else.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string value_;
};

using Sha256 = std::array<std::uint8_t, 32>;
Sha256 sha256(std::string_view data);
/// Constant time in the contents.
bool equal(const Sha256& a, const Sha256& b);
/// The first 8 hexadecimal digits of the hash: names a key in rows and logs without revealing it.
std::string key_id(const Sha256& hash);

}  // namespace llmr
