#include "simulator/key_ring.hpp"

#include <algorithm>

namespace llmr::simulator {
namespace {

constexpr std::int64_t kRequestsPerMinute = 10'000;
constexpr std::int64_t kTokensPerMinute = 2'000'000;
constexpr std::chrono::milliseconds kMinute{60'000};

}  // namespace

KeyRing::KeyRing(std::vector<std::string> keys, std::map<std::string, std::int64_t> limits)
    : keys_(std::move(keys)), limits_(limits.begin(), limits.end()) {}

bool KeyRing::accepts(std::string_view key) const {
    return open() || std::find(keys_.begin(), keys_.end(), key) != keys_.end() ||
           limits_.find(key) != limits_.end();
}

KeyRing::Use& KeyRing::use_of(std::string_view key) {
    const auto found = uses_.find(key);
    return found != uses_.end() ? found->second : uses_[std::string(key)];
}

Allowance KeyRing::take(std::string_view key) {
    const auto now = steady_now();
    const std::lock_guard lock(mutex_);
    auto& use = use_of(key);
    if (now - use.minute_start >= kMinute) {
        use.minute_start = now;
        use.minute_requests = 0;
        use.minute_tokens = 0;
    }
    ++use.requests;
    ++use.minute_requests;
    Allowance allowance;
    const auto limit = limits_.find(key);
    const bool limited = limit != limits_.end();
    allowance.request_limit = limited ? limit->second : kRequestsPerMinute;
    const auto used = limited ? use.requests : use.minute_requests;
    allowance.granted = !limited || used <= limit->second;
    allowance.requests_left = std::max<std::int64_t>(allowance.request_limit - used, 0);
    allowance.token_limit = kTokensPerMinute;
    allowance.tokens_left = std::max<std::int64_t>(kTokensPerMinute - use.minute_tokens, 0);
    allowance.reset =
        kMinute - std::chrono::duration_cast<std::chrono::milliseconds>(now - use.minute_start);
    return allowance;
}

void KeyRing::spend(std::string_view key, std::int64_t tokens) {
    const std::lock_guard lock(mutex_);
    use_of(key).minute_tokens += tokens;
}

std::map<std::string, std::int64_t> KeyRing::requests() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::int64_t> out;
    for (const auto& [key, use] : uses_) {
        out[key] = use.requests;
    }
    return out;
}

}  // namespace llmr::simulator
