#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "core/chat_request.hpp"
#include "core/clock.hpp"

namespace llmr::routing {

/// Notices that a user asks the same again soon after: a sign that the answer did not do. At most
/// one repetition a minute counts for each user, so that a program that polls says little.
/// Remembers the last question of some thousand users, as hashes. Thread-safe.
class RepeatDetector {
public:
    static constexpr std::chrono::seconds kSoon{60};

    /// `user`: of key and session. `turn`: of the last user turn, 0 if there is none.
    bool is_repeated(std::uint64_t user, std::uint64_t turn, SteadyTime now);

private:
    struct Last {
        std::uint64_t user = 0;
        std::uint64_t turn = 0;
        SteadyTime asked{};
        SteadyTime counted{};
    };
    std::mutex mutex_;
    std::array<Last, 2048> last_{};
};

/// Of who asks.
std::uint64_t user_hash(std::string_view key_id, std::string_view session);
/// Of the last user turn's beginning, length and end; 0 if there is none.
std::uint64_t turn_hash(const ChatRequest& request);

}  // namespace llmr::routing
