#pragma once

#include <bitset>

#include "core/tokens.hpp"
#include "providers/billing.hpp"
#include "providers/codec.hpp"
#include "providers/event.hpp"

namespace llmr::providers {

/// Listens to the events of an answer and keeps its summary. Not thread-safe.
class AnswerTracker {
public:
    void note(const Event& event);
    void note_all(const EventBatch& batch) {
        for (const Event& event : batch.events)
            note(event);
    }
    /// A whole answer at once: where it states its usage, nothing is estimated.
    void note_answer(const EventBatch& answer);
    /// What a chunk or an answer says of its price; the last word counts.
    void note_billing(const Billing& billing) {
        if (billing.stated_cost) summary_.stated_cost = billing.stated_cost;
        if (billing.service) summary_.service = *billing.service;
    }

    /// Every choice that was seen has its finish reason: only the terminal marker is missing.
    bool all_finished() const { return finished_.any() && (seen_ & ~finished_).none(); }
    bool running() const { return !summary_.error && !summary_.complete; }
    void set_complete() { summary_.complete = true; }
    /// Keeps the first error.
    void fail(Error error, bool sent = false);

    const AnswerSummary& summary() const { return summary_; }

private:
    static constexpr std::size_t kMaxChoices = 128;  // the largest `n` that OpenAI allows

    void estimate(std::string_view text);

    AnswerSummary summary_;
    TokenEstimator relayed_;
    bool estimates_ = true;
    std::bitset<kMaxChoices> seen_;
    std::bitset<kMaxChoices> finished_;
    bool tool_call_seen_ = false;
};

/// The answer ended before its terminal marker.
Error cut_error();
/// The answer is not what the dialect promises.
Error bad_answer(std::string_view what);

}  // namespace llmr::providers
