#include "metrics/metrics.hpp"

#include <ctime>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::metrics;

namespace {

constexpr std::size_t kFamilies = 54;

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
    sample.baseline_pico = 400'000'000;
    sample.saved_pico = 130'000'000;
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
    CHECK(found.at(R"(llm_router_cost_usd_total{upstream="openai"})") == doctest::Approx(0.00054));
    CHECK(found.at(R"(llm_router_cost_usd_total{upstream="ollama"})") == 0);
    CHECK(found.at("llm_router_baseline_cost_usd_total") == doctest::Approx(0.0008));
    CHECK(found.at("llm_router_savings_usd") == doctest::Approx(0.00026));
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
    gauges.local_share = 0.965;
    gauges.local_share_window = 0.97;
    gauges.local_share_target = 0.95;
    gauges.score_cut = 0.6;
    gauges.allowance = 12;
    gauges.open_connections = 3;
    gauges.in_flight = 2;
    gauges.ledger_queue = 5;
    gauges.ledger_failed_commits = 6;
    gauges.ledger_spilled = 16;
    gauges.ledger_rows_dropped = 17;
    gauges.ledger_state = 2;
    gauges.models_installed = 4;
    gauges.ledger_spill_waiting = 18;
    gauges.upstream_up = {true, false};
    gauges.budgets = {{"day", 5, 1.5, 0.25, 3}};
    gauges.local_queues = {{0, 7, 4}};
    const auto found = samples(metrics.render(gauges));
    CHECK(found.at(R"(llm_router_local_share_ratio{span="all"})") == 0.965);
    CHECK(found.at(R"(llm_router_local_share_ratio{span="window"})") == 0.97);
    CHECK(found.at("llm_router_local_share_target_ratio") == 0.95);
    CHECK(found.at("llm_router_allowance_score_cut") == 0.6);
    CHECK(found.at(R"(llm_router_budget_cap_usd{period="day"})") == 5);
    CHECK(found.at(R"(llm_router_budget_spent_usd{period="day"})") == 1.5);
    CHECK(found.at(R"(llm_router_budget_held_usd{period="day"})") == 0.25);
    CHECK(found.at(R"(llm_router_budget_forecast_usd{period="day"})") == 3);
    CHECK(found.at("llm_router_external_allowance") == 12);
    CHECK(found.at("llm_router_open_connections") == 3);
    CHECK(found.at("llm_router_queries_in_flight") == 2);
    CHECK(found.at("llm_router_ledger_queue_rows") == 5);
    CHECK(found.at("llm_router_ledger_failed_commits_total") == 6);
    CHECK(found.at("llm_router_ledger_spilled_rows_total") == 16);
    CHECK(found.at("llm_router_ledger_dropped_rows_total") == 17);
    CHECK(found.at("llm_router_ledger_spill_rows") == 18);
    CHECK(found.at(R"(llm_router_ledger_state{state="ok"})") == 0);
    CHECK(found.at(R"(llm_router_ledger_state{state="spilling"})") == 0);
    CHECK(found.at(R"(llm_router_ledger_state{state="failing"})") == 1);
    CHECK(found.at("llm_router_models_installed") == 4);
    CHECK(found.at(R"(llm_router_local_queries_waiting{upstream="ollama"})") == 7);
    CHECK(found.at(R"(llm_router_local_queries_in_flight{upstream="ollama"})") == 4);
    CHECK_FALSE(found.contains(R"(llm_router_local_queries_waiting{upstream="openai"})"));
    CHECK(found.at(R"(llm_router_upstream_up{upstream="ollama"})") == 1);
    CHECK(found.at(R"(llm_router_upstream_up{upstream="openai"})") == 0);
    gauges.upstream_up = {true, std::nullopt};
    CHECK_FALSE(
        samples(metrics.render(gauges)).contains(R"(llm_router_upstream_up{upstream="openai"})"));
}

TEST_CASE("decisions, waits and transactions are counted") {
    Metrics metrics(2, {}, "1");
    metrics.count_allowance(0, Allowance::granted);
    metrics.count_allowance(1, Allowance::granted);
    metrics.count_allowance(0, Allowance::refused);
    metrics.count_allowance(0, Allowance::below_cut);
    metrics.observe_classification(0, 40);
    metrics.observe_classification(1, 60);
    metrics.observe_queue_wait(1, 2'000'000);
    const std::vector<std::int64_t> lags{100, 900, 2'000};
    metrics.observe_commit({lags, 800});
    const auto found = samples(metrics.render({}));
    const std::string requests = "llm_router_allowance_requests_total";
    CHECK(found.at(requests + R"({result="granted"})") == 2);
    CHECK(found.at(requests + R"({result="refused"})") == 1);
    CHECK(found.at(requests + R"({result="below_cut"})") == 1);
    CHECK(found.at(R"(llm_router_classification_seconds_bucket{le="5e-05"})") == 1);
    CHECK(found.at(R"(llm_router_classification_seconds_bucket{le="0.0001"})") == 2);
    CHECK(found.at("llm_router_queue_wait_seconds_sum") == 2);
    CHECK(found.at("llm_router_ledger_commit_rows_sum") == 3);
    CHECK(found.at(R"(llm_router_ledger_commit_rows_bucket{le="2"})") == 0);
    CHECK(found.at(R"(llm_router_ledger_commit_rows_bucket{le="5"})") == 1);
    CHECK(found.at(R"(llm_router_ledger_commit_lag_seconds_bucket{le="0.001"})") == 2);
    CHECK(found.at("llm_router_ledger_commit_lag_seconds_count") == 3);
    CHECK(found.at("llm_router_ledger_commit_duration_seconds_sum") == doctest::Approx(0.0008));
}

TEST_CASE("the worst breaker of an upstream is its state, and changes with time alone") {
    Metrics metrics(2, {"ollama", "openai"}, "1");
    const SteadyTime start = steady_now();
    const auto state = [&](const std::string& upstream, std::chrono::seconds after) {
        Gauges gauges;
        gauges.now = start + after;
        const auto found = samples(metrics.render(gauges));
        std::string is;
        for (const std::string name : {"closed", "half_open", "open"})
            if (found.at("llm_router_breaker_state{upstream=\"" + upstream + "\",state=\"" + name +
                         "\"}") == 1)
                is += name;
        return is;
    };
    using std::chrono::seconds;
    CHECK(state("ollama", seconds(0)) == "closed");
    metrics.count_breaker_opened(1, 0);
    metrics.set_breakers(1, 0, {1, start + seconds(2)});
    CHECK(state("ollama", seconds(1)) == "open");
    CHECK(state("ollama", seconds(2)) == "half_open");
    CHECK(state("openai", seconds(1)) == "closed");
    metrics.set_breakers(1, 0, {});
    CHECK(state("ollama", seconds(1)) == "closed");
    // A rest is no failure: it ends by itself.
    metrics.set_breakers(0, 1, {0, start + seconds(5)});
    CHECK(state("openai", seconds(4)) == "open");
    CHECK(state("openai", seconds(5)) == "closed");
    metrics.set_breakers(0, 7, {1, start});  // no such upstream
    const auto found = samples(metrics.render({}));
    CHECK(found.at(R"(llm_router_breaker_opened_total{upstream="ollama"})") == 1);
    CHECK(found.at(R"(llm_router_breaker_opened_total{upstream="openai"})") == 0);
}

TEST_CASE("no configuration has more than 2,000 series") {
    std::vector<std::string> names;
    Gauges gauges;
    for (std::size_t index = 0; index < 500; ++index) {
        names.push_back("upstream-" + std::to_string(index));
        gauges.upstream_up.push_back(index != 400);
        gauges.local_queues.push_back({index, 1, 1});
    }
    gauges.budgets = {{"day", 1, 0, 0, 0}, {"month", 1, 0, 0, 0}};
    Metrics metrics(2, names, "1");
    AttemptSample sample = external_sample();
    sample.upstream_index = 499;
    metrics.observe(0, sample);
    for (const Format format : {Format::prometheus, Format::openmetrics}) {
        const auto found = samples(metrics.render(gauges, format));
        CHECK(found.size() <= 2000);
        CHECK(found.at(R"(llm_router_upstream_up{upstream="upstream-63"})") == 1);
        CHECK(found.at(R"(llm_router_upstream_up{upstream="_other"})") == 0);
        CHECK(found.at(R"(llm_router_local_queries_waiting{upstream="_other"})") == 436);
        CHECK(
            found.at(
                R"(llm_router_attempts_total{upstream="_other",locality="external",status="ok"})") ==
            1);
    }
}

TEST_CASE("what the process uses is there") {
    const Metrics metrics(1, {}, "1");
    const auto found = samples(metrics.render({}));
    CHECK(found.at("process_resident_memory_bytes") > 1e6);
    CHECK(found.at("process_virtual_memory_bytes") > found.at("process_resident_memory_bytes"));
    CHECK(found.at("process_open_fds") >= 3);
    CHECK(found.at("process_max_fds") >= found.at("process_open_fds"));
    CHECK(found.at("process_threads") >= 1);
    CHECK(found.at("process_cpu_seconds_total") >= 0);
    const auto now = static_cast<double>(std::time(nullptr));
    CHECK(found.at("process_start_time_seconds") > now - 3600);
    CHECK(found.at("process_start_time_seconds") <= now + 2);
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
    CHECK(described.size() == kFamilies);
    for (const std::string& name : described) {
        CAPTURE(name);
        CHECK(text.find("# TYPE " + name + " ") != text.npos);
    }
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
