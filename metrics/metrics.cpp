#include "metrics/metrics.hpp"

#include <utility>

#include "metrics/render.hpp"
#include "metrics/shard.hpp"

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
        : upstream_names_(std::move(names)), version_(std::move(version)) {
        for (int index = 0; index < shards; ++index)
            shards_.push_back(std::make_unique<Shard>(upstream_names_.size()));
    }

    Shard& shard(int index) { return *shards_.at(static_cast<std::size_t>(index)); }

    Shards shards_;
    const std::vector<std::string> upstream_names_;
    const std::string version_;
};

Metrics::Metrics(int shards, std::vector<std::string> upstream_names, std::string version)
    : impl_(std::make_unique<Impl>(shards, std::move(upstream_names), std::move(version))) {}
Metrics::~Metrics() = default;

void Metrics::observe(int shard_index, const AttemptSample& sample) {
    Shard& shard = impl_->shard(shard_index);
    const std::size_t locality = index_of(sample.locality);
    const std::size_t status = index_of(sample.status);
    if (sample.upstream_index < shard.attempts.size()) {
        shard.attempts[sample.upstream_index][locality][status].add();
        if (sample.waited_for_load) shard.load_waits[sample.upstream_index].add();
    }
    shard.tokens[locality][0].add(sample.input_tokens);
    shard.tokens[locality][1].add(sample.output_tokens);
    shard.cost_pico.add(sample.cost_pico);
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

void Metrics::count_http(int shard, int status) {
    const int status_class = status / 100;
    if (status_class < 1 || status_class > static_cast<int>(kStatusClasses)) return;
    impl_->shard(shard).http[static_cast<std::size_t>(status_class - 1)].add();
}

void Metrics::count_rejected_head(int shard) {
    impl_->shard(shard).rejected_heads.add();
}

void Metrics::count_refusal(int shard, Refusal reason) {
    impl_->shard(shard).refusals[index_of(reason)].add();
}

void Metrics::count_retry_denied(int shard) {
    impl_->shard(shard).retries_denied.add();
}

std::string Metrics::render(const Gauges& gauges) const {
    return render_text(impl_->shards_, impl_->upstream_names_, impl_->version_, gauges);
}

}  // namespace llmr::metrics
