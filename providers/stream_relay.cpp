#include "providers/stream_relay.hpp"

namespace llmr::providers {

std::optional<simdjson::dom::element> StreamRelay::read(std::string_view chunk, std::string& out) {
    batch_.clear();
    const auto root = thread_json_parser().parse(chunk);
    if (!root || !reader_->read_chunk(*root, batch_)) {
        if (++malformed_ > kMaxMalformedEvents)
            tracker_.fail(bad_answer("its events are not those of its dialect"));
        return std::nullopt;
    }
    tracker_.note_all(batch_);
    tracker_.note_billing(read_billing(*root, chunk));
    if (batch_.error) {
        out.append(stream_error_frame(dialect_, *batch_.error));
        tracker_.fail(std::move(*batch_.error), /*sent=*/true);
        return std::nullopt;
    }
    return *root;
}

}  // namespace llmr::providers
