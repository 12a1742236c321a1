#include "core/clock.hpp"
#include "core/money.hpp"
#include "daemon/handlers/handlers.hpp"
#include "metrics/exposition.hpp"

namespace llmr::daemon::handlers {
namespace {

double kept_local(std::int64_t total, std::int64_t external) {
    return total == 0 ? 1.0 : static_cast<double>(total - external) / static_cast<double>(total);
}

void read_share(const Services& services, const Config& config, metrics::Gauges& gauges) {
    const routing::ShareSnapshot share = services.share->snapshot();
    gauges.local_share = kept_local(share.total, share.external);
    gauges.local_share_window = kept_local(share.window_total, share.window_external);
    if (share.weights) {
        gauges.local_share = kept_local(share.weights->total, share.weights->external);
        gauges.local_share_window =
            kept_local(share.window_weights.total, share.window_weights.external);
    }
    gauges.local_share_target = config.local_threshold / 100;
    gauges.allowance = share.allowance;
    gauges.score_cut = share.cut;
}

double usd(PicoUsd amount) {
    return static_cast<double>(amount) / static_cast<double>(kPicoPerUsd);
}

void read_budgets(const routing::Budget& budget, metrics::Gauges& gauges) {
    for (const routing::BudgetState& state : budget.states(utc_ms())) {
        // Client keys are no labels: there may be many.
        if (!state.key_id.empty()) continue;
        const bool day = state.period == routing::BudgetPeriod::day;
        gauges.budgets.push_back({day ? "day" : "month", usd(state.cap), usd(state.spent),
                                  usd(state.held), usd(state.forecast)});
    }
}

void read_ledger(const storage::Ledger& ledger, metrics::Gauges& gauges) {
    gauges.ledger_queue = static_cast<std::int64_t>(ledger.queued());
    gauges.ledger_failed_commits = ledger.failed_commits();
    gauges.ledger_spilled = ledger.spilled_total();
    gauges.ledger_spill_waiting = ledger.spilled_waiting();
    gauges.ledger_rows_dropped = ledger.rows_dropped();
    gauges.ledger_state = static_cast<std::size_t>(ledger.state());
}

void read_upstreams(Worker& worker, metrics::Gauges& gauges) {
    const Landscape& landscape = *worker.landscape();
    gauges.models_installed = static_cast<std::int64_t>(landscape.catalog.models().size());
    for (const UpstreamHealth& upstream : landscape.upstreams)
        gauges.upstream_up.push_back(upstream.checked ? std::optional(upstream.up) : std::nullopt);
    const auto& upstreams = worker.config()->upstreams;
    for (std::size_t i = 0; i < upstreams.size(); ++i) {
        if (upstreams[i].locality != Locality::local) continue;
        const routing::HostView view = worker.services().admission->host_view(i);
        gauges.local_queues.push_back({i, view.waiting, view.in_flight});
    }
}

}  // namespace

net::Task<void> metrics(RequestContext& context) {
    Worker& worker = context.worker;
    Services& services = worker.services();
    metrics::Gauges gauges;
    gauges.now = steady_now();
    gauges.open_connections = services.open_connections;
    gauges.in_flight = services.in_flight;
    read_share(services, *worker.config(), gauges);
    read_budgets(*services.budget, gauges);
    read_ledger(*services.ledger, gauges);
    read_upstreams(worker, gauges);
    const metrics::Format format = metrics::choose_format(context.header("accept"));
    Reply reply = text_reply(services.metrics->render(gauges, format));
    reply.content_type = metrics::content_type(format);
    reply.add("vary", "Accept");
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
