#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace llmr::simulator {

enum class TokenState { valid, unknown, expired };

/// The access tokens that the identity server issued, for the servers that accept them.
/// Thread-safe.
class TokenBook {
public:
    /// Notes a token that is good for this audience (Google: scope) for so long from now.
    void issue(std::string token, std::string audience, std::chrono::seconds lifetime);
    TokenState state(std::string_view token) const;
    /// The audience of a token, empty if it was never issued.
    std::string audience(std::string_view token) const;
    std::int64_t issued() const;

private:
    struct Issued {
        std::string audience;
        SteadyTime expires;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Issued, std::less<>> tokens_;
    std::int64_t issued_ = 0;
};

}  // namespace llmr::simulator
