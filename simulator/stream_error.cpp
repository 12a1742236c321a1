#include "simulator/stream_error.hpp"

#include <utility>

namespace llmr::simulator {
namespace {

class FailingEvents : public EventSource {
public:
    FailingEvents(std::unique_ptr<EventSource> events, int count, std::string error)
        : events_(std::move(events)), left_(count), error_(std::move(error)) {}

    std::optional<int> next(std::string& out) override {
        if (left_ > 0) {
            --left_;
            if (const auto tokens = events_->next(out)) {
                return tokens;
            }
        }
        if (error_.empty()) {
            return std::nullopt;
        }
        out += std::exchange(error_, {});
        return 0;
    }

private:
    std::unique_ptr<EventSource> events_;
    int left_;
    std::string error_;
};

}  // namespace

std::unique_ptr<EventSource> with_stream_error(std::unique_ptr<EventSource> events,
                                               const Behaviour* behaviour,
                                               std::string error_event) {
    if (!behaviour || behaviour->stream_error_after < 0) {
        return events;
    }
    return std::make_unique<FailingEvents>(std::move(events), behaviour->stream_error_after,
                                           std::move(error_event));
}

std::string stream_error_message(const Behaviour* behaviour) {
    return behaviour && !behaviour->error_message.empty() ? behaviour->error_message
                                                          : "The simulated model failed.";
}

}  // namespace llmr::simulator
