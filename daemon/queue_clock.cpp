#include "daemon/queue_clock.hpp"

#include <boost/asio/post.hpp>

namespace llmr::daemon {

QueueClock::QueueClock(net::Executor executor, routing::Admission& admission)
    : executor_(executor), admission_(admission), timer_(executor) {
    admission_.on_due(
        [this](SteadyTime due) { net::asio::post(executor_, [this, due] { arm(due); }); });
}

void QueueClock::arm(SteadyTime due) {
    if (due >= armed_for_) return;
    armed_for_ = due;
    timer_.expires_at(due);
    timer_.async_wait([this](boost::system::error_code ec) {
        if (ec) return;
        armed_for_ = SteadyTime::max();
        admission_.advance();
    });
}

}  // namespace llmr::daemon
