#include "routing/attempt.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using llmr::Candidate;
using llmr::Errc;
using llmr::FallbackPolicy;
using llmr::Locality;
using llmr::RoutePlan;
using llmr::SteadyTime;
using llmr::routing::AttemptMachine;
using llmr::routing::AttemptOutcome;
using llmr::routing::NextStep;
using llmr::routing::outcome_of_status;
using llmr::routing::RetryBudget;

namespace {

const SteadyTime kNow = SteadyTime() + std::chrono::hours(1);
const SteadyTime kDeadline = kNow + std::chrono::seconds(1);

/// 'l': a local candidate on its own server, 'e': an external one.
RoutePlan plan_of(const std::string& places, bool reserved = false) {
    RoutePlan plan;
    plan.external_reserved = reserved;
    for (std::size_t i = 0; i < places.size(); ++i) {
        Candidate candidate;
        candidate.upstream_index = i;
        candidate.model = "m";
        candidate.locality = places[i] == 'e' ? Locality::external : Locality::local;
        plan.candidates.push_back(candidate);
    }
    return plan;
}

}  // namespace

TEST_CASE("an upstream's status decides whether another candidate may be tried") {
    const struct {
        int status;
        Errc code;
        AttemptOutcome expected;
    } rows[] = {
        {200, Errc::internal, AttemptOutcome::ok},
        {400, Errc::bad_request, AttemptOutcome::rejected},
        {401, Errc::upstream_auth, AttemptOutcome::rejected},
        {402, Errc::upstream_error, AttemptOutcome::rejected},
        {402, Errc::insufficient_quota, AttemptOutcome::refused},
        {403, Errc::upstream_auth, AttemptOutcome::rejected},
        {404, Errc::model_not_found, AttemptOutcome::rejected},
        {408, Errc::upstream_timeout, AttemptOutcome::refused},
        {413, Errc::body_too_large, AttemptOutcome::rejected},
        {422, Errc::invalid_parameter, AttemptOutcome::rejected},
        {425, Errc::upstream_error, AttemptOutcome::refused},
        {429, Errc::rate_limited, AttemptOutcome::refused},
        {429, Errc::insufficient_quota, AttemptOutcome::refused},
        {500, Errc::upstream_error, AttemptOutcome::failed_early},
        {502, Errc::upstream_error, AttemptOutcome::failed_early},
        {503, Errc::upstream_error, AttemptOutcome::refused},
        {504, Errc::upstream_timeout, AttemptOutcome::failed_early},
        {529, Errc::upstream_error, AttemptOutcome::refused},
        {302, Errc::upstream_bad_response, AttemptOutcome::failed_early},
        {100, Errc::upstream_bad_response, AttemptOutcome::failed_early},
        {0, Errc::upstream_unreachable, AttemptOutcome::not_sent},
        {0, Errc::queue_full, AttemptOutcome::not_sent},
        {0, Errc::client_cancelled, AttemptOutcome::client_gone},
        {0, Errc::upstream_timeout, AttemptOutcome::failed_early},
        {0, Errc::upstream_bad_response, AttemptOutcome::failed_early},
    };
    for (const auto& row : rows) {
        CAPTURE(row.status);
        CAPTURE(llmr::code_string(row.code));
        CHECK(outcome_of_status(row.status, row.code, Locality::local) == row.expected);
    }
}

TEST_CASE("only what was not sent, refused or failed early moves on to the next candidate") {
    const struct {
        AttemptOutcome outcome;
        NextStep expected;
    } rows[] = {
        {AttemptOutcome::ok, NextStep::stop},
        {AttemptOutcome::not_sent, NextStep::next},
        {AttemptOutcome::refused, NextStep::next},
        {AttemptOutcome::rejected, NextStep::stop},
        {AttemptOutcome::failed_early, NextStep::next},
        {AttemptOutcome::failed_late, NextStep::stop},
        {AttemptOutcome::client_gone, NextStep::stop},
    };
    const RoutePlan plan = plan_of("ll");
    for (const auto& row : rows) {
        CAPTURE(static_cast<int>(row.outcome));
        AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
        CHECK(machine.current() == 0);
        CHECK(machine.attempts() == 1);
        CHECK(machine.after(row.outcome, kNow) == row.expected);
        const bool moved = row.expected == NextStep::next;
        CHECK(machine.current() == (moved ? 1 : 0));
        CHECK(machine.attempts() == (moved ? 2 : 1));
    }
}

TEST_CASE("there are at most three attempts, however long the plan") {
    const RoutePlan plan = plan_of("lllll");
    AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
    CHECK(machine.after(AttemptOutcome::refused, kNow) == NextStep::next);
    CHECK(machine.after(AttemptOutcome::refused, kNow) == NextStep::next);
    CHECK(machine.attempts() == 3);
    CHECK(machine.after(AttemptOutcome::refused, kNow) == NextStep::stop);
    CHECK(machine.current() == 2);
}

TEST_CASE("the plan's end and the deadline end the attempts") {
    const RoutePlan plan = plan_of("ll");
    AttemptMachine at_end(plan, FallbackPolicy::always, kDeadline);
    CHECK(at_end.after(AttemptOutcome::not_sent, kNow) == NextStep::next);
    CHECK(at_end.after(AttemptOutcome::not_sent, kNow) == NextStep::stop);
    AttemptMachine too_late(plan, FallbackPolicy::always, kDeadline);
    CHECK(too_late.after(AttemptOutcome::not_sent, kDeadline) == NextStep::stop);
    AttemptMachine just(plan, FallbackPolicy::always, kDeadline);
    CHECK(just.after(AttemptOutcome::not_sent, kDeadline - std::chrono::nanoseconds(1)) ==
          NextStep::next);
}

TEST_CASE("a candidate that appears twice is tried once") {
    RoutePlan plan = plan_of("lll");
    plan.candidates[1] = plan.candidates[0];
    AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
    CHECK(machine.after(AttemptOutcome::failed_early, kNow) == NextStep::next);
    CHECK(machine.current() == 2);
}

TEST_CASE("external after local without a reservation is a fallback and needs leave") {
    const struct {
        const char* places;
        bool reserved;
        std::vector<int> asked;  ///< how often, in all, when each candidate's turn has come
    } rows[] = {
        {"le", false, {0, 1}}, {"lle", false, {0, 0, 1}}, {"el", true, {0, 0}},
        {"ee", false, {0, 0}}, {"lee", false, {0, 1, 2}}, {"el", false, {0, 0}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.places);
        const RoutePlan plan = plan_of(row.places, row.reserved);
        AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
        int asked = 0;
        const auto permit = [&asked] { return ++asked > 0; };
        for (std::size_t i = 0; i < row.asked.size(); ++i) {
            if (i > 0)
                REQUIRE(machine.after(AttemptOutcome::refused, kNow, permit) == NextStep::next);
            CHECK(asked == row.asked[i]);
        }
    }
}

TEST_CASE("policy never skips a fallback even if the plan holds one") {
    const RoutePlan plan = plan_of("lel");
    AttemptMachine machine(plan, FallbackPolicy::never, kDeadline);
    CHECK(machine.after(AttemptOutcome::failed_early, kNow) == NextStep::next);
    CHECK(machine.current() == 2);
    const RoutePlan reserved = plan_of("ele", true);
    AttemptMachine granted(reserved, FallbackPolicy::never, kDeadline);
    CHECK(granted.after(AttemptOutcome::failed_early, kNow) == NextStep::next);
    CHECK(granted.current() == 1);
}

TEST_CASE("a fallback without leave is passed over and is no attempt") {
    const RoutePlan plan = plan_of("lel");
    AttemptMachine machine(plan, FallbackPolicy::allowance, kDeadline);
    CHECK(machine.after(AttemptOutcome::failed_early, kNow, [] { return false; }) ==
          NextStep::next);
    CHECK(machine.current() == 2);
    CHECK(machine.attempts() == 2);
}

TEST_CASE("a prompt that is too long goes to more context only") {
    RoutePlan plan = plan_of("llle");
    plan.candidates[0].context_length = 8192;
    plan.candidates[1].context_length = 4096;
    plan.candidates[2].context_length = 32768;
    plan.candidates[2].only_if_too_long = true;
    AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
    CHECK(machine.after(AttemptOutcome::too_long, kNow) == NextStep::next);
    CHECK(machine.current() == 2);
    CHECK(machine.after(AttemptOutcome::too_long, kNow) == NextStep::next);
    CHECK(machine.current() == 3);  // whose context nobody states
    AttemptMachine refused(plan, FallbackPolicy::always, kDeadline);
    CHECK(refused.after(AttemptOutcome::refused, kNow) == NextStep::next);
    CHECK(refused.current() == 1);
    CHECK(refused.after(AttemptOutcome::refused, kNow) == NextStep::next);
    CHECK(refused.current() == 3);  // the roomy one is there for long prompts
}

TEST_CASE("what a filter rejects goes to another upstream only") {
    RoutePlan plan = plan_of("eel");
    plan.candidates[1].upstream_index = 0;
    plan.candidates[1].model = "n";
    AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
    CHECK(machine.after(AttemptOutcome::filtered, kNow) == NextStep::next);
    CHECK(machine.current() == 2);
    CHECK(machine.after(AttemptOutcome::filtered, kNow) == NextStep::stop);
}

TEST_CASE("a call that may be billed is not made again without an answer") {
    CHECK(outcome_of_status(0, Errc::upstream_timeout, Locality::external) ==
          AttemptOutcome::uncertain);
    CHECK(outcome_of_status(502, Errc::upstream_error, Locality::external) ==
          AttemptOutcome::uncertain);
    CHECK(outcome_of_status(504, Errc::upstream_timeout, Locality::external) ==
          AttemptOutcome::uncertain);
    CHECK(outcome_of_status(500, Errc::upstream_error, Locality::external) ==
          AttemptOutcome::failed_early);
    CHECK(outcome_of_status(0, Errc::upstream_unreachable, Locality::external) ==
          AttemptOutcome::not_sent);
    CHECK(outcome_of_status(400, Errc::content_filter, Locality::external) ==
          AttemptOutcome::filtered);
    CHECK(outcome_of_status(400, Errc::context_length_exceeded, Locality::local) ==
          AttemptOutcome::too_long);
    const RoutePlan plan = plan_of("ee");
    AttemptMachine machine(plan, FallbackPolicy::always, kDeadline);
    CHECK(machine.after(AttemptOutcome::uncertain, kNow) == NextStep::stop);
}

TEST_CASE("without a retry left only what was never sent moves on") {
    const RoutePlan plan = plan_of("lll");
    RetryBudget retries(10);
    while (retries.take(kNow)) {
    }
    AttemptMachine machine(plan, FallbackPolicy::always, kDeadline, &retries);
    CHECK(machine.after(AttemptOutcome::refused, kNow) == NextStep::stop);
    CHECK(machine.out_of_retries());
    CHECK(machine.after(AttemptOutcome::not_sent, kNow) == NextStep::next);
    CHECK_FALSE(machine.out_of_retries());
}

TEST_CASE("the retry budget denies only what would have been tried") {
    RetryBudget retries(10);
    while (retries.take(kNow)) {
    }
    const RoutePlan alone = plan_of("l");
    AttemptMachine machine(alone, FallbackPolicy::always, kDeadline, &retries);
    CHECK(machine.after(AttemptOutcome::refused, kNow) == NextStep::stop);
    CHECK_FALSE(machine.out_of_retries());
    const RoutePlan fallback = plan_of("le");
    AttemptMachine local(fallback, FallbackPolicy::never, kDeadline, &retries);
    CHECK(local.after(AttemptOutcome::refused, kNow) == NextStep::stop);
    CHECK_FALSE(local.out_of_retries());
    AttemptMachine denied(fallback, FallbackPolicy::always, kDeadline, &retries);
    bool asked = false;
    CHECK(denied.after(AttemptOutcome::refused, kNow, [&] { return asked = true; }) ==
          NextStep::stop);
    CHECK(denied.out_of_retries());
    CHECK_FALSE(asked);  // leave to go external was not used up
}
