// GET /router/events and /router/status: what happens now.
#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>

#include "daemon/handlers/handlers.hpp"
#include "daemon/live_events.hpp"
#include "daemon/router_status.hpp"

namespace llmr::daemon::handlers {
namespace {

constexpr std::chrono::seconds kStatusEvery{2};
/// What one write takes at most: the rest of a flood follows when the client has taken it.
constexpr std::size_t kMostInOneWrite = 100;

/// Wakes one coroutine, from any thread. Rung while nobody waits, it is not forgotten.
class Bell : public std::enable_shared_from_this<Bell> {
public:
    explicit Bell(net::Executor executor) : timer_(executor) {}

    /// On any thread.
    void ring() {
        net::asio::post(timer_.get_executor(), [self = weak_from_this()] {
            if (const auto bell = self.lock()) bell->ring_here();
        });
    }
    /// On the coroutine's own thread.
    void ring_here() {
        rung_ = true;
        timer_.cancel();
    }
    /// Until it is rung, at most until `time`.
    net::Task<void> wait_until(SteadyTime time) {
        if (!std::exchange(rung_, false)) {
            boost::system::error_code ignored;
            auto token = net::asio::redirect_error(net::use_task, ignored);
            timer_.expires_at(time);
            co_await timer_.async_wait(token);
            rung_ = false;
        }
    }

private:
    net::Timer timer_;
    bool rung_ = false;
};

Reply stream_head() {
    Reply head;
    head.content_type = "text/event-stream";
    return head;
}

/// What one listener hears, until it or the router goes.
class EventStream {
public:
    EventStream(RequestContext& context, std::shared_ptr<Bell> bell,
                std::shared_ptr<LiveEvents::Listener> listener)
        : context_(context), bell_(std::move(bell)), listener_(std::move(listener)) {}
    ~EventStream() { context_.client.unwatch(); }
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    net::Task<void> run() {
        context_.client.watch([bell = bell_](StopReason) { bell->ring_here(); }, [] {});
        context_.client.begin_stream(stream_head());
        SteadyTime status_due = steady_now();
        while (going()) {
            std::string out = news();
            if (steady_now() >= status_due) {
                out += event_text("status", router_status(context_.worker));
                status_due = steady_now() + kStatusEvery;
            }
            if (!out.empty() && !co_await context_.client.write(out)) co_return;
            if (left_.empty()) co_await bell_->wait_until(status_due);
        }
        if (context_.client.stopped() != StopReason::client_gone)
            co_await context_.client.end_stream({});
    }

private:
    bool going() const {
        return context_.client.stopped() == StopReason::none &&
               !context_.worker.services().draining;
    }

    std::string news() {
        std::string out;
        if (left_.empty()) {
            LiveEvents::Listener::Heard heard = listener_->take();
            left_ = {heard.events.begin(), heard.events.end()};
            if (heard.lost > 0)
                lost_ = event_text("gap", fmt::format("{{\"lost\":{}}}", heard.lost));
        }
        for (std::size_t i = 0; i < kMostInOneWrite && !left_.empty(); ++i) {
            out += *left_.front();
            left_.pop_front();
        }
        // What is lost came after what was kept.
        if (left_.empty()) out += std::exchange(lost_, {});
        return out;
    }

    RequestContext& context_;
    std::shared_ptr<Bell> bell_;
    std::shared_ptr<LiveEvents::Listener> listener_;
    std::deque<LiveEvents::Event> left_;
    std::string lost_;
};

}  // namespace

net::Task<void> events(RequestContext& context) {
    if (context.message.method() == boost::beast::http::verb::head) {
        Reply head = stream_head();
        co_await context.client.send(std::move(head));
        co_return;
    }
    auto bell = std::make_shared<Bell>(context.worker.executor());
    auto listener = context.worker.services().live->listen([bell] { bell->ring(); });
    if (!listener) {
        Reply reply = error_reply(
            context.dialect, Error(Errc::rate_limited, "too many listen to the events already"));
        co_await context.client.send(std::move(reply));
        co_return;
    }
    EventStream stream(context, std::move(bell), std::move(listener));
    co_await stream.run();
}

net::Task<void> status(RequestContext& context) {
    Reply reply = json_reply(router_status(context.worker));
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
