// Whole traces in virtual time: swaps against first-in-first-out, waits against their bound, and
// what must hold at every step.
#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "routing/model_schedule.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLoad = 4s;
constexpr milliseconds kLongest = 1500ms;

struct Request {
    std::string model;
    SteadyTime arrives;
    milliseconds takes{0};
    SteadyTime started{};
    bool done = false;
};

/// `count` requests for `models` models drawn evenly, on average one every `gap`.
std::vector<Request> mixed_trace(unsigned seed, int models, int count, milliseconds gap) {
    std::mt19937 random(seed);
    std::exponential_distribution<double> pause(1.0 / static_cast<double>(gap.count()));
    std::uniform_int_distribution<int> model(0, models - 1);
    std::uniform_int_distribution<int> takes(200, static_cast<int>(kLongest.count()));
    std::vector<Request> trace;
    SteadyTime at{1h};
    for (int i = 0; i < count; ++i) {
        at += milliseconds(static_cast<int>(pause(random)));
        trace.push_back(
            {"model-" + std::to_string(model(random)), at, milliseconds(takes(random))});
    }
    return trace;
}

/// Loads of a host with one place that serves in the order of arrival, as Ollama does.
int fifo_loads(const std::vector<Request>& trace) {
    int loads = 0;
    std::string in_memory;
    for (const Request& request : trace) {
        loads += request.model != in_memory ? 1 : 0;
        in_memory = request.model;
    }
    return loads;
}

/// A host of our own making: it knows what it really has in memory, loads on demand and evicts
/// what is idle.
class TrueHost {
public:
    explicit TrueHost(int places) : places_(places) {}

    /// The load time a request has to bear that begins now.
    milliseconds begin(const std::string& model, SteadyTime now) {
        ++in_flight_[model];
        auto found = ready_.find(model);
        if (found == ready_.end()) {
            if (static_cast<int>(ready_.size()) >= places_) evict();
            found = ready_.emplace(model, now + kLoad).first;
            ++loads;
        }
        used_[model] = now;
        return std::chrono::duration_cast<milliseconds>(std::max(found->second, now) - now);
    }
    void end(const std::string& model, SteadyTime now) {
        --in_flight_[model];
        used_[model] = now;
    }
    int in_flight(const std::string& model) { return in_flight_[model]; }
    int loads = 0;

private:
    void evict() {
        std::string victim;
        for (const auto& [model, at] : ready_) {
            if (in_flight_[model] > 0) continue;
            if (victim.empty() || used_[model] < used_[victim]) victim = model;
        }
        REQUIRE_MESSAGE(!victim.empty(), "a model was to be evicted while all answer");
        ready_.erase(victim);
    }

    int places_;
    std::map<std::string, SteadyTime> ready_;
    std::map<std::string, int> in_flight_;
    std::map<std::string, SteadyTime> used_;
};

/// Runs a trace through a schedule and the host, event by event.
class Replay {
public:
    Replay(std::vector<Request> trace, const ScheduleLimits& limits)
        : trace_(std::move(trace)), limits_(limits), schedule_(limits), host_(limits.max_loaded) {}

    void run() {
        std::size_t next = 0;
        for (;;) {
            SteadyTime at = schedule_.next_due(now_);
            if (next < trace_.size()) at = std::min(at, trace_[next].arrives);
            if (!ends_.empty()) at = std::min(at, ends_.top().first);
            if (at == SteadyTime::max()) return;
            now_ = at;
            while (!ends_.empty() && ends_.top().first <= now_)
                finish();
            while (next < trace_.size() && trace_[next].arrives <= now_)
                arrive(next++);
            for (const auto ticket : schedule_.grant(now_))
                start(ticket);
        }
    }

    int loads() const { return host_.loads; }
    int refused() const { return refused_; }
    std::size_t served() const {
        return static_cast<std::size_t>(
            std::count_if(trace_.begin(), trace_.end(), [](const auto& r) { return r.done; }));
    }
    /// From arrival to the end of loading.
    milliseconds longest_wait() const { return longest_wait_; }
    milliseconds longest_wait_for(const std::string& model) const {
        const auto found = longest_for_.find(model);
        return found == longest_for_.end() ? milliseconds(0) : found->second;
    }

private:
    void arrive(std::size_t index) {
        const std::string& model = trace_[index].model;
        if (schedule_.try_start(model, now_)) return start(index);
        schedule_.enqueue(model, index, now_);
        for (const auto ticket : schedule_.grant(now_))
            start(ticket);
        if (schedule_.is_overfull(model)) {
            schedule_.leave(model, index);
            ++refused_;
        }
        REQUIRE(schedule_.view(model, now_).waiting <= limits_.queue);
    }

    void start(std::size_t index) {
        Request& request = trace_[index];
        REQUIRE_FALSE(request.done);
        const milliseconds load = host_.begin(request.model, now_);
        REQUIRE(host_.in_flight(request.model) <= limits_.parallel);
        request.started = now_;
        loads_[index] = load;
        const auto wait = std::chrono::duration_cast<milliseconds>(now_ + load - request.arrives);
        longest_wait_ = std::max(longest_wait_, wait);
        longest_for_[request.model] = std::max(longest_for_[request.model], wait);
        ends_.push({now_ + load + request.takes, index});
    }

    void finish() {
        const std::size_t index = ends_.top().second;
        ends_.pop();
        Request& request = trace_[index];
        request.done = true;
        host_.end(request.model, now_);
        schedule_.finish(request.model, request.started, microseconds(loads_[index]), now_);
        for (const auto ticket : schedule_.grant(now_))
            start(ticket);
    }

    using End = std::pair<SteadyTime, std::size_t>;
    std::vector<Request> trace_;
    ScheduleLimits limits_;
    ModelSchedule schedule_;
    TrueHost host_;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
    std::map<std::size_t, milliseconds> loads_;
    SteadyTime now_{};
    milliseconds longest_wait_{0};
    std::map<std::string, milliseconds> longest_for_;
    int refused_ = 0;
};

ScheduleLimits limits_for(int places, int parallel) {
    ScheduleLimits limits;
    limits.max_loaded = places;
    limits.parallel = parallel;
    limits.queue = 10'000;
    limits.min_residency = 10s;
    limits.max_wait = 60s;
    return limits;
}

}  // namespace

TEST_CASE("two models on one GPU: at most 40% of the loads of first-in-first-out, waits bounded") {
    const ScheduleLimits limits = limits_for(1, 4);
    // Alone, a model answers 4.7 requests a second; loads come on top.
    for (const milliseconds gap : {300ms, 500ms, 1000ms, 2000ms}) {
        for (unsigned seed = 1; seed <= 5; ++seed) {
            CAPTURE(gap.count());
            CAPTURE(seed);
            const auto trace = mixed_trace(seed, 2, 1000, gap);
            Replay replay(trace, limits);
            replay.run();
            const int fifo = fifo_loads(trace);
            CHECK(replay.served() == 1000);
            CHECK(replay.loads() * 100 <= fifo * 40);
            CHECK(replay.longest_wait() <= limits.max_wait + kLoad + kLongest + kLoad);
            if (seed == 1) {
                MESSAGE("one request every ", gap.count(), " ms: ", replay.loads(), " loads, ",
                        fifo, " first-in-first-out (", replay.loads() * 100 / fifo,
                        " %); longest wait ", replay.longest_wait().count(), " ms");
            }
        }
    }
}

TEST_CASE("a model asked for without pause does not keep a rare one waiting beyond the bound") {
    const ScheduleLimits limits = limits_for(1, 4);
    for (unsigned seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        auto trace = mixed_trace(seed, 1, 2000, 200ms);  // more than it can answer
        for (auto& request : trace)
            request.model = "busy";
        for (std::size_t i = 100; i < trace.size(); i += 400)
            trace[i].model = "rare";
        Replay replay(trace, limits);
        replay.run();
        CHECK(replay.served() == 2000);
        CHECK(replay.longest_wait_for("rare") > limits.max_wait / 2);
        CHECK(replay.longest_wait_for("rare") <= limits.max_wait + kLongest + kLoad);
        CHECK(replay.loads() <= 11);
    }
}

TEST_CASE("nothing is forgotten, evicted in flight or over its limits, whatever the trace") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        const auto draw = [&random](int low, int high) {
            return std::uniform_int_distribution<int>(low, high)(random);
        };
        ScheduleLimits limits = limits_for(draw(1, 3), draw(1, 4));
        limits.queue = draw(0, 40);
        limits.min_residency = milliseconds(draw(0, 20'000));
        limits.max_wait = milliseconds(draw(0, 60'000));
        CAPTURE(round);
        Replay replay(mixed_trace(random(), draw(1, 6), 300, milliseconds(draw(50, 3000))), limits);
        replay.run();
        CHECK(replay.served() + static_cast<std::size_t>(replay.refused()) == 300);
    }
}
