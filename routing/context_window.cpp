#include "routing/context_window.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

namespace llmr::routing {
namespace {

constexpr std::int64_t kUnstatedAnswer = 1024;
/// A client may ask for an answer of any length; a window is not loaded for what hardly comes.
constexpr std::int64_t kLongestAnswer = 8192;
/// Names made up by clients must not fill the memory: beyond these, models share the usual window.
constexpr std::size_t kMostModels = 4096;

}  // namespace

std::int64_t ContextWindows::choose(std::size_t upstream_index, std::string_view model,
                                    std::int64_t needed, std::int64_t trained) {
    const std::lock_guard lock(mutex_);
    const std::int64_t limit =
        std::min(most_, trained > 0 ? trained : std::numeric_limits<std::int64_t>::max());
    Key key(upstream_index, model);
    const auto known = windows_.find(key);
    const bool chosen = known != windows_.end() && known->second.chosen > 0;
    std::int64_t window = std::min(chosen ? known->second.chosen : usual_, limit);
    while (window < needed && window < limit)
        window = std::min(window * 2, limit);
    if (known != windows_.end()) {
        known->second.chosen = window;
    } else if (windows_.size() < kMostModels) {
        windows_.emplace(std::move(key), Window{window, 0});
    }
    return window;
}

void ContextWindows::prefer(std::size_t upstream_index, std::string_view model,
                            std::int64_t window) {
    const std::lock_guard lock(mutex_);
    if (window <= 0) return;
    const std::int64_t wanted = std::min(window, most_);
    const auto known = windows_.find(Key(upstream_index, model));
    if (known != windows_.end()) {
        if (known->second.chosen == 0) known->second.chosen = wanted;
    } else if (windows_.size() < kMostModels) {
        windows_.emplace(Key(upstream_index, model), Window{wanted, 0});
    }
}

void ContextWindows::is_loaded_with(std::size_t upstream_index, std::string_view model,
                                    std::int64_t window) {
    const std::lock_guard lock(mutex_);
    if (window <= 0) return;
    const std::int64_t wanted = window > most_ ? 0 : window;  // no more than it may have here
    const auto known = windows_.find(Key(upstream_index, model));
    if (known != windows_.end()) {
        const std::int64_t chosen = known->second.chosen;
        known->second.chosen = std::max(chosen > 0 ? chosen : usual_, wanted);
        known->second.held = window;
    } else if (windows_.size() < kMostModels) {
        windows_.emplace(Key(upstream_index, model), Window{std::max(wanted, usual_), window});
    }
}

bool ContextWindows::loads_again(std::size_t upstream_index, std::string_view model,
                                 std::int64_t window) {
    const std::lock_guard lock(mutex_);
    const auto known = windows_.find(Key(upstream_index, model));
    if (known == windows_.end()) return false;
    const std::int64_t before = std::exchange(known->second.held, window);
    return before != 0 && before != window;
}

void ContextWindows::reconfigure(std::int64_t usual, std::int64_t most) {
    const std::lock_guard lock(mutex_);
    if (usual == usual_ && most == most_) return;
    usual_ = usual;
    most_ = most;
    for (auto& [key, window] : windows_)
        window.chosen = 0;
}

std::int64_t tokens_needed(std::int64_t input_tokens, std::int64_t max_output_tokens) {
    const std::int64_t answer = max_output_tokens > 0 ? max_output_tokens : kUnstatedAnswer;
    return input_tokens + input_tokens / 4 + std::min(answer, kLongestAnswer);
}

bool is_truncated(std::int64_t estimated, std::int64_t counted, std::int64_t num_ctx) {
    if (num_ctx <= 0 || counted <= 0) return false;
    if (counted >= num_ctx - 1) return true;
    if (estimated * 10 < num_ctx * 7) return false;
    const std::int64_t shifted = num_ctx / 2 + 2;
    if (std::abs(counted - shifted) <= 2) return true;
    // Much less is what old versions count of a prompt whose beginning they had cached.
    return counted * 10 < estimated * 7 && counted * 4 >= num_ctx;
}

}  // namespace llmr::routing
