#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/json.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/exchanges.hpp"

namespace llmr::providers {

/// What the relays have in common: each chunk is read for the summary, a broken one is skipped up
/// to a limit, an error is passed on in its frame, and what is held back is the tail.
class StreamRelay : public Exchange {
public:
    std::string take_tail() final {
        return tracker_.summary().complete ? std::exchange(held_, {}) : std::string();
    }
    std::string error_frame(const Error& error) final {
        return stream_error_frame(dialect_, error);
    }
    const AnswerSummary& summary() const final { return tracker_.summary(); }

protected:
    explicit StreamRelay(Dialect dialect)
        : dialect_(dialect), reader_(make_event_reader(dialect)) {}

    /// The document of a chunk that is to be passed on; nothing if it is not, which has been dealt
    /// with then. It lives in the thread's parser.
    std::optional<simdjson::dom::element> read(std::string_view chunk, std::string& out);

    AnswerTracker tracker_;
    std::string held_;

private:
    Dialect dialect_;
    std::unique_ptr<EventReader> reader_;
    EventBatch batch_;
    int malformed_ = 0;
};

}  // namespace llmr::providers
