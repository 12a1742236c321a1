#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/answer_body.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/answer_writer.hpp"
#include "providers/exchanges.hpp"
#include "providers/ndjson.hpp"
#include "providers/sse.hpp"

namespace llmr::providers {
namespace {

std::optional<Error> write_batch(const EventBatch& batch, AnswerWriter& writer, std::string& out) {
    for (const Event& event : batch.events) {
        if (auto bad = writer.write(event, out)) return bad;
    }
    return std::nullopt;
}

// What both directions share; the framing of the upstream is the parameter.
class StreamTranslation : public Exchange {
public:
    StreamTranslation(Dialect client, std::unique_ptr<AnswerWriter> writer)
        : client_(client), writer_(std::move(writer)) {}

    std::string take_tail() final {
        if (!tracker_.summary().complete || std::exchange(tail_taken_, true)) return {};
        return writer_->tail(tracker_.summary(), timing_);
    }

    void set_timing(std::int64_t first_byte_us, std::int64_t total_us) final {
        timing_ = {first_byte_us, total_us};
    }

    const AnswerSummary& summary() const final { return tracker_.summary(); }

protected:
    using ReadEvents = bool (*)(simdjson::dom::element, EventBatch&);

    bool running() const { return !tracker_.summary().error && !tracker_.summary().complete; }

    void take(std::string_view payload, ReadEvents read_events, std::string& out) {
        batch_.clear();
        const auto root = thread_json_parser().parse(payload);
        if (!root || !read_events(*root, batch_)) {
            if (++malformed_ > kMaxMalformedEvents)
                tracker_.fail(bad_answer("its events are not chat answers"));
            return;
        }
        tracker_.note_billing(read_billing(*root, payload));
        if (batch_.error) {
            out.append(stream_error_frame(client_, *batch_.error));
            tracker_.fail(std::move(*batch_.error), /*sent=*/true);
            return;
        }
        write_events(out);
    }

    // The upstream's terminal marker is not an event of its dialect's chunks.
    void terminate(std::string& out) {
        batch_.clear();
        batch_.add(Event::Kind::terminal);
        write_events(out);
    }

    AnswerTracker tracker_;

private:
    void write_events(std::string& out) {
        tracker_.note_all(batch_);
        if (auto bad = write_batch(batch_, *writer_, out)) tracker_.fail(std::move(*bad));
    }

    Dialect client_;
    std::unique_ptr<AnswerWriter> writer_;
    EventBatch batch_;
    AnswerTiming timing_;
    int malformed_ = 0;
    bool tail_taken_ = false;
};

class FromOpenAi final : public StreamTranslation {
public:
    explicit FromOpenAi(const ExchangeSpec& spec)
        : StreamTranslation(spec.client, make_ollama_stream_writer(spec)) {}

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (!running()) return;
        if (tracker_.all_finished())
            terminate(out);  // some servers leave out [DONE]
        else
            tracker_.fail(cut_error());
    }

private:
    void drain(std::string& out) {
        SseEvent event;
        while (splitter_.next(event)) {
            if (!running()) continue;
            if (trim(event.data) == "[DONE]")
                terminate(out);
            else
                take(event.data, read_openai_events, out);
        }
        if (splitter_.failed() && !tracker_.summary().complete)
            tracker_.fail(bad_answer("an event is longer than 1 MiB"));
    }

    SseSplitter splitter_;
};

class FromOllama final : public StreamTranslation {
public:
    explicit FromOllama(const ExchangeSpec& spec)
        : StreamTranslation(spec.client, make_openai_stream_writer(spec)) {}

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (running()) tracker_.fail(cut_error());
    }

private:
    void drain(std::string& out) {
        std::string_view line;
        while (splitter_.next(line)) {
            if (running()) take(line, read_ollama_events, out);
        }
        if (splitter_.failed() && !tracker_.summary().complete)
            tracker_.fail(bad_answer("a line is longer than 8 MiB"));
    }

    NdjsonSplitter splitter_;
};

class BodyTranslation final : public BodyExchange {
public:
    explicit BodyTranslation(const ExchangeSpec& spec)
        : upstream_(spec.upstream),
          writer_(spec.client == Dialect::ollama ? make_ollama_body_writer(spec)
                                                 : make_openai_body_writer(spec)) {}

    void set_timing(std::int64_t first_byte_us, std::int64_t total_us) override {
        timing_ = {first_byte_us, total_us};
    }

private:
    Result<std::string> read_body(simdjson::dom::element root) override {
        EventBatch batch;
        const bool understood = upstream_ == Dialect::ollama ? read_ollama_events(root, batch)
                                                             : read_openai_events(root, batch);
        if (batch.error) return std::move(*batch.error);
        if (!understood || batch.events.empty()) return bad_answer("it is not a chat answer");
        batch.add(Event::Kind::terminal);
        tracker_.note_answer(batch);
        tracker_.note_billing(read_billing(root, body_));
        std::string nothing;
        if (auto bad = write_batch(batch, *writer_, nothing)) return std::move(*bad);
        return writer_->tail(tracker_.summary(), timing_);
    }

    Dialect upstream_;
    std::unique_ptr<AnswerWriter> writer_;
    AnswerTiming timing_;
};

}  // namespace

std::unique_ptr<Exchange> make_stream_translation(const ExchangeSpec& spec) {
    if (spec.upstream == Dialect::ollama) return std::make_unique<FromOllama>(spec);
    return std::make_unique<FromOpenAi>(spec);
}

std::unique_ptr<Exchange> make_body_translation(const ExchangeSpec& spec) {
    return std::make_unique<BodyTranslation>(spec);
}

}  // namespace llmr::providers
