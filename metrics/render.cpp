#include "metrics/render.hpp"

#include <initializer_list>
#include <sstream>
#include <string_view>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "core/money.hpp"

namespace llmr::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::initializer_list<std::pair<const char*, std::string_view>>;

constexpr std::array kLocalityOrder{Locality::local, Locality::external};
constexpr std::array<std::string_view, kDirections> kDirectionNames{"input", "output"};
constexpr std::array<std::string_view, kStatusClasses> kClassNames{"1xx", "2xx", "3xx", "4xx",
                                                                   "5xx"};

constexpr std::array<std::string_view, kRefusals> kRefusalNames{"queue_full", "deadline"};

std::string_view status_name(std::size_t index) {
    return to_string(static_cast<AttemptStatus>(index));
}

/// A finished attempt is never open, so that label value would only ever be 0.
constexpr std::size_t kFirstStatus = static_cast<std::size_t>(AttemptStatus::open) + 1;

ClientMetric with_labels(Labels labels) {
    ClientMetric metric;
    for (const auto& [name, value] : labels)
        metric.label.push_back({name, std::string(value)});
    return metric;
}

/// Collects families. Each adding function reads one member of every shard.
class Families {
public:
    explicit Families(const Shards& shards) : shards_(shards) {}

    void begin(const char* name, MetricType type, const char* help) {
        families_.push_back({std::string("llm_router_") + name, help, type, {}});
    }
    void value(double number, Labels labels = {}) {
        ClientMetric metric = with_labels(labels);
        if (families_.back().type == MetricType::Counter)
            metric.counter.value = number;
        else
            metric.gauge.value = number;
        families_.back().metric.push_back(std::move(metric));
    }
    /// The sum over all shards of what `member(shard)` gives.
    template <class Member>
    void counter(Member member, Labels labels = {}) {
        value(static_cast<double>(total(member)), labels);
    }
    template <class Member>
    std::int64_t total(Member member) const {
        std::int64_t sum = 0;
        for (const auto& shard : shards_)
            sum += member(*shard).get();
        return sum;
    }
    template <class Member>
    void histogram(Member member, Labels labels = {}) {
        ClientMetric metric = with_labels(labels);
        for (const auto& shard : shards_)
            member(*shard).add_to(metric.histogram);
        families_.back().metric.push_back(std::move(metric));
    }
    void gauge(const char* name, double number, const char* help) {
        begin(name, MetricType::Gauge, help);
        value(number);
    }
    std::string text() const {
        std::ostringstream out;
        prometheus::TextSerializer().Serialize(out, families_);
        return std::move(out).str();
    }

private:
    const Shards& shards_;
    std::vector<MetricFamily> families_;
};

void add_queries(Families& families) {
    families.begin("queries_total", MetricType::Counter,
                   "Queries by type, by whether they stayed local, and by how they ended");
    for (const QueryType type : kAllQueryTypes)
        for (const Locality locality : kLocalityOrder)
            for (std::size_t status = kFirstStatus; status < kStatuses; ++status)
                families.counter(
                    [&](const Shard& shard) -> const Counter& {
                        return shard.queries[static_cast<std::size_t>(type)]
                                            [static_cast<std::size_t>(locality)][status];
                    },
                    {{"type", to_string(type)},
                     {"locality", to_string(locality)},
                     {"status", status_name(status)}});
}

void add_attempts(Families& families, const std::vector<std::string>& names) {
    families.begin("attempts_total", MetricType::Counter,
                   "Attempts by upstream, by where tokens were computed, and by how they ended");
    for (std::size_t upstream = 0; upstream < names.size(); ++upstream)
        for (const Locality locality : kLocalityOrder)
            for (std::size_t status = kFirstStatus; status < kStatuses; ++status)
                families.counter(
                    [&](const Shard& shard) -> const Counter& {
                        return shard.attempts[upstream][static_cast<std::size_t>(locality)][status];
                    },
                    {{"upstream", names[upstream]},
                     {"locality", to_string(locality)},
                     {"status", status_name(status)}});
}

void add_tokens_and_cost(Families& families) {
    families.begin("tokens_total", MetricType::Counter, "Tokens of all attempts");
    for (const Locality locality : kLocalityOrder)
        for (std::size_t direction = 0; direction < kDirections; ++direction)
            families.counter(
                [&](const Shard& shard) -> const Counter& {
                    return shard.tokens[static_cast<std::size_t>(locality)][direction];
                },
                {{"locality", to_string(locality)}, {"direction", kDirectionNames[direction]}});
    families.begin("cost_usd_total", MetricType::Counter,
                   "Cost of all attempts with a known price; the ledger holds the exact amounts");
    // Summed as integers; only the scraped figure is a double.
    families.value(static_cast<double>(families.total(
                       [](const Shard& shard) -> const Counter& { return shard.cost_pico; })) /
                   static_cast<double>(kPicoPerUsd));
    families.begin("cost_unknown_total", MetricType::Counter,
                   "Attempts that used tokens at an unknown price");
    families.counter([](const Shard& shard) -> const Counter& { return shard.cost_unknown; });
    families.begin("truncated_prompts_total", MetricType::Counter,
                   "Attempts whose prompt Ollama cut to its context");
    families.counter([](const Shard& shard) -> const Counter& { return shard.truncated; });
    families.begin("usage_inconsistent_total", MetricType::Counter,
                   "Attempts whose reported token counts contradict each other; marked estimated");
    families.counter([](const Shard& shard) -> const Counter& { return shard.usage_inconsistent; });
    families.begin("conversation_switches_total", MetricType::Counter,
                   "Answers whose conversation had its last answer from another model");
    families.counter(
        [](const Shard& shard) -> const Counter& { return shard.conversation_switches; });
}

void add_durations(Families& families) {
    families.begin("query_duration_seconds", MetricType::Histogram,
                   "From the request's arrival to the end of the last attempt");
    for (const Locality locality : kLocalityOrder)
        families.histogram(
            [&](const Shard& shard) -> const DurationHistogram& {
                return shard.query_duration[static_cast<std::size_t>(locality)];
            },
            {{"locality", to_string(locality)}});
    families.begin("time_to_first_token_seconds", MetricType::Histogram,
                   "From the request's arrival to the first content byte of the upstream");
    for (const Locality locality : kLocalityOrder)
        families.histogram(
            [&](const Shard& shard) -> const DurationHistogram& {
                return shard.first_token[static_cast<std::size_t>(locality)];
            },
            {{"locality", to_string(locality)}});
    families.begin("overhead_seconds", MetricType::Histogram,
                   "The router's own time before the upstream was asked");
    families.histogram(
        [](const Shard& shard) -> const DurationHistogram& { return shard.overhead; });
}

void add_http(Families& families) {
    families.begin("http_responses_total", MetricType::Counter, "Responses by class of status");
    for (std::size_t index = 0; index < kStatusClasses; ++index)
        families.counter([&](const Shard& shard) -> const Counter& { return shard.http[index]; },
                         {{"status", kClassNames[index]}});
    families.begin("http_rejected_heads_total", MetricType::Counter,
                   "Requests refused for their head alone");
    families.counter([](const Shard& shard) -> const Counter& { return shard.rejected_heads; });
}

void add_gauges(Families& families, const Gauges& now) {
    families.gauge("local_share_percent", now.local_share_percent, "Share of queries kept local");
    families.gauge("local_share_target_percent", now.local_share_target_percent,
                   "The share that is guaranteed");
    families.gauge("external_allowance", static_cast<double>(now.allowance),
                   "External queries that the guaranteed share permits now");
    families.gauge("open_connections", static_cast<double>(now.open_connections),
                   "Client connections");
    families.gauge("queries_in_flight", static_cast<double>(now.in_flight),
                   "Queries being answered");
    families.gauge("ledger_queue_rows", static_cast<double>(now.ledger_queue),
                   "Ledger rows not yet committed");
    families.gauge("ledger_state", static_cast<double>(now.ledger_state),
                   "0: rows go to the database, 1: to the spill file, 2: neither can be written");
    families.gauge("models_installed", static_cast<double>(now.models_installed),
                   "Models installed on local upstreams");
    families.begin("ledger_failed_commits_total", MetricType::Counter,
                   "Ledger transactions that failed and were tried again");
    families.value(static_cast<double>(now.ledger_failed_commits));
    families.begin("ledger_spilled_rows_total", MetricType::Counter,
                   "Ledger rows that went to the spill file while the database failed");
    families.value(static_cast<double>(now.ledger_spilled));
    families.begin("ledger_dropped_rows_total", MetricType::Counter,
                   "Ledger rows given up: nothing could be written and the queue was full");
    families.value(static_cast<double>(now.ledger_rows_dropped));
}

/// What local models have to do, and what became of queries that were too much.
void add_local_queues(Families& families, const std::vector<std::string>& names,
                      const Gauges& now) {
    const auto name_of = [&names](const LocalQueue& queue) {
        return queue.upstream_index < names.size() ? std::string_view(names[queue.upstream_index])
                                                   : std::string_view();
    };
    families.begin("local_queries_waiting", MetricType::Gauge,
                   "Queries waiting for a slot of a local model");
    for (const LocalQueue& queue : now.local_queues)
        families.value(static_cast<double>(queue.waiting), {{"upstream", name_of(queue)}});
    families.begin("local_queries_in_flight", MetricType::Gauge,
                   "Queries that have a slot of a local model");
    for (const LocalQueue& queue : now.local_queues)
        families.value(static_cast<double>(queue.in_flight), {{"upstream", name_of(queue)}});
    families.begin("load_waits_total", MetricType::Counter,
                   "Answers that waited for their model to be loaded, as the upstream reports");
    for (std::size_t index = 0; index < names.size(); ++index)
        families.counter(
            [&](const Shard& shard) -> const Counter& { return shard.load_waits[index]; },
            {{"upstream", names[index]}});
    families.begin("queries_refused_total", MetricType::Counter,
                   "Queries whose client was told that a queue is full, or a deadline not kept");
    for (std::size_t index = 0; index < kRefusals; ++index)
        families.counter(
            [&](const Shard& shard) -> const Counter& { return shard.refusals[index]; },
            {{"reason", kRefusalNames[index]}});
    families.begin("retries_denied_total", MetricType::Counter,
                   "Queries that the retry budget kept from a further attempt");
    families.counter([](const Shard& shard) -> const Counter& { return shard.retries_denied; });
}

void add_upstreams(Families& families, const std::vector<std::string>& names, const Gauges& now) {
    families.begin("upstream_up", MetricType::Gauge, "1 if the upstream answered last time");
    for (std::size_t index = 0; index < names.size() && index < now.upstream_up.size(); ++index)
        families.value(now.upstream_up[index] ? 1 : 0, {{"upstream", names[index]}});
}

}  // namespace

std::string render_text(const Shards& shards, const std::vector<std::string>& upstream_names,
                        const std::string& version, const Gauges& gauges) {
    Families families(shards);
    add_queries(families);
    add_attempts(families, upstream_names);
    add_tokens_and_cost(families);
    add_durations(families);
    add_http(families);
    add_gauges(families, gauges);
    add_upstreams(families, upstream_names, gauges);
    add_local_queues(families, upstream_names, gauges);
    families.begin("build_info", MetricType::Gauge, "Always 1; the version is the label");
    families.value(1, {{"version", version}});
    return families.text();
}

}  // namespace llmr::metrics
