#pragma once

#include <optional>
#include <string>

#include "providers/codec.hpp"
#include "providers/event.hpp"

namespace llmr::providers {

/// Makes of an upstream's events what the request asked for where the upstream could not be asked
/// for it: one tool call at most, or the call of a tool instead of its arguments as text
/// (ForcedCall). Created per answer.
class AnswerFilter {
public:
    explicit AnswerFilter(const ExchangeSpec& spec)
        : forced_(spec.forced_tool), one_call_(spec.one_tool_call) {}

    /// Changes `batch` in place. An error if the text is not the call that it must be.
    std::optional<Error> apply(EventBatch& batch);

private:
    void keep_one_call(EventBatch& batch);
    std::optional<Error> make_call(EventBatch& batch);

    std::string forced_;
    bool one_call_;
    std::optional<int> kept_;  ///< the number of the call that stays
    std::string text_;         ///< what is to become a call
    std::string name_;
    std::string arguments_;
};

}  // namespace llmr::providers
