// What the ledger hears of a query.
#include <utility>

#include "core/log.hpp"
#include "daemon/experience.hpp"
#include "daemon/query/query_log.hpp"
#include "daemon/query/query_run.hpp"
#include "daemon/query/share_weight.hpp"
#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

using routing::AttemptOutcome;

AttemptStatus status_of(AttemptOutcome outcome, bool sent, const std::optional<Error>& error) {
    switch (outcome) {
        case AttemptOutcome::ok:
            return AttemptStatus::ok;
        case AttemptOutcome::client_gone:
            return error && error->code == Errc::shutting_down ? AttemptStatus::error
                                                               : AttemptStatus::client_cancelled;
        case AttemptOutcome::not_sent:
            return AttemptStatus::refused;
        case AttemptOutcome::failed_early:
        case AttemptOutcome::uncertain:
        case AttemptOutcome::failed_late:
            return error && error->code == Errc::upstream_stream_cut ? AttemptStatus::upstream_cut
                                                                     : AttemptStatus::error;
        case AttemptOutcome::rejected:
        case AttemptOutcome::too_long:
        case AttemptOutcome::filtered:
        case AttemptOutcome::refused:
            return sent ? AttemptStatus::error : AttemptStatus::refused;
    }
    return AttemptStatus::error;
}

/// May the upstream have worked (and billed) without saying how much?
bool needs_estimate(const storage::AttemptRow& row, bool sent) {
    if (!sent || row.usage.source != UsageSource::none) return false;
    const bool error_answer = row.http_upstream != 0 && row.http_upstream / 100 != 2;
    return !error_answer;
}

/// What stands in price_id where the upstream stated the cost of the answer itself.
constexpr std::string_view kStatedCost = "stated:usage.cost";
constexpr std::string_view kHeaderCost = "stated:x-litellm-response-cost";

void price_attempt(storage::AttemptRow& row, const providers::AnswerSummary& answer,
                   std::optional<PicoUsd> header_cost, const routing::PriceBook& book,
                   const Config& config, const UpstreamConfig& upstream) {
    if (answer.service != ServiceTier::standard) row.service_tier = to_string(answer.service);
    if (row.locality == Locality::local || row.usage.source == UsageSource::none) {
        row.cost = 0;
        return;
    }
    if (answer.stated_cost) {
        row.cost = answer.stated_cost;
        row.price_id = kStatedCost;
        return;
    }
    if (header_cost) {
        row.cost = header_cost;
        row.price_id = kHeaderCost;
        return;
    }
    const routing::Price* const price =
        routing::find_price(book, config, upstream, row.model, row.model_served, row.started_ms);
    if (!price) return;
    row.cost = cost_of(row.usage, *price, answer.service);
    if (row.cost) row.price_id = price_id(*price, answer.service, row.usage.input_total());
}

void price_baseline(storage::AttemptRow& row, const std::string& model,
                    const routing::PriceBook& book) {
    const routing::Price* const price = book.find(model, {}, row.started_ms);
    if (!price) return;
    row.baseline = cost_of(row.usage, *price);
    row.baseline_id = price_id(*price, ServiceTier::standard, row.usage.input_total());
}

/// Old Ollama versions leave the count of a prompt out that was cached as a whole.
void add_cached_prompt(storage::AttemptRow& row, std::int64_t prompt_tokens) {
    if (row.locality != Locality::local || row.usage.source == UsageSource::none) return;
    if (row.usage.input_total() > 0 || row.usage.output_total() == 0) return;
    row.usage.cache_read = prompt_tokens;
    row.usage.source = UsageSource::estimated;
}

}  // namespace

storage::AttemptRow QueryRun::new_row(const Candidate& candidate, int number) const {
    storage::AttemptRow row;
    row.request_id = request_id_;
    row.attempt = number;
    row.decision_seq = decision_.ticket.seq;
    row.started_ms = started_ms_;
    row.upstream = candidate.upstream;
    row.model = candidate.model;
    row.model_asked = model_asked_;
    row.locality = candidate.locality;
    row.query_local = !went_external_ && candidate.locality == Locality::local;
    row.dialect = context_.dialect;
    row.operation = operation_;
    row.stream = stream_;
    row.type = decision_.classification.type;
    row.complexity = decision_.classification.complexity;
    row.score = decision_.classification.score;
    row.reason = number == 1 ? decision_.plan.reason : candidate.why;
    row.fallback = number > 1;
    row.simulated = worker_.services().simulated;
    row.key_id = context_.key_id;
    row.session = hints_.session;
    return row;
}

void QueryRun::settle_row(Attempt& attempt) const {
    storage::AttemptRow& row = attempt.row;
    row.status = status_of(attempt.outcome, attempt.sent, attempt.error);
    row.total_us = since_arrival();
    row.query_local = !went_external_;
    if (attempt.error) row.error_code = code_string(attempt.error->code);
    if (attempt.exchange) {
        const providers::AnswerSummary& summary = attempt.exchange->summary();
        row.usage = summary.usage;
        // A count of the stream's beginning says nothing of what came after it.
        const std::int64_t streamed = summary.estimated_output_tokens;
        if (!summary.complete && summary.finish_reason.empty() &&
            row.usage.source == UsageSource::reported && row.usage.output_total() < streamed) {
            row.usage.output_visible = streamed - row.usage.reasoning;
            row.usage.source = UsageSource::estimated;
        }
        row.finish_reason = summary.finish_reason;
        row.model_served = summary.served_model;
        row.load_us = summary.load_us;
    }
    if (needs_estimate(row, attempt.sent)) {
        row.usage.input_uncached = decision_.input_tokens;
        if (attempt.exchange) {
            row.usage.output_visible = attempt.exchange->summary().estimated_output_tokens;
        }
        row.usage.source = UsageSource::estimated;
    }
    if (attempt.energy) {
        const std::int64_t microjoules = attempt.energy.end(steady_now());
        row.energy = energy_cost(microjoules, config_->kwh_micro_usd);
    }
    note_truncation(row);
    add_cached_prompt(row, decision_.input_tokens);
    const routing::PriceBook& prices = *worker_.services().prices;
    static const providers::AnswerSummary kNoAnswer;
    const auto& answer = attempt.exchange ? attempt.exchange->summary() : kNoAnswer;
    price_attempt(row, answer, attempt.header_cost, prices, *config_,
                  config_->upstreams.at(attempt.upstream_index));
    price_baseline(row, decision_.plan.baseline_model, prices);
}

/// Ollama says nothing when it cuts a prompt; the next one gets a larger window.
void QueryRun::note_truncation(storage::AttemptRow& row) const {
    if (row.usage.source != UsageSource::reported) return;
    row.truncated =
        routing::is_truncated(decision_.input_tokens, row.usage.input_total(), row.num_ctx);
    if (!row.truncated) return;
    log::warn("{}: {} cut a prompt to its context of {} tokens (query {})", row.upstream, row.model,
              row.num_ctx, row.request_id);
    for (const Candidate& candidate : decision_.plan.candidates) {
        if (candidate.upstream != row.upstream || candidate.model != row.model) continue;
        worker_.services().windows->choose(candidate.upstream_index, row.model, row.num_ctx + 1,
                                           candidate.context_length);
    }
}

net::Task<void> QueryRun::record_close(Attempt& attempt, bool final) {
    settle_row(attempt);
    unwritten_ = nullptr;
    storage::AttemptRow& row = attempt.row;
    auto& budget = *worker_.services().budget;
    attempt.sent ? budget.settle(attempt.hold, row.cost) : budget.release(attempt.hold);
    row.final = final;
    share_weight_ += attempt.sent ? share_weight(row, config_->share_unit) : 0;
    if (final) worker_.services().share->settle(decision_.ticket, share_weight_);
    if (final && row.status != AttemptStatus::ok) {
        row.http_client = context_.client.stopped() == StopReason::client_gone ? 499
                          : context_.client.stream_begun()                     ? 200
                          : attempt.error ? http_status(*attempt.error)
                                          : 500;
    }
    if (final && config_->online_calibration)
        worker_.services().experience->note(row, decision_.repeated, decision_.output_limited);
    log_attempt(row);
    metrics::AttemptSample sample;
    sample.upstream_index = attempt.upstream_index;
    sample.locality = row.locality;
    sample.type = row.type;
    sample.dialect = row.dialect;
    sample.status = row.status;
    sample.final = final;
    sample.query_local = row.query_local;
    sample.input_tokens = row.usage.input_total();
    sample.output_tokens = row.usage.output_total();
    sample.cost_pico = row.cost.value_or(0);
    sample.cost_unknown = !row.cost.has_value();
    sample.baseline_pico = row.baseline.value_or(0);
    if (row.cost && row.baseline) sample.saved_pico = *row.baseline - *row.cost;
    sample.truncated = row.truncated;
    sample.usage_inconsistent =
        attempt.exchange && attempt.exchange->summary().usage.source == UsageSource::estimated;
    sample.waited_for_load = std::chrono::microseconds(row.load_us) >= routing::kMustHaveLoaded;
    sample.switched =
        row.status == AttemptStatus::ok && decision_.conversation &&
        decision_.conversation->answered != routing::ModelPlace{attempt.upstream_index, row.model};
    sample.total_us = row.total_us;
    sample.ttft_us = row.ttft_us;
    sample.router_us = row.router_us;
    worker_.services().metrics->observe(worker_.index(), sample);

    auto& ledger = *worker_.services().ledger;
    const bool wait = final && config_->ledger_mode == LedgerMode::durable;
    if (!wait) {
        ledger.write(row, worker_.index(), 0);
        worker_.services().live->publish(row);
        co_return;
    }
    Signal committed;
    const std::uint64_t token = worker_.commits().expect(committed);
    ledger.write(row, worker_.index(), token);
    // A commit that fails is kept and tried again by the ledger; the answer goes on.
    const bool durable = co_await committed.wait();
    if (!durable) log::warn("ledger: a row waits for the database");
    worker_.services().live->publish(row);
}

}  // namespace llmr::daemon
