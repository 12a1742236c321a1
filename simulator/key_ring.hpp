#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace llmr::simulator {

/// What a key may still do, as rate-limit headers tell it.
struct Allowance {
    bool granted = true;  ///< false: this request is over the limit
    std::int64_t request_limit = 0;
    std::int64_t requests_left = 0;
    std::int64_t token_limit = 0;
    std::int64_t tokens_left = 0;
    std::chrono::milliseconds reset{0};  ///< until the whole limit is there again
};

/// The API keys that one server accepts, and what each was used for. Limits are per minute, as
/// providers have them, and never reached; but a key may be limited to its first requests, for
/// good. Thread-safe.
class KeyRing {
public:
    /// No keys: any is accepted, none too. Keys with a limit are accepted anyway.
    KeyRing(std::vector<std::string> keys, std::map<std::string, std::int64_t> limits);

    /// Whether a request needs no key at all.
    bool open() const { return keys_.empty(); }
    bool accepts(std::string_view key) const;
    /// Counts a request of the key.
    Allowance take(std::string_view key);
    /// Counts the tokens of an answer.
    void spend(std::string_view key, std::int64_t tokens);
    /// Requests of each key so far, refused ones too.
    std::map<std::string, std::int64_t> requests() const;

private:
    struct Use {
        std::int64_t requests = 0;
        SteadyTime minute_start{};
        std::int64_t minute_requests = 0;
        std::int64_t minute_tokens = 0;
    };
    Use& use_of(std::string_view key);

    const std::vector<std::string> keys_;
    const std::map<std::string, std::int64_t, std::less<>> limits_;
    mutable std::mutex mutex_;
    std::map<std::string, Use, std::less<>> uses_;
};

}  // namespace llmr::simulator
