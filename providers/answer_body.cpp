#include "providers/answer_body.hpp"

namespace llmr::providers {

void BodyExchange::feed(std::string_view upstream_bytes, std::string&) {
    if (tracker_.summary().error) return;
    if (body_.size() + upstream_bytes.size() > kMaxAnswerBytes)
        return tracker_.fail(bad_answer("it is longer than 256 MiB"));
    body_.append(upstream_bytes);
}

void BodyExchange::end(std::string&) {
    if (tracker_.summary().error || tracker_.summary().complete) return;
    // Some servers send blank lines while they think; the parser skips them.
    const auto root = thread_json_parser().parse(body_);
    if (!root) {
        const bool empty = trim(body_).empty();
        return tracker_.fail(bad_answer(empty ? "it is empty" : "it is not JSON"));
    }
    auto tail = read_body(*root);
    if (!tail) return tracker_.fail(tail.error());
    tail_ = std::move(*tail);
    tracker_.set_complete();
}

std::string BodyExchange::take_tail() {
    return tracker_.summary().complete ? std::exchange(tail_, {}) : std::string();
}

}  // namespace llmr::providers
