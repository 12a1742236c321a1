// One attempt of a query: the request, with one credential after the other, and its answer's head.
#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "daemon/query/query_run.hpp"
#include "providers/advice.hpp"
#include "providers/target.hpp"
#include "routing/rate_limit.hpp"
#include "routing/retry_after.hpp"

namespace llmr::daemon {
namespace {

using routing::AttemptOutcome;

/// An error answer is small; what is larger is cut off there.
constexpr std::size_t kErrorBodyLimit = 1 << 20;

/// The value of one upstream, where it has one.
template <class Time>
std::chrono::milliseconds own_or(const std::map<std::string, Time>& own, const std::string& name,
                                 std::chrono::milliseconds all) {
    const auto found = own.find(name);
    return found == own.end() ? all : std::chrono::milliseconds(found->second);
}

/// A LiteLLM proxy knows what its models cost; before a stream it does not know it yet.
std::optional<PicoUsd> cost_in(const net::ClientExchange& answer, bool stream) {
    const std::string_view text = answer.header("x-litellm-response-cost");
    if (stream || text.empty()) return std::nullopt;
    const auto cost = parse_usd(text);
    if (!cost) return std::nullopt;
    return *cost;
}

/// What an Anthropic client asks its server for is passed on; other clients get the version that
/// our translation is made for.
void add_anthropic_headers(const RequestContext& context, net::ClientRequest& request) {
    const bool own = context.dialect == Dialect::anthropic;
    const std::string_view version = own ? context.header("anthropic-version") : "";
    request.headers.emplace_back(
        "anthropic-version", std::string(version.empty() ? providers::kAnthropicVersion : version));
    if (!own) return;
    const auto betas = context.message.equal_range("anthropic-beta");
    for (auto field = betas.first; field != betas.second; ++field)
        request.headers.emplace_back("anthropic-beta", std::string(field->value()));
}

net::ClientRequest http_request(const RequestContext& context, const UpstreamConfig& upstream,
                                const providers::UpstreamRequest& request, std::string_view path,
                                bool stream) {
    net::ClientRequest out;
    out.path = path;
    out.body = request.body;
    out.headers.emplace_back("Content-Type", "application/json");
    out.headers.emplace_back("Accept", providers::response_content_type(upstream.dialect, stream));
    out.headers.emplace_back("User-Agent", "llm-router");
    if (upstream.dialect == Dialect::anthropic) add_anthropic_headers(context, out);
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

}  // namespace

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

net::Timeouts QueryRun::timeouts(const Candidate& candidate) const {
    const std::string& name = candidate.upstream;
    net::Timeouts timeouts;
    timeouts.connect = own_or(config_->connect_timeouts, name, config_->connect_timeout);
    timeouts.first_byte =
        candidate.locality == Locality::local
            ? own_or(config_->first_byte_timeouts, name, config_->local_first_byte_timeout)
            : own_or(config_->first_byte_timeouts, name, config_->external_first_byte_timeout);
    timeouts.idle = own_or(config_->stream_idle_timeouts, name, config_->stream_idle_timeout);
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

/// What is known of the model and of the server it is at.
providers::Target QueryRun::target_of(const Candidate& candidate, const Attempt& attempt) const {
    const UpstreamConfig& upstream = config_->upstreams[candidate.upstream_index];
    providers::Target target = providers::target_at(upstream, candidate.model);
    target.dialect = attempt.dialect;
    target.thinks = thinks(candidate);
    target.routed = decision_.routed;
    if (attempt.row.num_ctx > 0) target.num_ctx = attempt.row.num_ctx;
    target.foreign_messages = routing::foreign_messages(decision_.conversation,
                                                        {candidate.upstream_index, candidate.model},
                                                        decision_.message_count);
    target.defaults = &config_->defaults;
    if (upstream.provider == "openrouter") {
        target.fallback_models = config_->openrouter_models;
        target.route = config_->openrouter_route;
    }
    return target;
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
    attempt.dialect = spoken_with(upstream);
    attempt.row.num_ctx = window_for(candidate);
    auto built =
        providers::build_request(*request_, context_.body(), target_of(candidate, attempt));
    if (!built) {
        attempt.outcome = AttemptOutcome::rejected;
        attempt.error = built.error();
        co_return;
    }
    attempt.one_tool_call = built->one_tool_call;
    attempt.forced_tool = std::move(built->forced_tool);
    ignored_ = joined(built->ignored);
    expect_load(attempt, candidate);
    co_await send(attempt, candidate, *built);
    heartbeat_.stop();
}

/// With one credential after the other, until one is let in or there is none left to try: a key
/// that is limited or a token that is over says nothing about the upstream.
net::Task<void> QueryRun::send(Attempt& attempt, const Candidate& candidate,
                               const providers::UpstreamRequest& built) {
    const UpstreamConfig& upstream = config_->upstreams[candidate.upstream_index];
    Credentials& credentials = worker_.credentials(candidate.upstream_index);
    for (;;) {
        auto credential = co_await credentials.choose(worker_, candidate.upstream_index);
        if (!credential) {
            if (!attempt.sent) attempt.outcome = AttemptOutcome::not_sent;
            attempt.error = providers::with_advice(credential.error(), upstream, candidate.model);
            co_return;
        }
        const std::string path = providers::path_at(upstream, candidate.model, built.path);
        net::ClientRequest request = http_request(context_, upstream, built, path, stream_);
        add_credential(upstream, *credential, request);
        request.timeouts = timeouts(candidate);
        request.local_only = hints_.local_only;
        request.external = candidate.locality == Locality::external;
        const Sent before{attempt.sent, went_external_};
        if (!attempt.sent) begin_sending(attempt, candidate);
        net::HttpClient& client = worker_.client(candidate.upstream_index);
        net::SendResult result = co_await client.send(std::move(request), &cancellation_);
        if (!result.exchange) {
            note_failure(attempt, candidate, std::move(*result.failure), before);
            co_return;
        }
        attempt.row.http_upstream = result.exchange->status();
        if (result.exchange->status() / 100 == 2) {
            note_limits(candidate, *credential, *result.exchange);
            attempt.header_cost = cost_in(*result.exchange, stream_);
            co_await relay(attempt, *result.exchange);
            co_return;
        }
        co_await read_error_answer(attempt, *result.exchange);
        hide_credential(*credential, *attempt.error);
        const bool again = next_credential(attempt, *credential, upstream);
        if (!again) co_return;
        attempt.error.reset();
    }
}

/// What is counted from the moment the first byte may leave.
void QueryRun::begin_sending(Attempt& attempt, const Candidate& candidate) {
    attempt.row.router_us = since_arrival() - attempt.row.queue_us;
    attempt.sent = true;
    EnergyShare& energy = worker_.services().energy;
    const bool counted = candidate.locality == Locality::local && energy.milliwatts() > 0;
    if (counted) attempt.energy = energy.begin(steady_now());
    if (candidate.locality == Locality::external) went_external_ = true;
    if (!stream_ || config_->heartbeat.count() == 0 ||
        providers::heartbeat_frame(context_.dialect).empty())
        return;
    heartbeat_.start(config_->heartbeat, [this, &attempt] {
        if (!context_.client.stream_begun()) context_.client.begin_stream(answer_head(attempt));
        context_.client.try_write(providers::heartbeat_frame(context_.dialect));
    });
}

/// The connection failed, or nothing came over it.
void QueryRun::note_failure(Attempt& attempt, const Candidate& candidate,
                            net::ClientFailure failure, Sent before) {
    const UpstreamConfig& upstream = config_->upstreams[candidate.upstream_index];
    attempt.error = std::move(failure.error);
    if (context_.client.stopped() != StopReason::none) {
        attempt.outcome = AttemptOutcome::client_gone;
    } else if (failure.point == net::FailurePoint::before_send) {
        attempt.outcome = AttemptOutcome::not_sent;
        attempt.sent = before.sent;
        went_external_ = before.went_external;
    } else {
        // Bytes have left, whatever the reason is called.
        attempt.outcome = routing::outcome_of_broken_answer(candidate.locality);
    }
    if (attempt.outcome != AttemptOutcome::client_gone) blame_deadline(attempt);
    if (attempt.error->code == Errc::upstream_timeout)
        attempt.error =
            providers::with_advice(std::move(*attempt.error), upstream, candidate.model);
}

/// May the same request be sent again with another credential?
bool QueryRun::next_credential(Attempt& attempt, const Credential& credential,
                               const UpstreamConfig& upstream) {
    constexpr std::chrono::seconds kEmptyAccountRests(600);
    if (context_.client.stopped() != StopReason::none || steady_now() >= answer_by()) return false;
    Credentials& credentials = worker_.credentials(attempt.upstream_index);
    switch (attempt.error ? attempt.error->code : Errc::internal) {
        case Errc::upstream_auth:
            // A right that is missing is missing of every token.
            if (credential.token && attempt.row.http_upstream != 401) return false;
            return credentials.refused(credential, upstream);
        case Errc::rate_limited:
            return credentials.limited(
                credential, upstream,
                std::chrono::seconds(attempt.error->retry_after_seconds.value_or(0)));
        case Errc::insufficient_quota:
            return credentials.limited(credential, upstream, kEmptyAccountRests);
        default:
            return false;
    }
}

/// An answer may say that it used a limit up: the next query need not find out.
void QueryRun::note_limits(const Candidate& candidate, const Credential& credential,
                           const net::ClientExchange& exchange) {
    if (candidate.locality == Locality::local) return;
    const auto wait = routing::limited_for_seconds(
        [&exchange](std::string_view name) { return exchange.header(name); }, utc_ms());
    if (!wait) return;
    const std::chrono::seconds time(*wait);
    const UpstreamConfig& upstream = config_->upstreams[candidate.upstream_index];
    if (worker_.credentials(candidate.upstream_index).limited(credential, upstream, time)) return;
    worker_.breakers().at(candidate.upstream_index, candidate.model).rest(steady_now(), time);
    worker_.report_breakers(candidate.upstream_index);
}

net::Task<void> QueryRun::read_error_answer(Attempt& attempt, net::ClientExchange& upstream) {
    const int status = upstream.status();
    auto body = co_await upstream.read_all(kErrorBodyLimit);
    const std::string text = body ? std::move(*body) : std::string();
    const UpstreamConfig& server = config_->upstreams[attempt.upstream_index];
    Error error = providers::parse_upstream_error(server.dialect, status, text);
    auto wait = routing::retry_after_seconds(upstream.header("retry-after"),
                                             upstream.header("retry-after-ms"), utc_ms());
    if (!wait)
        wait = routing::limited_for_seconds(
            [&upstream](std::string_view name) { return upstream.header(name); }, utc_ms());
    // Without a header, what the body says stays.
    if (wait) error.retry_after_seconds = wait;
    error = providers::with_advice(std::move(error), server, attempt.row.model);
    attempt.outcome = context_.client.stopped() == StopReason::none
                          ? routing::outcome_of_status(status, error.code, attempt.row.locality)
                          : AttemptOutcome::client_gone;
    attempt.error = std::move(error);
}

}  // namespace llmr::daemon
