#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/drain.hpp"
#include "providers/exchanges.hpp"

namespace llmr::providers {
namespace {

// Passes each event as it comes. Held back for the tail: a usage chunk after the finish reason, and
// everything behind it.
class OpenAiRelay final : public Exchange {
public:
    explicit OpenAiRelay(const ExchangeSpec& spec) : include_usage_(spec.include_usage) {}

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (tracker_.summary().complete || tracker_.summary().error) return;
        if (!tracker_.all_finished()) return tracker_.fail(cut_error());
        tracker_.set_complete();  // some servers leave out [DONE]
        write_sse(held_, "[DONE]");
    }

    std::string take_tail() override {
        return tracker_.summary().complete ? std::exchange(held_, {}) : std::string();
    }

    std::string error_frame(const Error& error) override {
        return stream_error_frame(Dialect::openai_chat, error);
    }

    const AnswerSummary& summary() const override { return tracker_.summary(); }

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](const auto& event) { take(event, out); });
    }

    void take(const SseEvent& event, std::string& out) {
        if (trim(event.data) == "[DONE]") {
            tracker_.set_complete();
            write_sse(held_, "[DONE]");
            return;
        }
        batch_.clear();
        const auto root = thread_json_parser().parse(event.data);
        if (!root || !read_openai_events(*root, batch_)) {
            if (++malformed_ > kMaxMalformedEvents)
                tracker_.fail(bad_answer("its events are not chat completion chunks"));
            return;
        }
        tracker_.note_all(batch_);
        tracker_.note_billing(read_billing(*root, event.data));
        if (batch_.error) {
            out.append(stream_error_frame(Dialect::openai_chat, *batch_.error));
            tracker_.fail(std::move(*batch_.error), /*sent=*/true);
            return;
        }
        pass(*root, event, out);
    }

    void pass(simdjson::dom::element root, const SseEvent& event, std::string& out) {
        const bool without_choices = has_no_choices(root);
        if (without_choices && !include_usage_) return;
        if (without_choices && tracker_.all_finished()) holding_ = true;
        std::string& destination = holding_ ? held_ : out;
        if (!include_usage_ && !root["usage"].error()) {
            if (const auto stripped = remove_member(event.data, "usage"))
                return write_sse(destination, *stripped, event.name);
        }
        write_sse(destination, event.data, event.name);
    }

    static bool has_no_choices(simdjson::dom::element root) {
        const auto choices = get_value(root, "choices");
        simdjson::dom::array items;
        return !choices || choices->get(items) != simdjson::SUCCESS || items.size() == 0;
    }

    bool include_usage_;
    bool holding_ = false;
    int malformed_ = 0;
    SseSplitter splitter_;
    EventBatch batch_;
    AnswerTracker tracker_;
    std::string held_;
};

}  // namespace

std::unique_ptr<Exchange> make_openai_relay(const ExchangeSpec& spec) {
    return std::make_unique<OpenAiRelay>(spec);
}

}  // namespace llmr::providers
