#include "routing/retry_budget.hpp"

#include <doctest/doctest.h>

using llmr::SteadyTime;
using llmr::routing::RetryBudget;

namespace {

const SteadyTime kNow = SteadyTime() + std::chrono::hours(1);

int take_all(RetryBudget& budget, SteadyTime now) {
    int taken = 0;
    while (budget.take(now))
        ++taken;
    return taken;
}

}  // namespace

TEST_CASE("the reserve is there from the start and runs out") {
    RetryBudget budget(10);
    CHECK(budget.available(kNow));
    CHECK(take_all(budget, kNow) == 50);
    CHECK_FALSE(budget.available(kNow));
}

TEST_CASE("ten successes pay for one further attempt") {
    RetryBudget budget(10);
    take_all(budget, kNow);
    for (int i = 0; i < 9; ++i)
        budget.on_success();
    CHECK_FALSE(budget.available(kNow));
    budget.on_success();
    budget.on_success();  // a tenth is no exact binary fraction
    CHECK(take_all(budget, kNow) == 1);
}

TEST_CASE("a second pays for one, and no more is saved up than the reserve") {
    RetryBudget budget(0);
    take_all(budget, kNow);
    CHECK(take_all(budget, kNow + std::chrono::seconds(3)) == 3);
    CHECK(take_all(budget, kNow + std::chrono::hours(1)) == 50);
    CHECK(take_all(budget, kNow) == 0);  // a clock that seems to go back gives nothing
}
