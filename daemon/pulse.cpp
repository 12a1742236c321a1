#include "daemon/pulse.hpp"

#include <algorithm>

namespace llmr::daemon {

void Pulse::beat(const Post& post) {
    for (std::size_t loop = 0; loop < silent_.size(); ++loop) {
        // A loop that hangs does not gather questions.
        if (silent_[loop].exchange(true)) continue;
        post(loop, [this, loop] { silent_[loop] = false; });
    }
}

bool Pulse::alive() const {
    return std::none_of(silent_.begin(), silent_.end(),
                        [](const std::atomic<bool>& silent) { return silent.load(); });
}

}  // namespace llmr::daemon
