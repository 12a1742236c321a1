#include "daemon/token_cache.hpp"

#include <algorithm>
#include <utility>

namespace llmr::daemon {
namespace {

using std::chrono::seconds;

constexpr seconds kFirstPause(1);
constexpr seconds kLongestPause(30);
/// A token that is refused so soon after it was fetched is refused for what it is, not for its age.
constexpr seconds kTooYoungToBlame(10);
/// How long before its end a token is not sent any more: the request takes its time, too.
constexpr std::chrono::milliseconds kMargin(500);

}  // namespace

TokenCache::Need TokenCache::need(SteadyTime now) const {
    if (token_.empty() || now >= expires_at_) return Need::now;
    return now >= renew_at_ ? Need::soon : Need::nothing;
}

bool TokenCache::begin_fetch(SteadyTime now) {
    if (fetching_ || now < retry_at_) return false;
    fetching_ = true;
    return true;
}

void TokenCache::fetched(Secret token, seconds life, SteadyTime now) {
    token_ = std::move(token);
    fetched_at_ = now;
    const auto whole = std::max<std::chrono::milliseconds>(life, seconds(1));
    renew_at_ = now + whole * 8 / 10;
    expires_at_ = now + whole - kMargin;
    retry_at_ = SteadyTime::min();
    pause_ = seconds(0);
    fetching_ = false;
    error_.reset();
}

void TokenCache::failed(Error error, SteadyTime now) {
    pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
    retry_at_ = now + pause_;
    fetching_ = false;
    error_ = std::move(error);
}

bool TokenCache::reject(const Secret& refused, SteadyTime now) {
    if (!(refused == token_)) return !token_.empty();
    if (now - fetched_at_ < kTooYoungToBlame) return false;
    expires_at_ = now;
    return true;
}

}  // namespace llmr::daemon
