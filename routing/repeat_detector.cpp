#include "routing/repeat_detector.hpp"

#include <algorithm>
#include <functional>

namespace llmr::routing {
namespace {

constexpr std::size_t kEdge = 2048;  ///< bytes that are compared at either end

std::uint64_t joined(std::uint64_t left, std::uint64_t right) {
    return left * 0x9e3779b97f4a7c15ULL ^ (right + (left >> 17));
}

std::uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>{}(text);
}

}  // namespace

bool RepeatDetector::is_repeated(std::uint64_t user, std::uint64_t turn, SteadyTime now) {
    if (turn == 0) return false;
    const std::lock_guard lock(mutex_);
    Last& last = last_[user % last_.size()];
    const bool same = last.user == user && last.turn == turn && now - last.asked < kSoon;
    const bool fresh = last.user != user;
    const bool counts = same && (last.counted == SteadyTime{} || now - last.counted >= kSoon);
    last.user = user;
    last.turn = turn;
    last.asked = now;
    if (counts) last.counted = now;
    if (fresh) last.counted = {};
    return counts;
}

std::uint64_t user_hash(std::string_view key_id, std::string_view session) {
    return joined(hash_of(key_id), hash_of(session)) | 1;
}

std::uint64_t turn_hash(const ChatRequest& request) {
    const auto last = std::find_if(request.messages.rbegin(), request.messages.rend(),
                                   [](const Message& m) { return m.role == Role::user; });
    if (last == request.messages.rend()) return 0;
    std::uint64_t hash = 1;
    for (const ContentPart& part : last->parts) {
        const std::string_view text = part.text;
        hash = joined(hash, hash_of(text.substr(0, kEdge)));
        if (text.size() > kEdge)
            hash = joined(hash, hash_of(text.substr(text.size() - kEdge)) + text.size());
    }
    return hash | 1;
}

}  // namespace llmr::routing
