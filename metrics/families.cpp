#include "metrics/families.hpp"

namespace llmr::metrics {

prometheus::ClientMetric Families::with_labels(Labels labels) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : labels)
        metric.label.push_back({name, std::string(value)});
    return metric;
}

void Families::value(double number, Labels labels) {
    prometheus::ClientMetric metric = with_labels(labels);
    if (families_.back().type == prometheus::MetricType::Counter)
        metric.counter.value = number;
    else
        metric.gauge.value = number;
    families_.back().metric.push_back(std::move(metric));
}

}  // namespace llmr::metrics
