// One attempt of a query: admission and open row; what it says of the upstream afterwards.
#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "daemon/query/budget_access.hpp"
#include "daemon/query/query_run.hpp"
#include "routing/retry_after.hpp"
#include "routing/retry_hint.hpp"

namespace llmr::daemon {
namespace {

using routing::AttemptOutcome;

}  // namespace

net::Task<void> QueryRun::make_attempt(Attempt& attempt, const Candidate& candidate) {
    attempt.queued_at = steady_now();
    if (!worker_.breakers().at(candidate.upstream_index, candidate.model).allow(steady_now()) &&
        decision_.plan.candidates.size() > 1) {
        attempt.error = Error(Errc::upstream_unreachable,
                              fmt::format("{} failed repeatedly and is resting", candidate.model));
        co_return;
    }
    const bool admitted = co_await admit(attempt, candidate);
    if (!admitted) co_return;
    attempt.row.queue_us = micros_between(attempt.queued_at, steady_now());
    const bool recorded = co_await record_open(attempt);
    if (!recorded) co_return;
    co_await dispatch(attempt, candidate);
}

/// Waits for a slot of the local model. False: refused, or the client left.
net::Task<bool> QueryRun::admit(Attempt& attempt, const Candidate& candidate) {
    if (candidate.locality != Locality::local) co_return true;
    auto& admission = *worker_.services().admission;
    auto& metrics = *worker_.services().metrics;
    attempt.slot = admission.try_acquire(candidate.upstream_index, candidate.model);
    if (attempt.slot) {
        metrics.observe_queue_wait(worker_.index(), 0);
        co_return true;
    }
    auto signal = std::make_shared<Signal>();
    auto granted = [signal, executor = worker_.executor()] {
        net::asio::post(executor, [signal] { signal->fire(true); });
    };
    auto answer = admission.acquire(candidate.upstream_index, candidate.model, std::move(granted));
    if (answer.answer == routing::Admission::Answer::granted) {
        attempt.slot = std::move(answer.slot);
        metrics.observe_queue_wait(worker_.index(), 0);
        co_return true;
    }
    if (answer.answer == routing::Admission::Answer::full) {
        Error error(Errc::queue_full, fmt::format("the queue of {} is full: {} queries wait",
                                                  candidate.model, answer.waiting));
        error.retry_after_seconds = routing::retry_hint_seconds(answer.wait);
        attempt.error = std::move(error);
        co_return false;
    }
    attempt.queue_position = answer.position;
    const bool has_slot = co_await wait_for_slot(attempt, answer.waiter, signal);
    co_return has_slot;
}

net::Task<bool> QueryRun::wait_for_slot(Attempt& attempt,
                                        std::shared_ptr<routing::Admission::Waiter> waiter,
                                        std::shared_ptr<Signal> signal) {
    auto& admission = *worker_.services().admission;
    net::Timer deadline(worker_.executor());
    deadline.expires_at(answer_by());
    deadline.async_wait([signal](boost::system::error_code ec) {
        if (!ec) signal->fire(false);
    });
    waiting_for_slot_ = signal.get();
    const bool has_slot = co_await signal->wait();
    waiting_for_slot_ = nullptr;
    worker_.services().metrics->observe_queue_wait(worker_.index(),
                                                   micros_between(attempt.queued_at, steady_now()));
    if (has_slot) {
        attempt.slot = admission.claim(waiter);
        co_return true;
    }
    admission.leave(waiter);
    attempt.outcome = AttemptOutcome::client_gone;
    attempt.error = stop_error();
    if (context_.client.stopped() == StopReason::none) {
        attempt.outcome = AttemptOutcome::not_sent;
        Error error(Errc::deadline_exceeded,
                    fmt::format("no slot of {} became free in time", attempt.row.model));
        const auto view = admission.view(attempt.upstream_index, attempt.row.model);
        error.retry_after_seconds = routing::retry_hint_seconds(view.wait);
        attempt.error = std::move(error);
    }
    co_return false;
}

/// The row of a call that is about to be made, with the most it can cost: all that is known of it
/// if the process dies before its end.
storage::AttemptRow QueryRun::with_worst_case(const Attempt& attempt) {
    storage::AttemptRow row = attempt.row;
    row.cost_worst_case = true;
    row.usage.input_uncached = decision_.input_tokens;
    row.usage.source = UsageSource::estimated;
    // A body that does not parse any more is not sent either.
    if (parse_body()) return row;
    const auto bound = worst_case(worker_, *config_, *request_, context_.body(),
                                  attempt.upstream_index, row.model, row.started_ms);
    if (!bound) return row;
    row.cost = bound->cost;
    row.price_id = bound->price_id;
    return row;
}

/// An external dispatch waits for its open row; that of a local stream is only queued. An answer
/// that is sent in one piece reaches the client after its closing row anyway: its open row is
/// written if the attempt lasts (on_lasting), and most do not.
net::Task<bool> QueryRun::record_open(Attempt& attempt) {
    auto& ledger = *worker_.services().ledger;
    attempt.opened = true;
    if (attempt.row.locality == Locality::local) {
        if (stream_ || lasting_) {
            ledger.write(attempt.row, worker_.index(), 0);
        } else {
            unwritten_ = &attempt.row;
        }
        co_return true;
    }
    const storage::AttemptRow row = with_worst_case(attempt);
    const routing::BudgetVerdict verdict =
        worker_.services().budget->reserve(context_.key_id, row.cost, row.started_ms, attempt.hold);
    if (!verdict.granted()) {
        attempt.opened = false;
        attempt.error = budget_error(verdict, utc_ms());
        co_return false;
    }
    Signal committed;
    const std::uint64_t token = worker_.commits().expect(committed);
    ledger.write(row, worker_.index(), token);
    const bool durable = co_await committed.wait();
    if (durable) co_return true;
    attempt.error = Error(Errc::ledger_unavailable,
                          "the ledger cannot be written; nothing is sent to external models");
    co_return false;
}

void QueryRun::note_breaker(const Attempt& attempt, const Candidate& candidate) {
    if (attempt.error && attempt.error->code == Errc::deadline_exceeded) return;
    auto& breaker = worker_.breakers().at(candidate.upstream_index, candidate.model);
    const bool was_closed = breaker.state(steady_now()) == routing::Breaker::State::closed;
    switch (attempt.outcome) {
        case AttemptOutcome::ok:
        case AttemptOutcome::rejected:  // it answered: it lives
        case AttemptOutcome::too_long:
        case AttemptOutcome::filtered:
            breaker.on_success();
            break;
        case AttemptOutcome::refused:
        case AttemptOutcome::failed_early:
        case AttemptOutcome::uncertain:
            breaker.on_failure(
                steady_now(),
                std::chrono::seconds(attempt.error ? attempt.error->retry_after_seconds.value_or(0)
                                                   : 0));
            break;
        case AttemptOutcome::not_sent:
            // A full queue or a busy ledger says nothing about the upstream.
            if (attempt.error && attempt.error->code == Errc::upstream_unreachable &&
                attempt.opened) {
                breaker.on_failure(steady_now());
            }
            break;
        case AttemptOutcome::failed_late:
            if (context_.client.stopped() == StopReason::none) breaker.on_failure(steady_now());
            break;
        case AttemptOutcome::client_gone:
            break;
    }
    const bool is_closed = breaker.state(steady_now()) == routing::Breaker::State::closed;
    if (was_closed && is_closed) return;
    worker_.report_breakers(candidate.upstream_index);
    if (!was_closed) return;
    worker_.services().metrics->count_breaker_opened(worker_.index(), candidate.upstream_index);
    // A local server that has gone away is looked for at once, and so found when it is back.
    if (candidate.locality == Locality::local) worker_.services().look_again();
}

}  // namespace llmr::daemon
