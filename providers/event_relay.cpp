#include <utility>

#include "core/json.hpp"
#include "providers/drain.hpp"
#include "providers/stream_relay.hpp"

namespace llmr::providers {
namespace {

// Passes named events as they come (Anthropic's dialect and Responses); the one that says that
// nothing more comes is the tail.
class EventRelay final : public StreamRelay {
public:
    explicit EventRelay(const ExchangeSpec& spec) : StreamRelay(spec.client) {}

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (!tracker_.summary().complete) tracker_.fail(cut_error());
    }

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](const auto& event) { take(event, out); });
    }

    void take(const SseEvent& event, std::string& out) {
        if (read(event.data, out))
            write_sse(tracker_.summary().complete ? held_ : out, event.data, event.name);
    }

    SseSplitter splitter_;
};

}  // namespace

std::unique_ptr<Exchange> make_event_relay(const ExchangeSpec& spec) {
    return std::make_unique<EventRelay>(spec);
}

}  // namespace llmr::providers
