// One attempt of a query: admission, open row, dispatch.
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

/// An error answer is small; what is larger is cut off there.
constexpr std::size_t kErrorBodyLimit = 1 << 20;

/// Google's models on Vertex AI have the Gemini API's dialect under other paths, and its own keys.
bool is_vertex(const UpstreamConfig& upstream) {
    return upstream.dialect == Dialect::gemini &&
           upstream.base_url.find("/publishers/") != std::string::npos;
}

void add_credentials(const UpstreamConfig& upstream, net::ClientRequest& request) {
    if (upstream.api_key.empty()) return;
    if (upstream.dialect == Dialect::anthropic)
        request.headers.emplace_back("x-api-key", upstream.api_key.reveal());
    else if (upstream.dialect == Dialect::gemini && !is_vertex(upstream))
        request.headers.emplace_back("x-goog-api-key", upstream.api_key.reveal());
    else
        request.headers.emplace_back("Authorization", "Bearer " + upstream.api_key.reveal());
}

/// What an Anthropic client asks its server for is passed on; other clients get the version that
/// our translation is made for.
void add_anthropic_headers(const RequestContext& context, net::ClientRequest& request) {
    const bool own = context.dialect == Dialect::anthropic;
    const std::string_view version = own ? context.header("anthropic-version") : "";
    request.headers.emplace_back("anthropic-version",
                                 version.empty() ? "2023-06-01" : std::string(version));
    if (!own) return;
    const auto betas = context.message.equal_range("anthropic-beta");
    for (auto field = betas.first; field != betas.second; ++field)
        request.headers.emplace_back("anthropic-beta", std::string(field->value()));
}

net::ClientRequest http_request(const RequestContext& context, const UpstreamConfig& upstream,
                                const providers::UpstreamRequest& request, bool stream) {
    net::ClientRequest out;
    out.path = request.path;
    out.body = request.body;
    out.headers.emplace_back("Content-Type", "application/json");
    out.headers.emplace_back("Accept", providers::response_content_type(upstream.dialect, stream));
    out.headers.emplace_back("User-Agent", "llm-router");
    if (upstream.dialect == Dialect::anthropic) add_anthropic_headers(context, out);
    add_credentials(upstream, out);
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

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
    attempt.slot = admission.try_acquire(candidate.upstream_index, candidate.model);
    if (attempt.slot) co_return true;
    auto signal = std::make_shared<Signal>();
    auto granted = [signal, executor = worker_.executor()] {
        net::asio::post(executor, [signal] { signal->fire(true); });
    };
    auto answer = admission.acquire(candidate.upstream_index, candidate.model, std::move(granted));
    if (answer.answer == routing::Admission::Answer::granted) {
        attempt.slot = std::move(answer.slot);
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

/// The context that Ollama is told to use; 0 if it is not told. The body must be parsed.
std::int64_t QueryRun::window_for(const Candidate& candidate) {
    const UpstreamConfig& upstream = config_->upstreams[candidate.upstream_index];
    const bool ours = upstream.dialect == Dialect::ollama && candidate.locality == Locality::local;
    if (!ours || is_embedding(operation_)) return 0;
    std::int64_t needed =
        routing::tokens_needed(decision_.input_tokens, request_->max_output_tokens.value_or(0));
    // A client's own number is a wish for so much at least.
    if (const auto options = get_value(request_->root, "options"))
        needed = std::max(needed, get_int(*options, "num_ctx").value_or(0));
    return worker_.services().windows->choose(candidate.upstream_index, candidate.model, needed,
                                              candidate.context_length);
}

/// A server with OpenAI's API may have that of Responses as well.
Dialect QueryRun::spoken_with(const UpstreamConfig& upstream) const {
    const bool asked =
        context_.dialect == Dialect::openai_responses && upstream.dialect == Dialect::openai_chat;
    if (!asked || config_->responses_upstream == ResponsesUpstream::off) return upstream.dialect;
    const bool own = upstream.base_url.starts_with("https://api.openai.com");
    return own || config_->responses_upstream == ResponsesUpstream::on ? Dialect::openai_responses
                                                                       : upstream.dialect;
}

/// Whether the model is known to think, or not to.
std::optional<bool> QueryRun::thinks(const Candidate& candidate) const {
    for (const routing::LocalModel* model : worker_.landscape()->catalog.find(candidate.model)) {
        if (model->upstream_index == candidate.upstream_index) return model->thinking;
    }
    return std::nullopt;
}

/// A model that its server holds with another context is loaded again for us, not because it had
/// to make way.
void QueryRun::expect_load(Attempt& attempt, const Candidate& candidate) {
    const std::int64_t window = attempt.row.num_ctx;
    if (window <= 0) return;
    auto& windows = *worker_.services().windows;
    if (windows.loads_again(candidate.upstream_index, candidate.model, window))
        attempt.slot.loads_again();
}

net::Timeouts QueryRun::timeouts(Locality locality) const {
    net::Timeouts timeouts;
    timeouts.connect = config_->connect_timeout;
    timeouts.first_byte = locality == Locality::local ? config_->local_first_byte_timeout
                                                      : config_->external_first_byte_timeout;
    timeouts.idle = config_->stream_idle_timeout;
    if (!hints_.answer_by) return timeouts;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*hints_.answer_by - steady_now());
    const auto most = std::max(left, std::chrono::milliseconds(1));
    timeouts.connect = std::min(timeouts.connect, most);
    timeouts.first_byte = std::min(timeouts.first_byte, most);
    return timeouts;
}

/// What failed once the client's deadline had passed failed for that: the upstream is not at fault.
void QueryRun::blame_deadline(Attempt& attempt) const {
    if (!hints_.answer_by || steady_now() < *hints_.answer_by) return;
    attempt.error = Error(Errc::deadline_exceeded, "the answer did not begin by the deadline");
}

net::Task<void> QueryRun::dispatch(Attempt& attempt, const Candidate& candidate) {
    if (context_.client.stopped() != StopReason::none) {
        attempt.outcome = AttemptOutcome::client_gone;
        attempt.error = stop_error();
        co_return;
    }
    const UpstreamConfig& upstream = config_->upstreams[candidate.upstream_index];
    if (auto fault = parse_body()) {
        attempt.outcome = AttemptOutcome::rejected;
        attempt.error = std::move(fault);
        co_return;
    }
    providers::Target target;
    target.dialect = attempt.dialect = spoken_with(upstream);
    target.thinks = thinks(candidate);
    target.routed = decision_.routed;
    target.model = candidate.model;
    target.vertex = is_vertex(upstream);
    attempt.row.num_ctx = window_for(candidate);
    if (attempt.row.num_ctx > 0) target.num_ctx = attempt.row.num_ctx;
    target.foreign_messages = routing::foreign_messages(decision_.conversation,
                                                        {candidate.upstream_index, candidate.model},
                                                        decision_.message_count);
    auto built = providers::build_request(*request_, context_.body(), target);
    if (!built) {
        attempt.outcome = AttemptOutcome::rejected;
        attempt.error = built.error();
        co_return;
    }
    attempt.one_tool_call = built->one_tool_call;
    attempt.forced_tool = std::move(built->forced_tool);
    ignored_ = joined(built->ignored);
    net::ClientRequest request = http_request(context_, upstream, *built, stream_);
    request.timeouts = timeouts(candidate.locality);
    request.local_only = hints_.local_only;
    request.external = candidate.locality == Locality::external;

    expect_load(attempt, candidate);

    attempt.row.router_us = since_arrival() - attempt.row.queue_us;
    attempt.sent = true;
    EnergyShare& energy = worker_.services().energy;
    const bool counted = candidate.locality == Locality::local && energy.milliwatts() > 0;
    if (counted) attempt.energy = energy.begin(steady_now());
    const bool went_external_before = went_external_;
    if (candidate.locality == Locality::external) went_external_ = true;
    if (stream_ && config_->heartbeat.count() > 0 &&
        !providers::heartbeat_frame(context_.dialect).empty()) {
        heartbeat_.start(config_->heartbeat, [this, &attempt] {
            if (!context_.client.stream_begun()) context_.client.begin_stream(answer_head(attempt));
            context_.client.try_write(providers::heartbeat_frame(context_.dialect));
        });
    }
    net::HttpClient& client = worker_.client(candidate.upstream_index);
    net::SendResult result = co_await client.send(std::move(request), &cancellation_);
    if (result.exchange) {
        attempt.row.http_upstream = result.exchange->status();
        if (result.exchange->status() / 100 == 2) {
            co_await relay(attempt, *result.exchange);
        } else {
            co_await read_error_answer(attempt, *result.exchange);
        }
        heartbeat_.stop();
        co_return;
    }
    heartbeat_.stop();
    attempt.error = std::move(result.failure->error);
    if (context_.client.stopped() != StopReason::none) {
        attempt.outcome = AttemptOutcome::client_gone;
    } else if (result.failure->point == net::FailurePoint::before_send) {
        attempt.outcome = AttemptOutcome::not_sent;
        attempt.sent = false;
        went_external_ = went_external_before;
    } else {
        // Bytes have left, whatever the reason is called.
        attempt.outcome = routing::outcome_of_broken_answer(candidate.locality);
    }
    if (attempt.outcome != AttemptOutcome::client_gone) blame_deadline(attempt);
}

net::Task<void> QueryRun::read_error_answer(Attempt& attempt, net::ClientExchange& upstream) {
    const int status = upstream.status();
    auto body = co_await upstream.read_all(kErrorBodyLimit);
    const std::string text = body ? std::move(*body) : std::string();
    Error error = providers::parse_upstream_error(
        config_->upstreams[attempt.upstream_index].dialect, status, text);
    const auto told = routing::retry_after_seconds(upstream.header("retry-after"),
                                                   upstream.header("retry-after-ms"), utc_ms());
    if (told) error.retry_after_seconds = told;
    attempt.outcome = context_.client.stopped() == StopReason::none
                          ? routing::outcome_of_status(status, error.code, attempt.row.locality)
                          : AttemptOutcome::client_gone;
    attempt.error = std::move(error);
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
    // A local server that has gone away is looked for at once, and so found when it is back.
    const bool opened =
        was_closed && breaker.state(steady_now()) != routing::Breaker::State::closed;
    if (opened && candidate.locality == Locality::local) worker_.services().look_again();
}

}  // namespace llmr::daemon
