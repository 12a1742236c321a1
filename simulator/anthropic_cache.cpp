#include "simulator/anthropic_cache.hpp"

#include "simulator/hash.hpp"

namespace llmr::simulator {

CacheUse PromptCache::use(std::string_view model, const std::vector<CacheBreak>& breaks) {
    CacheUse used;
    if (breaks.empty()) {
        return used;
    }
    const std::lock_guard lock(mutex_);
    std::size_t first_new = 0;
    for (std::size_t i = 0; i < breaks.size(); ++i) {
        if (known_.contains(hash_text(model, breaks[i].hash))) {
            used.read = breaks[i].tokens;
            first_new = i + 1;
        }
    }
    std::int64_t from = used.read;
    for (std::size_t i = first_new; i < breaks.size(); ++i) {
        known_.insert(hash_text(model, breaks[i].hash));
        auto& written = breaks[i].for_an_hour ? used.written_1h : used.written_5m;
        written += breaks[i].tokens - from;
        from = breaks[i].tokens;
    }
    return used;
}

}  // namespace llmr::simulator
