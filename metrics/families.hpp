#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "metrics/metrics.hpp"
#include "metrics/shard.hpp"

namespace llmr::metrics {

using Labels = std::initializer_list<std::pair<const char*, std::string_view>>;

/// Collects families of metrics. Each adding function reads one member of every shard.
class Families {
public:
    explicit Families(const Shards& shards) : shards_(shards) {}

    /// Begins a family; what is added next belongs to it. Counters are named with `_total`.
    void counters(std::string name, const char* help) {
        begin(std::move(name), prometheus::MetricType::Counter, help);
    }
    void gauges(std::string name, const char* help) {
        begin(std::move(name), prometheus::MetricType::Gauge, help);
    }
    void histograms(std::string name, const char* help) {
        begin(std::move(name), prometheus::MetricType::Histogram, help);
    }

    void value(double number, Labels labels = {});
    void value(std::int64_t number, Labels labels = {}) {
        value(static_cast<double>(number), labels);
    }
    /// The sum over all shards of what `member(shard)` gives.
    template <class Member>
    std::int64_t total(Member member) const {
        std::int64_t sum = 0;
        for (const auto& shard : shards_)
            sum += member(*shard).get();
        return sum;
    }
    template <class Member>
    void sum(Member member, Labels labels = {}) {
        value(total(member), labels);
    }
    template <class Member>
    void histogram(Member member, Labels labels = {}) {
        prometheus::ClientMetric metric = with_labels(labels);
        for (const auto& shard : shards_)
            member(*shard).add_to(metric.histogram);
        families_.back().metric.push_back(std::move(metric));
    }
    template <class One>
    void one_histogram(const One& histogram) {
        prometheus::ClientMetric metric;
        histogram.add_to(metric.histogram);
        families_.back().metric.push_back(std::move(metric));
    }

    void gauge(std::string name, double number, const char* help) {
        gauges(std::move(name), help);
        value(number);
    }
    void gauge(std::string name, std::int64_t number, const char* help) {
        gauge(std::move(name), static_cast<double>(number), help);
    }
    void counter(std::string name, double number, const char* help) {
        counters(std::move(name), help);
        value(number);
    }
    void counter(std::string name, std::int64_t number, const char* help) {
        counter(std::move(name), static_cast<double>(number), help);
    }

    const Shards& shards() const { return shards_; }
    const std::vector<prometheus::MetricFamily>& all() const { return families_; }

private:
    void begin(std::string name, prometheus::MetricType type, const char* help) {
        families_.push_back({std::move(name), help, type, {}});
    }
    static prometheus::ClientMetric with_labels(Labels labels);

    const Shards& shards_;
    std::vector<prometheus::MetricFamily> families_;
};

// What the shards hold (counted_families.cpp).
void add_queries(Families& families);
void add_attempts(Families& families, const std::vector<std::string>& upstreams);
void add_tokens_and_cost(Families& families, const std::vector<std::string>& upstreams);
void add_answers(Families& families);
void add_durations(Families& families);
void add_http(Families& families);
void add_ledger_commits(Families& families, const LedgerShard& ledger);

// What is so at the moment (state_families.cpp).
void add_share(Families& families, const Gauges& now);
void add_load(Families& families, const Gauges& now);
void add_upstreams(Families& families, const std::vector<std::string>& upstreams,
                   const Gauges& now);
void add_breakers(Families& families, const std::vector<std::string>& upstreams, const Gauges& now);
void add_ledger(Families& families, const Gauges& now);
void add_budgets(Families& families, const Gauges& now);

// The process itself (process_families.cpp).
void add_process(Families& families);

}  // namespace llmr::metrics
