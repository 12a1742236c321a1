#include "routing/admission.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using llmr::routing::Admission;
using llmr::routing::ScheduleLimits;
using Answer = Admission::Answer;

namespace {

constexpr std::string_view kModel = "mistral:7b";

/// Two upstreams with `parallel` slots and `queue` places for each model.
std::vector<ScheduleLimits> limits(int parallel, int queue) {
    ScheduleLimits each;
    each.parallel = parallel;
    each.queue = queue;
    return {each, each};
}

/// What a waiting thread waits for.
struct Gate {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
};

}  // namespace

TEST_CASE("slots are granted up to the parallelism, then queued up to the limit, then refused") {
    Admission admission(limits(2, 2));
    auto first = admission.acquire(0, kModel, {});
    auto second = admission.acquire(0, kModel, {});
    CHECK(first.answer == Answer::granted);
    CHECK(first.slot);
    CHECK(second.answer == Answer::granted);
    auto third = admission.acquire(0, kModel, {});
    CHECK(third.answer == Answer::queued);
    CHECK_FALSE(third.slot);
    CHECK(third.position == 1);
    auto fourth = admission.acquire(0, kModel, {});
    CHECK(fourth.position == 2);
    auto fifth = admission.acquire(0, kModel, {});
    CHECK(fifth.answer == Answer::full);
    CHECK_FALSE(fifth.waiter);
    CHECK(admission.view(0, kModel).in_flight == 2);
    CHECK(admission.view(0, kModel).waiting == 2);
}

TEST_CASE("models and upstreams have lanes of their own, which vanish when idle") {
    Admission admission(limits(1, 0));
    auto first = admission.acquire(0, kModel, {});
    auto other_model = admission.acquire(0, "llama3.1:8b", {});
    auto other_host = admission.acquire(1, kModel, {});
    CHECK(first.answer == Answer::granted);
    CHECK(other_model.answer == Answer::granted);
    CHECK(other_host.answer == Answer::granted);
    CHECK(admission.acquire(0, kModel, {}).answer == Answer::full);
    CHECK(admission.lane_count() == 3);
    first.slot.release();
    first.slot.release();
    CHECK(admission.lane_count() == 2);
    CHECK(admission.view(0, kModel).in_flight == 0);
    {
        const Admission::Slot dropped = std::move(other_model.slot);
    }
    other_host.slot = Admission::Slot();
    CHECK(admission.lane_count() == 0);
}

TEST_CASE("a slot given back goes to the first in the queue, in order of arrival") {
    Admission admission(limits(1, 10));
    auto holder = admission.acquire(0, kModel, {});
    std::vector<int> order;
    std::vector<std::shared_ptr<Admission::Waiter>> waiters;
    for (int i = 0; i < 5; ++i) {
        waiters.push_back(admission.acquire(0, kModel, [&order, i] { order.push_back(i); }).waiter);
    }
    Admission::Slot slot = std::move(holder.slot);
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(admission.claim(waiters[static_cast<std::size_t>(i)]));
        slot.release();
        slot = admission.claim(waiters[static_cast<std::size_t>(i)]);
        CHECK(slot);
        CHECK(admission.view(0, kModel).in_flight == 1);
        CHECK(admission.view(0, kModel).waiting == 4 - i);
    }
    CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
    slot.release();
    CHECK(admission.lane_count() == 0);
}

TEST_CASE("a slot on its way to the queue cannot be taken by a newcomer") {
    Admission admission(limits(1, 1));
    auto holder = admission.acquire(0, kModel, {});
    auto waiting = admission.acquire(0, kModel, {});
    holder.slot.release();
    CHECK(admission.acquire(0, kModel, {}).answer == Answer::queued);
    CHECK(admission.claim(waiting.waiter));
}

TEST_CASE("a slot can be claimed once") {
    Admission admission(limits(1, 1));
    auto holder = admission.acquire(0, kModel, {});
    auto waiting = admission.acquire(0, kModel, {});
    holder.slot.release();
    auto slot = admission.claim(waiting.waiter);
    CHECK(slot);
    CHECK_FALSE(admission.claim(waiting.waiter));
    CHECK_FALSE(admission.claim(nullptr));
    slot.release();
    waiting.waiter.reset();
    CHECK(admission.lane_count() == 0);
}

TEST_CASE("who leaves the queue, or is destroyed in it, is passed over") {
    for (const bool by_destruction : {false, true}) {
        CAPTURE(by_destruction);
        Admission admission(limits(1, 3));
        auto holder = admission.acquire(0, kModel, {});
        bool called = false;
        auto leaver = admission.acquire(0, kModel, [&called] { called = true; });
        auto stayer = admission.acquire(0, kModel, {});
        if (by_destruction) {
            leaver.waiter.reset();
        } else {
            admission.leave(leaver.waiter);
            admission.leave(leaver.waiter);
        }
        CHECK(admission.view(0, kModel).waiting == 1);
        holder.slot.release();
        CHECK_FALSE(called);
        CHECK_FALSE(admission.claim(leaver.waiter));
        CHECK(admission.claim(stayer.waiter));
    }
}

TEST_CASE("a slot granted to one who left meanwhile goes to the next") {
    for (const bool by_destruction : {false, true}) {
        CAPTURE(by_destruction);
        Admission admission(limits(1, 3));
        auto holder = admission.acquire(0, kModel, {});
        int calls = 0;
        auto leaver = admission.acquire(0, kModel, [&calls] { ++calls; });
        auto next = admission.acquire(0, kModel, [&calls] { ++calls; });
        holder.slot.release();
        CHECK(calls == 1);
        if (by_destruction) {
            leaver.waiter.reset();
        } else {
            admission.leave(leaver.waiter);
        }
        CHECK(calls == 2);
        auto slot = admission.claim(next.waiter);
        CHECK(slot);
        slot.release();
        CHECK(admission.lane_count() == 0);
    }
}

TEST_CASE("the last waiter to leave after its grant frees the slot") {
    Admission admission(limits(1, 1));
    auto holder = admission.acquire(0, kModel, {});
    auto waiting = admission.acquire(0, kModel, {});
    holder.slot.release();
    waiting.waiter.reset();
    CHECK(admission.lane_count() == 0);
}

TEST_CASE("limits out of range still let one request through and queue nobody") {
    Admission admission(limits(0, -1));
    auto first = admission.acquire(0, kModel, {});
    CHECK(first.answer == Answer::granted);
    CHECK(admission.acquire(0, kModel, {}).answer == Answer::full);
}

TEST_CASE("a slot survives being moved, onto itself and over another") {
    Admission admission(limits(2, 0));
    auto first = admission.acquire(0, kModel, {}).slot;
    auto second = admission.acquire(0, kModel, {}).slot;
    Admission::Slot& same = first;
    first = std::move(same);
    CHECK(first);
    first = std::move(second);
    CHECK(admission.view(0, kModel).in_flight == 1);
    CHECK_FALSE(second);  // NOLINT(bugprone-use-after-move): a moved-from slot is empty
}

TEST_CASE("threads never hold more slots than there are, and everybody gets one") {
    constexpr int kThreads = 8;
    constexpr int kEach = 400;
    constexpr int kParallel = 3;
    Admission admission(limits(kParallel, kThreads));
    std::atomic<int> holding = 0;
    std::atomic<int> most = 0;
    std::atomic<int> served = 0;
    std::atomic<int> left = 0;

    const auto work = [&](unsigned seed) {
        std::mt19937 random(seed);
        for (int i = 0; i < kEach; ++i) {
            auto gate = std::make_shared<Gate>();
            auto result = admission.acquire(0, kModel, [gate] {
                const std::lock_guard lock(gate->mutex);
                gate->open = true;
                gate->opened.notify_one();
            });
            Admission::Slot slot = std::move(result.slot);
            if (result.answer == Answer::queued && random() % 4 == 0) {
                if (random() % 2 == 0) admission.leave(result.waiter);
                ++left;
                continue;
            }
            if (result.answer == Answer::queued) {
                std::unique_lock lock(gate->mutex);
                gate->opened.wait(lock, [&] { return gate->open; });
                slot = admission.claim(result.waiter);
            }
            if (!slot) continue;
            const int now = ++holding;
            int seen = most.load();
            while (now > seen && !most.compare_exchange_weak(seen, now))
                continue;
            ++served;
            if (random() % 8 == 0) std::this_thread::yield();
            --holding;
        }
    };
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < kThreads; ++t)
        threads.emplace_back(work, t);
    for (std::thread& thread : threads)
        thread.join();
    CHECK(most.load() <= kParallel);
    CHECK(served.load() + left.load() == kThreads * kEach);
    CHECK(admission.lane_count() == 0);
}

TEST_CASE("who lets time pass hears when it is due, and gives the slots then") {
    std::vector<ScheduleLimits> one = limits(1, 10);
    one[0].max_loaded = 1;
    llmr::SteadyTime now{std::chrono::hours(1)};
    Admission admission(one, [&now] { return now; });
    std::vector<llmr::SteadyTime> due;
    admission.on_due([&due](llmr::SteadyTime at) { due.push_back(at); });

    auto first = admission.acquire(0, kModel, {});
    bool called = false;
    auto other = admission.acquire(0, "llama3.1:8b", [&called] { called = true; });
    CHECK(other.answer == Answer::queued);
    // Nothing but the residency of the first can end before the longest wait does.
    REQUIRE(due.size() == 1);
    CHECK(due.back() == now + one[0].min_residency);
    now += one[0].min_residency;
    admission.advance();
    CHECK_FALSE(called);  // the first still answers
    CHECK(due.back() == now - one[0].min_residency + one[0].max_wait);
    first.slot.answered(std::chrono::seconds(3));
    first.slot.release();
    // Loaded for seven seconds, and idle since now: kept for the three that loading took.
    CHECK_FALSE(called);
    CHECK(due.back() == now + std::chrono::seconds(3));
    now += std::chrono::seconds(3);
    admission.advance();
    CHECK(called);
    CHECK(admission.claim(other.waiter));
}

TEST_CASE("a full queue says how many wait, and for how long") {
    std::vector<ScheduleLimits> one = limits(1, 1);
    llmr::SteadyTime now{std::chrono::hours(1)};
    Admission admission(one, [&now] { return now; });
    auto measured = admission.acquire(0, kModel, {}).slot;
    now += std::chrono::seconds(5);
    measured.answered(std::chrono::seconds(1));
    measured.release();
    const auto held = admission.acquire(0, kModel, {}).slot;
    const auto waiting = admission.acquire(0, kModel, {});
    const auto full = admission.acquire(0, kModel, {});
    CHECK(full.answer == Answer::full);
    CHECK(full.waiting == 1);
    CHECK(full.wait == std::chrono::seconds(8));  // two answers of four seconds
    CHECK(admission.view(0, kModel).waiting == 1);
}

TEST_CASE("threads that want two models never hold slots of both where one fits") {
    constexpr int kThreads = 6;
    constexpr int kEach = 300;
    std::vector<ScheduleLimits> one = limits(2, kThreads);
    one[0].max_loaded = 1;
    one[0].min_residency = std::chrono::milliseconds(0);
    one[0].max_wait = std::chrono::milliseconds(0);
    Admission admission(one);
    std::atomic<int> holding[2] = {0, 0};
    std::atomic<int> mixed = 0;
    std::atomic<int> served = 0;
    const auto work = [&](unsigned seed) {
        std::mt19937 random(seed);
        for (int i = 0; i < kEach; ++i) {
            const std::size_t which = random() % 2;
            auto gate = std::make_shared<Gate>();
            auto result = admission.acquire(0, which == 0 ? "a" : "b", [gate] {
                const std::lock_guard lock(gate->mutex);
                gate->open = true;
                gate->opened.notify_one();
            });
            Admission::Slot slot = std::move(result.slot);
            if (result.answer == Answer::queued) {
                std::unique_lock lock(gate->mutex);
                gate->opened.wait(lock, [&] { return gate->open; });
                slot = admission.claim(result.waiter);
            }
            ++holding[which];
            if (holding[1 - which] > 0) ++mixed;
            if (slot) ++served;
            --holding[which];
            slot.answered(std::chrono::microseconds(0));
        }
    };
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < kThreads; ++t)
        threads.emplace_back(work, t);
    for (std::thread& thread : threads)
        thread.join();
    CHECK(served == kThreads * kEach);
    CHECK(mixed == 0);
    CHECK(admission.lane_count() == 0);
}
