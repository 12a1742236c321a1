#include "simulator/token_book.hpp"

namespace llmr::simulator {

void TokenBook::issue(std::string token, std::string audience, std::chrono::seconds lifetime) {
    const std::lock_guard lock(mutex_);
    tokens_[std::move(token)] = {std::move(audience), steady_now() + lifetime};
    ++issued_;
}

TokenState TokenBook::state(std::string_view token) const {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) {
        return TokenState::unknown;
    }
    return steady_now() < found->second.expires ? TokenState::valid : TokenState::expired;
}

std::string TokenBook::audience(std::string_view token) const {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(token);
    return found == tokens_.end() ? std::string() : found->second.audience;
}

std::int64_t TokenBook::issued() const {
    const std::lock_guard lock(mutex_);
    return issued_;
}

}  // namespace llmr::simulator
