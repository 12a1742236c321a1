#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/drain.hpp"
#include "providers/stream_relay.hpp"

namespace llmr::providers {
namespace {

// Passes each event as it comes. Held back for the tail: a usage chunk after the finish reason, and
// everything behind it.
class OpenAiRelay final : public StreamRelay {
public:
    explicit OpenAiRelay(const ExchangeSpec& spec)
        : StreamRelay(Dialect::openai_chat), include_usage_(spec.include_usage) {}

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

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](const auto& event) { take(event, out); });
    }

    void take(const SseEvent& event, std::string& out) {
        if (trim(event.data) == "[DONE]") {
            tracker_.set_complete();
            write_sse(held_, "[DONE]");
        } else if (const auto root = read(event.data, out)) {
            pass(*root, event, out);
        }
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
    SseSplitter splitter_;
};

}  // namespace

std::unique_ptr<Exchange> make_openai_relay(const ExchangeSpec& spec) {
    return std::make_unique<OpenAiRelay>(spec);
}

}  // namespace llmr::providers
