#include "metrics/metrics.hpp"

#include <utility>

#include "metrics/render.hpp"
#include "metrics/shard.hpp"
#include "metrics/upstream_label.hpp"

namespace llmr::metrics {
namespace {

template <class Enum>
constexpr std::size_t index_of(Enum value) {
    return static_cast<std::size_t>(value);
}

Locality locality_of_query(const AttemptSample& sample) {
    return sample.query_local ? Locality::local : Locality::external;
}

}  // namespace

class Metrics::Impl {
public:
    Impl(int shards, std::vector<std::string> names, std::string version)
        : upstreams_(upstream_labels(std::move(names))), version_(std::move(version)) {
        for (int index = 0; index < shards; ++index)
            shards_.push_back(std::make_unique<Shard>(upstreams_.size()));
    }

    Shard& shard(int index) { return *shards_.at(static_cast<std::size_t>(index)); }
    /// Null for an upstream that is none.
    UpstreamShard* upstream(int shard_index, std::size_t upstream_index) {
        const auto label = upstream_label(upstream_index, upstreams_);
        return label ? &shard(shard_index).upstreams[*label] : nullptr;
    }

    const std::vector<std::string> upstreams_;
    const std::string version_;
    Shards shards_;
    LedgerShard ledger_;
};

Metrics::Metrics(int shards, std::vector<std::string> upstream_names, std::string version)
    : impl_(std::make_unique<Impl>(shards, std::move(upstream_names), std::move(version))) {}
Metrics::~Metrics() = default;

void Metrics::observe(int shard_index, const AttemptSample& sample) {
    Shard& shard = impl_->shard(shard_index);
    const std::size_t locality = index_of(sample.locality);
    const std::size_t status = index_of(sample.status);
    if (UpstreamShard* const upstream = impl_->upstream(shard_index, sample.upstream_index)) {
        upstream->attempts[locality][status].add();
        upstream->cost_pico.add(sample.cost_pico);
        if (sample.waited_for_load) upstream->load_waits.add();
    }
    shard.tokens[locality][0].add(sample.input_tokens);
    shard.tokens[locality][1].add(sample.output_tokens);
    shard.baseline_pico.add(sample.baseline_pico);
    shard.saved_pico.add(sample.saved_pico);
    if (sample.cost_unknown) shard.cost_unknown.add();
    if (sample.truncated) shard.truncated.add();
    if (sample.usage_inconsistent) shard.usage_inconsistent.add();
    if (sample.switched) shard.conversation_switches.add();
    if (!sample.final) return;
    const std::size_t went = index_of(locality_of_query(sample));
    shard.queries[index_of(sample.type)][went][status].add();
    shard.query_duration[went].observe(sample.total_us);
    if (sample.ttft_us > 0) shard.first_token[went].observe(sample.ttft_us);
    shard.overhead.observe(sample.router_us);
}

void Metrics::observe_classification(int shard, std::int64_t micros) {
    impl_->shard(shard).classification.observe(micros);
}

void Metrics::observe_queue_wait(int shard, std::int64_t micros) {
    impl_->shard(shard).queue_wait.observe(micros);
}

void Metrics::count_http(int shard, int status) {
    const int status_class = status / 100;
    if (status_class < 1 || status_class > static_cast<int>(kStatusClasses)) return;
    impl_->shard(shard).http[static_cast<std::size_t>(status_class - 1)].add();
}

void Metrics::count_rejected_head(int shard) {
    impl_->shard(shard).rejected_heads.add();
}

void Metrics::count_allowance(int shard, Allowance answer) {
    impl_->shard(shard).allowance[index_of(answer)].add();
}

void Metrics::count_refusal(int shard, Refusal reason) {
    impl_->shard(shard).refusals[index_of(reason)].add();
}

void Metrics::count_retry_denied(int shard) {
    impl_->shard(shard).retries_denied.add();
}

void Metrics::count_breaker_opened(int shard, std::size_t upstream_index) {
    if (UpstreamShard* const upstream = impl_->upstream(shard, upstream_index))
        upstream->breakers_opened.add();
}

/// Upstreams that share a label share what was last set.
void Metrics::set_breakers(int shard, std::size_t upstream_index, const BreakerFigures& figures) {
    UpstreamShard* const upstream = impl_->upstream(shard, upstream_index);
    if (upstream == nullptr) return;
    upstream->breakers_tripped.set(figures.tripped);
    upstream->breakers_rest_until.set(figures.open_until.time_since_epoch().count());
}

void Metrics::observe_commit(const CommitSample& sample) {
    LedgerShard& ledger = impl_->ledger_;
    ledger.rows.observe(static_cast<std::int64_t>(sample.lags_us.size()));
    ledger.duration.observe(sample.duration_us);
    for (const std::int64_t lag_us : sample.lags_us)
        ledger.lag.observe(lag_us);
}

std::string Metrics::render(const Gauges& gauges, Format format) const {
    return render_text(impl_->shards_, impl_->ledger_, impl_->upstreams_, impl_->version_, gauges,
                       format);
}

}  // namespace llmr::metrics
