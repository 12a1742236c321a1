#include <utility>

#include "core/json.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/drain.hpp"
#include "providers/exchanges.hpp"

namespace llmr::providers {
namespace {

// Passes each line as it comes; the line with done:true is the tail.
class OllamaRelay final : public Exchange {
public:
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
        return stream_error_frame(Dialect::ollama, error);
    }

    const AnswerSummary& summary() const override { return tracker_.summary(); }

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](const auto& event) { take(event, out); });
    }

    void take(std::string_view line, std::string& out) {
        batch_.clear();
        const auto root = thread_json_parser().parse(line);
        if (!root || !read_ollama_events(*root, batch_)) {
            if (++malformed_ > kMaxMalformedEvents)
                tracker_.fail(bad_answer("its lines are not chat answers"));
            return;
        }
        tracker_.note_all(batch_);
        if (batch_.error) {
            out.append(stream_error_frame(Dialect::ollama, *batch_.error));
            tracker_.fail(std::move(*batch_.error), /*sent=*/true);
            return;
        }
        std::string& destination = tracker_.summary().complete ? held_ : out;
        append_safe_lines(destination, line);
        destination.push_back('\n');
    }

    int malformed_ = 0;
    NdjsonSplitter splitter_;
    EventBatch batch_;
    AnswerTracker tracker_;
    std::string held_;
};

}  // namespace

std::unique_ptr<Exchange> make_ollama_relay(const ExchangeSpec&) {
    return std::make_unique<OllamaRelay>();
}

}  // namespace llmr::providers
