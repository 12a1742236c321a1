#include "providers/answer_body.hpp"

namespace llmr::providers {
namespace {

// Reads the answer for its summary and passes the bytes as they are.
class BodyRelay final : public BodyExchange {
public:
    explicit BodyRelay(const ExchangeSpec& spec)
        : BodyExchange(spec.client), reader_(make_event_reader(spec.upstream)) {}

private:
    Result<std::string> read_body(simdjson::dom::element root) override {
        EventBatch batch;
        const bool understood = reader_->read_answer(root, batch);
        if (batch.error) return std::move(*batch.error);
        if (!understood) return bad_answer("it is not a chat answer");
        tracker_.note_answer(batch);
        tracker_.note_billing(read_billing(root, body_));
        return std::move(body_);
    }

    std::unique_ptr<EventReader> reader_;
};

}  // namespace

std::unique_ptr<Exchange> make_body_relay(const ExchangeSpec& spec) {
    return std::make_unique<BodyRelay>(spec);
}

}  // namespace llmr::providers
