#include <utility>

#include "net/http_client.hpp"

namespace llmr::net {

void Cancellation::cancel() {
    cancelled_ = true;
    if (!close_) return;
    const std::function<void()> close = std::exchange(close_, nullptr);
    close();
}

void Cancellation::arm(std::function<void()> close) {
    if (cancelled_) return close();
    close_ = std::move(close);
}

}  // namespace llmr::net
