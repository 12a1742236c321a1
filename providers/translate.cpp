#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/answer_body.hpp"
#include "providers/answer_filter.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/answer_writer.hpp"
#include "providers/drain.hpp"
#include "providers/exchanges.hpp"

namespace llmr::providers {
namespace {

std::optional<Error> write_batch(const EventBatch& batch, AnswerWriter& writer, std::string& out) {
    for (const Event& event : batch.events) {
        if (auto bad = writer.write(event, out)) return bad;
    }
    return std::nullopt;
}

// What both framings share.
class StreamTranslation : public Exchange {
public:
    explicit StreamTranslation(const ExchangeSpec& spec)
        : reader_(make_event_reader(spec.upstream)),
          writer_(make_answer_writer(spec)),
          filter_(spec) {}

    std::string take_tail() final {
        if (!tracker_.summary().complete || std::exchange(tail_taken_, true)) return {};
        return writer_->tail(tracker_.summary(), timing_);
    }

    void set_timing(std::int64_t first_byte_us, std::int64_t total_us) final {
        timing_ = {first_byte_us, total_us};
    }

    std::string error_frame(const Error& error) final { return writer_->error_frame(error); }

    const AnswerSummary& summary() const final { return tracker_.summary(); }

protected:
    void take(std::string_view payload, std::string& out) {
        batch_.clear();
        const auto root = thread_json_parser().parse(payload);
        if (!root || !reader_->read_chunk(*root, batch_)) {
            if (++malformed_ > kMaxMalformedEvents)
                tracker_.fail(bad_answer("its events are not chat answers"));
            return;
        }
        tracker_.note_billing(read_billing(*root, payload));
        if (batch_.error) {
            out.append(writer_->error_frame(*batch_.error));
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
        if (auto bad = filter_.apply(batch_)) return tracker_.fail(std::move(*bad));
        tracker_.note_all(batch_);
        if (auto bad = write_batch(batch_, *writer_, out)) tracker_.fail(std::move(*bad));
    }

    std::unique_ptr<EventReader> reader_;
    std::unique_ptr<AnswerWriter> writer_;
    AnswerFilter filter_;
    EventBatch batch_;
    AnswerTiming timing_;
    int malformed_ = 0;
    bool tail_taken_ = false;
};

class FromSse final : public StreamTranslation {
public:
    using StreamTranslation::StreamTranslation;

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (!tracker_.running()) return;
        if (tracker_.all_finished())
            terminate(out);  // some servers leave out their terminal marker
        else
            tracker_.fail(cut_error());
    }

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](const SseEvent& event) {
            if (trim(event.data) == "[DONE]")
                terminate(out);
            else
                take(event.data, out);
        });
    }

    SseSplitter splitter_;
};

class FromNdjson final : public StreamTranslation {
public:
    using StreamTranslation::StreamTranslation;

    void feed(std::string_view upstream_bytes, std::string& out) override {
        splitter_.feed(upstream_bytes);
        drain(out);
    }

    void end(std::string& out) override {
        splitter_.finish();
        drain(out);
        if (tracker_.running()) tracker_.fail(cut_error());
    }

private:
    void drain(std::string& out) {
        providers::drain(splitter_, tracker_, [&](std::string_view line) { take(line, out); });
    }

    NdjsonSplitter splitter_;
};

class BodyTranslation final : public BodyExchange {
public:
    explicit BodyTranslation(const ExchangeSpec& spec)
        : BodyExchange(spec.client),
          reader_(make_event_reader(spec.upstream)),
          writer_(make_answer_writer(spec)),
          filter_(spec) {}

    void set_timing(std::int64_t first_byte_us, std::int64_t total_us) override {
        timing_ = {first_byte_us, total_us};
    }

private:
    Result<std::string> read_body(simdjson::dom::element root) override {
        EventBatch batch;
        const bool understood = reader_->read_answer(root, batch);
        if (batch.error) return std::move(*batch.error);
        if (!understood || batch.events.empty()) return bad_answer("it is not a chat answer");
        batch.add(Event::Kind::terminal);
        if (auto bad = filter_.apply(batch)) return std::move(*bad);
        tracker_.note_answer(batch);
        tracker_.note_billing(read_billing(root, body_));
        std::string nothing;
        if (auto bad = write_batch(batch, *writer_, nothing)) return std::move(*bad);
        return writer_->tail(tracker_.summary(), timing_);
    }

    std::unique_ptr<EventReader> reader_;
    std::unique_ptr<AnswerWriter> writer_;
    AnswerFilter filter_;
    AnswerTiming timing_;
};

}  // namespace

std::unique_ptr<Exchange> make_stream_translation(const ExchangeSpec& spec) {
    if (spec.upstream == Dialect::ollama) return std::make_unique<FromNdjson>(spec);
    return std::make_unique<FromSse>(spec);
}

std::unique_ptr<Exchange> make_body_translation(const ExchangeSpec& spec) {
    return std::make_unique<BodyTranslation>(spec);
}

}  // namespace llmr::providers
