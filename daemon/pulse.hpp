#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

namespace llmr::daemon {

/// Whether event loops turn: each is handed a function, and answers by running it. Does nothing by
/// itself; who asks decides when.
class Pulse {
public:
    using Post = std::function<void(std::size_t loop, std::function<void()> answer)>;

    explicit Pulse(std::size_t loops) : silent_(loops) {}

    /// Hands every loop an answer to run, except to those that still owe one. One thread at a time;
    /// the answers may run on any, while the Pulse lives.
    void beat(const Post& post);
    /// No loop owes an answer. True before the first beat.
    bool alive() const;

private:
    std::vector<std::atomic<bool>> silent_;
};

}  // namespace llmr::daemon
