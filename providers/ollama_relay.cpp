#include <utility>

#include "core/json.hpp"
#include "providers/drain.hpp"
#include "providers/stream_relay.hpp"

namespace llmr::providers {
namespace {

// Passes each line as it comes; the line with done:true is the tail.
class OllamaRelay final : public StreamRelay {
public:
    OllamaRelay() : StreamRelay(Dialect::ollama) {}

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

    void take(std::string_view line, std::string& out) {
        if (!read(line, out)) return;
        std::string& destination = tracker_.summary().complete ? held_ : out;
        append_safe_lines(destination, line);
        destination.push_back('\n');
    }

    NdjsonSplitter splitter_;
};

}  // namespace

std::unique_ptr<Exchange> make_ollama_relay(const ExchangeSpec&) {
    return std::make_unique<OllamaRelay>();
}

}  // namespace llmr::providers
