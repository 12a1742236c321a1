// The upstream's answer on its way to the client.
#include <utility>

#include <fmt/format.h>

#include "core/ids.hpp"
#include "daemon/query/query_run.hpp"
#include "net/deadline.hpp"

namespace llmr::daemon {
namespace {

using routing::AttemptOutcome;

/// What an upstream may send after its terminal marker before its connection is given up.
constexpr std::chrono::milliseconds kTrailingWait{250};

/// Of an error that came in the place of an answer, with status 200.
AttemptOutcome outcome_of_said(const Error& error) {
    switch (error.code) {
        case Errc::context_length_exceeded:
            return AttemptOutcome::too_long;
        case Errc::content_filter:
            return AttemptOutcome::filtered;
        default:
            return AttemptOutcome::failed_early;
    }
}

}  // namespace

net::Task<void> QueryRun::relay(Attempt& attempt, net::ClientExchange& upstream) {
    providers::ExchangeSpec spec = spec_;
    spec.upstream = attempt.dialect;
    spec.model = attempt.row.model;
    spec.one_tool_call = attempt.one_tool_call;
    spec.forced_tool = attempt.forced_tool;
    attempt.exchange = providers::make_exchange(spec);
    const providers::AnswerSummary& summary = attempt.exchange->summary();

    std::string in;
    std::string out;
    std::optional<Error> broken;
    bool more = true;
    while (more && !summary.complete && !summary.error) {
        in.clear();
        auto got = co_await upstream.read_some(in);
        heartbeat_.touch();
        if (!got) {
            broken = got.error();
            break;
        }
        more = *got;
        attempt.exchange->set_timing(attempt.row.ttft_us, since_arrival());
        attempt.exchange->feed(in, out);
        if (!more) attempt.exchange->end(out);
        if (attempt.row.ttft_us == 0 && (summary.content_started || !stream_)) {
            attempt.row.ttft_us = since_arrival();
        }
        if (!stream_ || out.empty()) continue;
        const bool taken = co_await forward(attempt, out);
        if (!taken) break;
    }
    if (context_.client.stopped() != StopReason::none) {
        attempt.outcome = AttemptOutcome::client_gone;
        attempt.error = stop_error();
        co_return;
    }
    if (summary.complete && !summary.error) {
        attempt.outcome = AttemptOutcome::ok;
        attempt.slot.answered(std::chrono::microseconds(summary.load_us));
        attempt.slot.release();
        co_await finish_answer(attempt);
        if (more) co_await read_trailer(upstream);
        co_return;
    }
    error_frame_sent_ = summary.error_sent && context_.client.stream_begun();
    attempt.error = summary.error ? *summary.error
                    : broken      ? std::move(*broken)
                                  : Error(Errc::upstream_stream_cut, "the answer broke off");
    if (context_.client.stream_begun())
        late_error_frame_ = attempt.exchange->error_frame(*attempt.error);
    const bool client_has_content = context_.client.stream_begun() && summary.content_started;
    attempt.outcome = client_has_content ? AttemptOutcome::failed_late
                      : summary.error    ? outcome_of_said(*summary.error)
                                         : routing::outcome_of_broken_answer(attempt.row.locality);
}

/// What follows the terminal marker is the end of the body and usually there already: reading it
/// gives the connection back to the pool.
net::Task<void> QueryRun::read_trailer(net::ClientExchange& upstream) {
    // Not a timer of its own: the wait of one that has fired outlives it, and this query with it.
    net::Deadline limit(worker_.executor(), [this] { cancellation_.cancel(); });
    limit.set(steady_now() + kTrailingWait);
    std::string ignored;
    while (true) {
        auto got = co_await upstream.read_some(ignored);
        if (!got || !*got) break;
        ignored.clear();
    }
}

/// Sends what is ready; the head goes with the first bytes.
net::Task<bool> QueryRun::forward(Attempt& attempt, std::string& bytes) {
    if (!context_.client.stream_begun()) context_.client.begin_stream(answer_head(attempt));
    const bool ok = co_await context_.client.write(bytes);
    bytes.clear();
    co_return ok;
}

/// Before the client's last byte: its next query may come on another thread right after.
void QueryRun::remember_answer(const Attempt& attempt) {
    if (!decision_.conversation_key) return;
    Candidate by;
    by.upstream_index = attempt.upstream_index;
    by.model = attempt.row.model;
    by.locality = attempt.row.locality;
    worker_.services().conversations.remember(
        *decision_.conversation_key,
        routing::after_answer(decision_.conversation, by, decision_.classification,
                              decision_.routed, decision_.message_count),
        steady_now());
}

/// The answer is complete: its row first, its last bytes after.
net::Task<void> QueryRun::finish_answer(Attempt& attempt) {
    attempt.row.status = AttemptStatus::ok;
    attempt.row.http_client = 200;
    remember_answer(attempt);
    co_await record_close(attempt, true);
    heartbeat_.stop();
    Reply reply = answer_head(attempt);
    if (!stream_) {
        reply.body = attempt.exchange->take_tail();
        keep_response(reply.body);
        co_await context_.client.send(std::move(reply));
        co_return;
    }
    if (!context_.client.stream_begun()) context_.client.begin_stream(reply);
    const std::string tail = attempt.exchange->take_tail();
    keep_response(tail);
    co_await context_.client.end_stream(tail);
}

Reply QueryRun::answer_head(const Attempt& attempt) const {
    Reply reply;
    reply.content_type = providers::response_content_type(context_.dialect, stream_);
    add_router_headers(reply, attempt.row);
    if (attempt.queue_position > 0) {
        reply.add("x-router-queue-position", std::to_string(attempt.queue_position));
    }
    return reply;
}

void QueryRun::add_router_headers(Reply& reply, const storage::AttemptRow& row) const {
    const Classification& classified = decision_.classification;
    reply.headers.reserve(13);
    reply.add("x-router-request-id", request_id_);
    reply.add("x-router-model", row.model);
    reply.add("x-router-upstream", row.upstream);
    reply.add("x-router-local", row.locality == Locality::local ? "1" : "0");
    reply.add("x-router-type", std::string(to_string(classified.type)));
    reply.add("x-router-complexity", std::to_string(classified.complexity));
    reply.add("x-router-reason", row.reason);
    reply.add("x-router-overhead-us", std::to_string(row.router_us));
    if (row.status == AttemptStatus::ok && row.cost && !stream_) {
        reply.add("x-router-cost-usd", format_usd(*row.cost));
    }
    if (row.truncated) reply.add("x-router-truncated", "1");
    if (!ignored_.empty()) reply.add("x-router-ignored", ignored_);
    if (row.simulated) reply.add("x-router-simulated", "1");
}

}  // namespace llmr::daemon
