#include "routing/retry_budget.hpp"

#include <algorithm>
#include <chrono>

namespace llmr::routing {

void RetryBudget::on_success() {
    balance_ = std::min(kReserve, balance_ + percent_ / 100.0);
}

double RetryBudget::balance(SteadyTime now) const {
    if (counted_ == SteadyTime() || now <= counted_) return balance_;
    const std::chrono::duration<double> passed = now - counted_;
    return std::min(kReserve, balance_ + passed.count());
}

bool RetryBudget::available(SteadyTime now) const {
    return balance(now) >= 1;
}

bool RetryBudget::take(SteadyTime now) {
    balance_ = balance(now);
    counted_ = std::max(counted_, now);
    if (balance_ < 1) return false;
    balance_ -= 1;
    return true;
}

}  // namespace llmr::routing
