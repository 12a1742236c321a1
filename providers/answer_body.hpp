#pragma once

#include <string>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/answer_tracker.hpp"
#include "providers/exchanges.hpp"

namespace llmr::providers {

/// An exchange whose upstream answers with one JSON document: it gathers the body, gives the parsed
/// document to `read_body` at the end, and has that result as its tail.
class BodyExchange : public Exchange {
public:
    void feed(std::string_view upstream_bytes, std::string&) final;
    void end(std::string&) final;
    std::string take_tail() final;
    std::string error_frame(const Error& error) final { return stream_error_frame(client_, error); }
    const AnswerSummary& summary() const final { return tracker_.summary(); }

protected:
    explicit BodyExchange(Dialect client) : client_(client) {}

    /// The client's body, or the error.
    virtual Result<std::string> read_body(simdjson::dom::element root) = 0;

    AnswerTracker tracker_;
    std::string body_;  ///< the upstream's bytes; may be moved out in read_body

private:
    Dialect client_;
    std::string tail_;
};

}  // namespace llmr::providers
