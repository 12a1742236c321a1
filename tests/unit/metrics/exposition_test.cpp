#include "metrics/exposition.hpp"

#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metrics/metrics.hpp"
#include "metrics/openmetrics.hpp"

using namespace llmr;
using namespace llmr::metrics;

TEST_CASE("OpenMetrics goes to those who name it and do not prefer text") {
    const auto is_openmetrics = [](const char* accept) {
        return choose_format(accept) == Format::openmetrics;
    };
    CHECK_FALSE(is_openmetrics(""));
    CHECK_FALSE(is_openmetrics("*/*"));
    CHECK_FALSE(is_openmetrics("text/plain"));
    CHECK_FALSE(is_openmetrics("text/html,application/xhtml+xml,*/*;q=0.8"));
    CHECK(is_openmetrics("application/openmetrics-text"));
    CHECK(is_openmetrics("Application/OpenMetrics-Text; Version=1.0.0"));
    CHECK(is_openmetrics("application/openmetrics-text; version=\"1.0.0\""));
    // Prometheus 2.42 and 3.
    CHECK(
        is_openmetrics("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                       "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"));
    CHECK(
        is_openmetrics("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                       "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.2"));
    CHECK_FALSE(is_openmetrics("application/openmetrics-text;version=0.0.1"));
    CHECK_FALSE(is_openmetrics("application/openmetrics-text;q=0"));
    CHECK_FALSE(is_openmetrics("application/openmetrics-text;q=0.3, text/plain;q=0.7"));
    CHECK_FALSE(is_openmetrics("application/openmetrics-text;q=none"));
    CHECK_FALSE(is_openmetrics(",;,=;q=,"));
}

TEST_CASE("OpenMetrics text") {
    prometheus::MetricFamily counter{
        "requests_total", "All \"of\" them\nsince", prometheus::MetricType::Counter, {}};
    prometheus::ClientMetric one;
    one.label = {{"path", "a\\b\"c\nd"}};
    one.counter.value = 3;
    counter.metric = {one};
    prometheus::MetricFamily info{"x_build_info", "Always 1", prometheus::MetricType::Gauge, {}};
    prometheus::ClientMetric version;
    version.label = {{"version", "1.2"}};
    version.gauge.value = 1;
    info.metric = {version};
    prometheus::MetricFamily gauge{"free_bytes", "Free", prometheus::MetricType::Gauge, {}};
    prometheus::ClientMetric free;
    free.gauge.value = 0.25;
    gauge.metric = {free};
    prometheus::MetricFamily histogram{
        "wait_seconds", "Waits", prometheus::MetricType::Histogram, {}};
    prometheus::ClientMetric waits;
    waits.histogram = {
        4, 2.5, {{1, 0.00001}, {3, 1}, {4, std::numeric_limits<double>::infinity()}}};
    histogram.metric = {waits};
    const std::string expected =
        "# TYPE requests counter\n"
        "# HELP requests All \\\"of\\\" them\\nsince\n"
        "requests_total{path=\"a\\\\b\\\"c\\nd\"} 3\n"
        "# TYPE x_build info\n"
        "# HELP x_build Always 1\n"
        "x_build_info{version=\"1.2\"} 1\n"
        "# TYPE free_bytes gauge\n"
        "# UNIT free_bytes bytes\n"
        "# HELP free_bytes Free\n"
        "free_bytes 0.25\n"
        "# TYPE wait_seconds histogram\n"
        "# UNIT wait_seconds seconds\n"
        "# HELP wait_seconds Waits\n"
        "wait_seconds_bucket{le=\"1e-05\"} 1\n"
        "wait_seconds_bucket{le=\"1.0\"} 3\n"
        "wait_seconds_bucket{le=\"+Inf\"} 4\n"
        "wait_seconds_count 4\n"
        "wait_seconds_sum 2.5\n"
        "# EOF\n";
    CHECK(openmetrics_text({counter, info, gauge, histogram}) == expected);
}

TEST_CASE("both formats have the same families and values") {
    Metrics metrics(1, {"ollama"}, "1");
    metrics.count_http(0, 200);
    const std::string text = metrics.render({});
    const std::string open = metrics.render({}, Format::openmetrics);
    CHECK(text.find("# EOF") == text.npos);
    CHECK(open.ends_with("# EOF\n"));
    const std::string line = "\nllm_router_http_responses_total{status=\"2xx\"} 1\n";
    CHECK(text.find(line) != text.npos);
    CHECK(open.find(line) != open.npos);
    CHECK(text.find("\n# TYPE llm_router_http_responses_total counter\n") != text.npos);
    CHECK(open.find("\n# TYPE llm_router_http_responses counter\n") != open.npos);
    CHECK(open.find("\n# TYPE llm_router_build info\n") != open.npos);
    CHECK(content_type(Format::openmetrics).find("version=1.0.0") != std::string_view::npos);
}
