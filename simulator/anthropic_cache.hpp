#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace llmr::simulator {

/// A place in a prompt up to which it is to be cached.
struct CacheBreak {
    std::int64_t tokens = 0;  ///< of the prompt up to here
    std::uint64_t hash = 0;   ///< of its text
    bool for_an_hour = false;
};

/// Which tokens of a prompt came from the cache, and which went into it.
struct CacheUse {
    std::int64_t read = 0;
    std::int64_t written_5m = 0;
    std::int64_t written_1h = 0;

    std::int64_t written() const { return written_5m + written_1h; }
};

/// Prefixes that were asked to be cached, for as long as the server runs; however short they are,
/// unlike the real one. The longest that is known is read, the rest up to the last break written.
/// Thread-safe.
class PromptCache {
public:
    CacheUse use(std::string_view model, const std::vector<CacheBreak>& breaks);

private:
    std::mutex mutex_;
    std::unordered_set<std::uint64_t> known_;
};

}  // namespace llmr::simulator
