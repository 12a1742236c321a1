#include "metrics/metrics.hpp"

#include <map>
#include <set>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::metrics;

namespace {

/// Sample lines by their text before the value.
std::map<std::string, double> samples(const std::string& text) {
    std::map<std::string, double> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::size_t space = line.rfind(' ');
        found[line.substr(0, space)] = std::stod(line.substr(space + 1));
    }
    return found;
}

AttemptSample external_sample() {
    AttemptSample sample;
    sample.upstream_index = 1;
    sample.locality = Locality::external;
    sample.type = QueryType::complex;
    sample.query_local = false;
    sample.input_tokens = 1000;
    sample.output_tokens = 200;
    sample.cost_pico = 270'000'000;  // 0.00027 USD
    sample.total_us = 1'500'000;
    sample.ttft_us = 400'000;
    sample.router_us = 80;
    return sample;
}

}  // namespace

TEST_CASE("what shards count is added up under closed labels") {
    Metrics metrics(2, {"ollama", "openai"}, "1.2.3");
    metrics.observe(0, external_sample());
    metrics.observe(1, external_sample());
    AttemptSample failed;
    failed.status = AttemptStatus::error;
    failed.final = false;
    failed.cost_unknown = true;
    failed.switched = true;
    failed.waited_for_load = true;
    failed.input_tokens = 7;
    metrics.observe(1, failed);
    const auto found = samples(metrics.render({}));
    const std::string complex_ok = R"({type="complex",locality="external",status="ok"})";
    CHECK(found.at("llm_router_queries_total" + complex_ok) == 2);
    CHECK(found.at(R"(llm_router_queries_total{type="simple",locality="local",status="error"})") ==
          0);
    CHECK(found.at(
              R"(llm_router_attempts_total{upstream="openai",locality="external",status="ok"})") ==
          2);
    CHECK(found.at(
              R"(llm_router_attempts_total{upstream="ollama",locality="local",status="error"})") ==
          1);
    CHECK(found.at(R"(llm_router_tokens_total{locality="external",direction="input"})") == 2000);
    CHECK(found.at(R"(llm_router_tokens_total{locality="external",direction="output"})") == 400);
    CHECK(found.at(R"(llm_router_tokens_total{locality="local",direction="input"})") == 7);
    CHECK(found.at("llm_router_cost_usd_total") == doctest::Approx(0.00054));
    CHECK(found.at("llm_router_cost_unknown_total") == 1);
    CHECK(found.at("llm_router_conversation_switches_total") == 1);
    CHECK(found.at(R"(llm_router_load_waits_total{upstream="ollama"})") == 1);
    CHECK(found.at(R"(llm_router_load_waits_total{upstream="openai"})") == 0);
    CHECK(found.at(R"(llm_router_build_info{version="1.2.3"})") == 1);
}

TEST_CASE("histograms are cumulative, in seconds, and end with +Inf") {
    Metrics metrics(2, {"ollama", "openai"}, "1");
    AttemptSample sample = external_sample();
    for (const std::int64_t total_us : {100, 101, 1'000'000, 900'000'000}) {
        sample.total_us = total_us;
        sample.ttft_us = 0;
        metrics.observe(total_us == 101 ? 1 : 0, sample);
    }
    const auto found = samples(metrics.render({}));
    const auto bucket = [&](const std::string& edge) {
        return found.at("llm_router_query_duration_seconds_bucket{locality=\"external\",le=\"" +
                        edge + "\"}");
    };
    CHECK(bucket("0.0001") == 1);
    CHECK(bucket("0.00025") == 2);
    CHECK(bucket("0.5") == 2);
    CHECK(bucket("1") == 3);
    CHECK(bucket("600") == 3);
    CHECK(bucket("+Inf") == 4);
    CHECK(found.at(R"(llm_router_query_duration_seconds_count{locality="external"})") == 4);
    CHECK(found.at(R"(llm_router_query_duration_seconds_sum{locality="external"})") ==
          doctest::Approx(901.000201));
    CHECK(found.at(R"(llm_router_time_to_first_token_seconds_count{locality="external"})") == 0);
    CHECK(found.at("llm_router_overhead_seconds_count") == 4);
}

TEST_CASE("responses count by class of status, nonsense nowhere") {
    Metrics metrics(1, {}, "1");
    for (const int status : {200, 204, 404, 503, 599, 0, 700, -5})
        metrics.count_http(0, status);
    metrics.count_rejected_head(0);
    const auto found = samples(metrics.render({}));
    CHECK(found.at(R"(llm_router_http_responses_total{status="2xx"})") == 2);
    CHECK(found.at(R"(llm_router_http_responses_total{status="3xx"})") == 0);
    CHECK(found.at(R"(llm_router_http_responses_total{status="4xx"})") == 1);
    CHECK(found.at(R"(llm_router_http_responses_total{status="5xx"})") == 2);
    CHECK(found.at("llm_router_http_rejected_heads_total") == 1);
}

TEST_CASE("refusals count by reason, and what the retry budget denied") {
    Metrics metrics(2, {}, "1");
    metrics.count_refusal(0, Refusal::queue_full);
    metrics.count_refusal(1, Refusal::queue_full);
    metrics.count_refusal(1, Refusal::deadline);
    metrics.count_retry_denied(0);
    const auto found = samples(metrics.render({}));
    CHECK(found.at(R"(llm_router_queries_refused_total{reason="queue_full"})") == 2);
    CHECK(found.at(R"(llm_router_queries_refused_total{reason="deadline"})") == 1);
    CHECK(found.at("llm_router_retries_denied_total") == 1);
}

TEST_CASE("gauges are those of the scrape") {
    Metrics metrics(1, {"ollama", "openai"}, "1");
    Gauges gauges;
    gauges.local_share_percent = 96.5;
    gauges.allowance = 12;
    gauges.open_connections = 3;
    gauges.in_flight = 2;
    gauges.ledger_queue = 5;
    gauges.ledger_failed_commits = 6;
    gauges.ledger_spilled = 16;
    gauges.ledger_rows_dropped = 17;
    gauges.ledger_state = 2;
    gauges.models_installed = 4;
    gauges.upstream_up = {true, false};
    gauges.local_queues = {{0, 7, 4}};
    const auto found = samples(metrics.render(gauges));
    CHECK(found.at("llm_router_local_share_percent") == 96.5);
    CHECK(found.at("llm_router_local_share_target_percent") == 95);
    CHECK(found.at("llm_router_external_allowance") == 12);
    CHECK(found.at("llm_router_open_connections") == 3);
    CHECK(found.at("llm_router_queries_in_flight") == 2);
    CHECK(found.at("llm_router_ledger_queue_rows") == 5);
    CHECK(found.at("llm_router_ledger_failed_commits_total") == 6);
    CHECK(found.at("llm_router_ledger_spilled_rows_total") == 16);
    CHECK(found.at("llm_router_ledger_dropped_rows_total") == 17);
    CHECK(found.at("llm_router_ledger_state") == 2);
    CHECK(found.at("llm_router_models_installed") == 4);
    CHECK(found.at(R"(llm_router_local_queries_waiting{upstream="ollama"})") == 7);
    CHECK(found.at(R"(llm_router_local_queries_in_flight{upstream="ollama"})") == 4);
    CHECK_FALSE(found.contains(R"(llm_router_local_queries_waiting{upstream="openai"})"));
    CHECK(found.at(R"(llm_router_upstream_up{upstream="ollama"})") == 1);
    CHECK(found.at(R"(llm_router_upstream_up{upstream="openai"})") == 0);
}

TEST_CASE("the set of series is the same from the first scrape on, and every family has help") {
    Metrics metrics(1, {"ollama", "openai"}, "1");
    const auto before = samples(metrics.render({}));
    metrics.observe(0, external_sample());
    AttemptSample foreign = external_sample();
    foreign.upstream_index = 99;  // no such upstream
    metrics.observe(0, foreign);
    const std::string text = metrics.render({});
    const auto after = samples(text);
    CHECK(before.size() == after.size());
    CHECK(after.size() < 2000);
    std::set<std::string> described;
    std::istringstream lines(text);
    const std::string help = "# HELP ";
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(help))
            described.insert(line.substr(help.size(), line.find(' ', help.size()) - help.size()));
    CHECK(described.size() == 31);
}

TEST_CASE("rendering while shards are written loses nothing") {
    constexpr int kSamples = 20'000;
    Metrics metrics(2, {"ollama", "openai"}, "1");
    std::vector<std::thread> owners;
    for (int shard = 0; shard < 2; ++shard)
        owners.emplace_back([&metrics, shard] {
            for (int index = 0; index < kSamples; ++index)
                metrics.observe(shard, external_sample());
        });
    double last = 0;
    const char* const name = "llm_router_overhead_seconds_count";
    for (int scrape = 0; scrape < 5; ++scrape) {
        const double now = samples(metrics.render({})).at(name);
        CHECK(now >= last);
        last = now;
    }
    for (std::thread& owner : owners)
        owner.join();
    CHECK(samples(metrics.render({})).at(name) == 2 * kSamples);
}
