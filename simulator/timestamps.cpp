#include "simulator/timestamps.hpp"

#include <chrono>
#include <cstdint>
#include <string>

#include "core/text.hpp"

namespace llmr::simulator {

std::string_view rfc3339_now() {
    constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
    constexpr std::size_t kDigits = 9;
    constexpr std::size_t kFraction = 20;  // after "2026-01-31T12:00:00."
    thread_local std::int64_t made_for = -1;
    thread_local std::string text;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
    const std::int64_t second = nanos / kNanosPerSecond;
    if (second != made_for) {
        text = iso8601(second * 1000).substr(0, kFraction);
        text.append(kDigits, '0');
        text += 'Z';
        made_for = second;
    }
    std::int64_t rest = nanos % kNanosPerSecond;
    for (std::size_t i = kDigits; i > 0; --i) {
        text[kFraction + i - 1] = static_cast<char>('0' + rest % 10);
        rest /= 10;
    }
    return text;
}

}  // namespace llmr::simulator
