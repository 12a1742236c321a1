#include "daemon/query/query_run.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include <fmt/format.h>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "daemon/query/query_log.hpp"
#include "daemon/query/stored_conversation.hpp"
#include "routing/policy.hpp"

namespace llmr::daemon {
namespace {

struct InFlight {
    explicit InFlight(std::atomic<std::int64_t>& c) : counter(c) {
        counter.fetch_add(1, std::memory_order_relaxed);
    }
    ~InFlight() { counter.fetch_sub(1, std::memory_order_relaxed); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    std::atomic<std::int64_t>& counter;
};

}  // namespace

QueryRun::QueryRun(RequestContext& context, Operation operation)
    : context_(context),
      worker_(context.worker),
      operation_(operation),
      config_(context.worker.config()),
      request_id_(new_request_id()),
      started_ms_(utc_ms()),
      heartbeat_(context.worker.executor()) {}

QueryRun::~QueryRun() {
    context_.client.unwatch();
}

std::optional<Error> QueryRun::parse_body() {
    JsonParser& parser = thread_json_parser();
    if (request_ && parsed_as_ == parser.generation()) return {};
    request_.reset();
    if (context_.body().empty()) return Error(Errc::bad_request, "missing request body");
    auto root = parser.parse(context_.body());
    parsed_as_ = parser.generation();
    if (!root) return root.error();
    auto request = providers::parse_request(context_.dialect, operation_, *root);
    if (!request) return request.error();
    request_ = std::move(*request);
    if (!context_.model_from_path.empty()) request_->model = context_.model_from_path;
    return {};
}

std::optional<Error> QueryRun::prepare() {
    auto hints = RequestHints::read(context_);
    if (!hints) return hints.error();
    hints_ = std::move(*hints);

    if (auto fault = go_on_from_previous()) return fault;
    if (auto fault = parse_body()) return fault;
    model_asked_ = std::string(request_->model);
    stream_ = request_->stream;
    spec_ = providers::exchange_spec(*request_);
    spec_.answer_id = providers::answer_id(context_.dialect, operation_, request_id_);
    spec_.created_ms = started_ms_;
    if (!previous_response_.empty())
        providers::echo(spec_, "previous_response_id", json_quote(previous_response_));
    spec_.stored = context_.dialect == Dialect::openai_responses &&
                   worker_.services().responses->enabled() &&
                   get_bool(request_->root, "store").value_or(true);

    auto decision = decide(worker_, *request_, hints_, ShareMode::reserve);
    if (!decision) return decision.error();
    decision_ = std::move(*decision);
    spec_.input_tokens = decision_.input_tokens;
    return {};
}

std::optional<Error> QueryRun::go_on_from_previous() {
    ResponseStore& store = *worker_.services().responses;
    if (context_.dialect != Dialect::openai_responses || !store.enabled()) return {};
    auto root = thread_json_parser().parse(context_.body());
    if (!root) return root.error();
    auto body = with_previous_items(*root, context_.body(), store, context_.key_id);
    if (!body) return body.error();
    if (!*body) return {};
    previous_response_ = get_string(*root, "previous_response_id").value_or("");
    context_.rewritten_body = std::move(**body);
    return {};
}

/// Keeps the answer for requests that go on from it. The client's id of it is ours.
void QueryRun::keep_response(std::string_view tail) {
    if (!spec_.stored) return;
    auto response = final_response(tail, stream_);
    if (!response) return;
    JsonParser parser;
    const auto input = parser.parse(find_member(context_.body(), "input").value_or("[]"));
    if (!input) return;
    StoredResponse stored{spec_.answer_id, context_.key_id, std::move(*response),
                          input_items(*input)};
    const auto output = find_member(stored.response, "output").value_or("[]");
    if (output.size() > 2) {
        if (!stored.items.empty()) stored.items.push_back(',');
        stored.items.append(output.substr(1, output.size() - 2));
    }
    worker_.services().responses->put(std::move(stored));
}

net::Task<void> QueryRun::run() {
    std::optional<Error> fault = prepare();
    if (fault) {
        log_refusal(request_id_, fault->code);
        co_await fail(*fault);
        co_return;
    }
    const InFlight in_flight(worker_.services().in_flight);
    context_.client.watch([this](StopReason reason) { on_stop(reason); }, [this] { on_lasting(); });
    co_await run_attempts();
    heartbeat_.stop();
    context_.client.unwatch();
}

/// A local failure is about to go external.
bool QueryRun::permit_fallback() {
    const bool within_allowance = config_->fallback_policy == FallbackPolicy::allowance;
    return worker_.services().share->move_external(decision_.ticket, within_allowance);
}

net::Task<void> QueryRun::run_attempts() {
    routing::AttemptMachine machine(decision_.plan, config_->fallback_policy, answer_by(),
                                    &worker_.retries());
    for (;;) {
        const Candidate& candidate = decision_.plan.candidates[machine.current()];
        Attempt attempt;
        attempt.upstream_index = candidate.upstream_index;
        attempt.row = new_row(candidate, machine.attempts());
        co_await make_attempt(attempt, candidate);
        note_breaker(attempt, candidate);
        attempt.slot.release();

        if (candidate.locality == Locality::external && !attempt.sent && !went_external_ &&
            decision_.ticket.external) {
            worker_.services().share->give_back(decision_.ticket);
        }
        if (attempt.outcome == routing::AttemptOutcome::ok) {
            worker_.retries().on_success();
            co_return;
        }
        // Whether this attempt was the last must be known before its row is closed.
        const auto step =
            machine.after(attempt.outcome, steady_now(), [this] { return permit_fallback(); });
        if (machine.out_of_retries())
            worker_.services().metrics->count_retry_denied(worker_.index());
        const bool final =
            step == routing::NextStep::stop || context_.client.stopped() != StopReason::none;
        co_await record_close(attempt, final);
        if (!final) continue;
        Error error = context_.client.stopped() == StopReason::none
                          ? attempt.error.value_or(Error(Errc::internal, "the attempt failed"))
                          : stop_error();
        co_await fail(std::move(error));
        co_return;
    }
}

void QueryRun::count_refusal(Errc code) {
    auto& metrics = *worker_.services().metrics;
    if (code == Errc::queue_full)
        metrics.count_refusal(worker_.index(), metrics::Refusal::queue_full);
    if (code == Errc::deadline_exceeded)
        metrics.count_refusal(worker_.index(), metrics::Refusal::deadline);
}

net::Task<void> QueryRun::fail(Error error) {
    heartbeat_.stop();
    if (context_.client.stopped() == StopReason::client_gone) co_return;
    count_refusal(error.code);
    if (context_.client.stream_begun()) {
        std::string frame;
        if (!error_frame_sent_) {
            frame = late_error_frame_.empty()
                        ? providers::stream_error_frame(context_.dialect, error)
                        : late_error_frame_;
        }
        if (providers::error_ends_stream(context_.dialect))
            co_await context_.client.fail_stream(frame);
        else
            co_await context_.client.break_stream(frame);
        co_return;
    }
    Reply reply = error_reply(context_.dialect, error);
    reply.add("x-router-request-id", request_id_);
    // We have retried where it made sense: a client that multiplies that only adds load.
    reply.add("x-should-retry", "false");
    if (worker_.services().simulated) reply.add("x-router-simulated", "1");
    co_await context_.client.send(std::move(reply));
}

void QueryRun::on_stop(StopReason) {
    if (waiting_for_slot_ != nullptr) waiting_for_slot_->fire(false);
    cancellation_.cancel();
}

void QueryRun::on_lasting() {
    lasting_ = true;
    if (const auto* row = std::exchange(unwritten_, nullptr)) {
        worker_.services().ledger->write(*row, worker_.index(), 0);
    }
}

SteadyTime QueryRun::answer_by() const {
    const SteadyTime limit = context_.arrived + config_->request_deadline;
    return hints_.answer_by ? std::min(*hints_.answer_by, limit) : limit;
}

Error QueryRun::stop_error() const {
    if (context_.client.stopped() == StopReason::shutting_down) {
        Error error(Errc::shutting_down, "the router is shutting down");
        error.retry_after_seconds = 5;
        return error;
    }
    return Error(Errc::client_cancelled, "the client closed the connection");
}

}  // namespace llmr::daemon
