#include <utility>

#include "core/json.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/drain.hpp"
#include "providers/exchanges.hpp"

namespace llmr::providers {
namespace {

// Passes named events as they come (Anthropic's dialect and Responses); the one that says that
// nothing more comes is the tail.
class EventRelay final : public Exchange {
public:
    explicit EventRelay(const ExchangeSpec& spec)
        : dialect_(spec.client), reader_(make_event_reader(spec.upstream)) {}

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (!tracker_.summary().complete) tracker_.fail(cut_error());
    }

    std::string take_tail() override {
        return tracker_.summary().complete ? std::exchange(held_, {}) : std::string();
    }

    std::string error_frame(const Error& error) override {
        return stream_error_frame(dialect_, error);
    }

    const AnswerSummary& summary() const override { return tracker_.summary(); }

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](const auto& event) { take(event, out); });
    }

    void take(const SseEvent& event, std::string& out) {
        batch_.clear();
        const auto root = thread_json_parser().parse(event.data);
        if (!root || !reader_->read_chunk(*root, batch_)) {
            if (++malformed_ > kMaxMalformedEvents)
                tracker_.fail(bad_answer("its events are not those of its dialect"));
            return;
        }
        tracker_.note_all(batch_);
        tracker_.note_billing(read_billing(*root, event.data));
        if (batch_.error) {
            out.append(stream_error_frame(dialect_, *batch_.error));
            tracker_.fail(std::move(*batch_.error), /*sent=*/true);
            return;
        }
        write_sse(tracker_.summary().complete ? held_ : out, event.data, event.name);
    }

    Dialect dialect_;
    std::unique_ptr<EventReader> reader_;
    int malformed_ = 0;
    SseSplitter splitter_;
    EventBatch batch_;
    AnswerTracker tracker_;
    std::string held_;
};

}  // namespace

std::unique_ptr<Exchange> make_event_relay(const ExchangeSpec& spec) {
    return std::make_unique<EventRelay>(spec);
}

}  // namespace llmr::providers
