#include "routing/budget.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace llmr::routing {
namespace {

/// A rate seen for less than a tenth of the period says little: this much of a cap is there at
/// once.
constexpr double kLeastElapsed = 0.1;

constexpr std::array kPeriods{BudgetPeriod::day, BudgetPeriod::month};

constexpr std::size_t index(BudgetPeriod period) {
    return static_cast<std::size_t>(period);
}

/// Sums of money saturate: a cap of "as much as there is" must not overflow into a refusal.
PicoUsd add(PicoUsd a, PicoUsd b) {
    PicoUsd sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<PicoUsd>::max() : sum;
}

double elapsed(const PeriodBounds& bounds, std::int64_t now_ms) {
    const double share = static_cast<double>(now_ms - bounds.start_ms) /
                         static_cast<double>(bounds.end_ms - bounds.start_ms);
    return std::clamp(share, kLeastElapsed, 1.0);
}

/// At the end of the period, at the rate until now.
double forecast_of(PicoUsd amount, const PeriodBounds& bounds, std::int64_t now_ms) {
    return static_cast<double>(amount) / elapsed(bounds, now_ms);
}

}  // namespace

PeriodBounds bounds_of(BudgetPeriod period, std::int64_t now_ms) {
    namespace chrono = std::chrono;
    const chrono::sys_time<chrono::milliseconds> now{chrono::milliseconds(now_ms)};
    const chrono::sys_days day = chrono::floor<chrono::days>(now);
    const auto millis = [](chrono::sys_days date) {
        return chrono::duration_cast<chrono::milliseconds>(date.time_since_epoch()).count();
    };
    if (period == BudgetPeriod::day) return {millis(day), millis(day + chrono::days(1))};
    const chrono::year_month_day date{day};
    const auto first = date.year() / date.month() / chrono::day(1);
    return {millis(chrono::sys_days(first)), millis(chrono::sys_days(first + chrono::months(1)))};
}

bool BudgetLimits::any() const {
    const auto caps_any = [](const BudgetCaps& caps) {
        return std::any_of(caps.begin(), caps.end(),
                           [](const auto& cap) { return cap.has_value(); });
    };
    return caps_any(all) || caps_any(each_key) ||
           std::any_of(keys.begin(), keys.end(),
                       [&](const auto& entry) { return caps_any(entry.second); });
}

std::string describe(const BudgetVerdict& verdict) {
    const std::string whose = verdict.of_key ? "the key's cap for the " : "the cap for the ";
    const std::string period = verdict.period == BudgetPeriod::day ? "day" : "month";
    switch (verdict.answer) {
        case BudgetAnswer::granted:
            return {};
        case BudgetAnswer::over_cap:
            return "budget: " + whose + period + " would be exceeded";
        case BudgetAnswer::forecast:
            return "budget: " + whose + period + " would be reached before its end";
        case BudgetAnswer::unpriced:
            return "budget: this model has no known price, so " + whose + period + " cannot hold";
    }
    return {};
}

Budget::Budget(BudgetLimits limits, const BudgetSpent& spent, std::int64_t now_ms)
    : limits_(std::move(limits)) {
    const auto open = [&](const BudgetSpent::Sums& sums) {
        Accounts accounts;
        for (const BudgetPeriod period : kPeriods) {
            Account& account = accounts[index(period)];
            account.start_ms = bounds_of(period, now_ms).start_ms;
            account.spent = sums.of[index(period)];
        }
        return accounts;
    };
    all_ = open(spent.all);
    for (const auto& [key_id, sums] : spent.keys)
        keys_.emplace(key_id, open(sums));
}

const BudgetCaps& Budget::caps_of(std::string_view key_id) const {
    const auto own = limits_.keys.find(key_id);
    return own != limits_.keys.end() ? own->second : limits_.each_key;
}

const Budget::Accounts* Budget::accounts_of(std::string_view key_id) const {
    const auto found = keys_.find(key_id);
    return found == keys_.end() ? nullptr : &found->second;
}

BudgetVerdict Budget::judge(std::string_view key_id, std::optional<PicoUsd> worst_case,
                            std::int64_t now_ms) const {
    const auto judge_one = [&](const Accounts* accounts, const BudgetCaps& caps, bool of_key) {
        for (const BudgetPeriod period : kPeriods) {
            const auto& cap = caps[index(period)];
            if (!cap) continue;
            const PeriodBounds bounds = bounds_of(period, now_ms);
            BudgetVerdict verdict{BudgetAnswer::granted, of_key, period, bounds.end_ms};
            const Account account = accounts ? (*accounts)[index(period)] : Account{};
            const bool current = account.start_ms == bounds.start_ms;
            const PicoUsd used = current ? add(account.spent, account.held) : 0;
            if (!worst_case) {
                verdict.answer = BudgetAnswer::unpriced;
            } else if (add(used, *worst_case) > *cap) {
                verdict.answer = BudgetAnswer::over_cap;
            } else if (limits_.forecast && forecast_of(add(used, *worst_case), bounds, now_ms) >
                                               static_cast<double>(*cap)) {
                verdict.answer = BudgetAnswer::forecast;
            }
            if (!verdict.granted()) return verdict;
        }
        return BudgetVerdict{};
    };
    const BudgetVerdict all = judge_one(&all_, limits_.all, false);
    if (!all.granted() || key_id.empty()) return all;
    return judge_one(accounts_of(key_id), caps_of(key_id), true);
}

BudgetVerdict Budget::check(std::string_view key_id, std::optional<PicoUsd> worst_case,
                            std::int64_t now_ms) const {
    const std::lock_guard lock(mutex_);
    return judge(key_id, worst_case, now_ms);
}

BudgetVerdict Budget::reserve(std::string_view key_id, std::optional<PicoUsd> worst_case,
                              std::int64_t now_ms, Hold& hold) {
    const std::lock_guard lock(mutex_);
    const BudgetVerdict verdict = judge(key_id, worst_case, now_ms);
    if (!verdict.granted()) return verdict;
    hold = {std::string(key_id), worst_case.value_or(0), now_ms, true};
    const auto take = [&](Accounts& accounts) {
        for (const BudgetPeriod period : kPeriods) {
            Account& account = accounts[index(period)];
            const std::int64_t start_ms = bounds_of(period, now_ms).start_ms;
            if (account.start_ms < start_ms) account = {start_ms, 0, 0};
            if (account.start_ms == start_ms) account.held = add(account.held, hold.amount);
        }
    };
    take(all_);
    if (!key_id.empty()) take(keys_[hold.key_id]);
    return verdict;
}

void Budget::settle(Hold& hold, std::optional<PicoUsd> cost) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(hold.active, false)) return;
    const auto close = [&](Accounts& accounts) {
        for (const BudgetPeriod period : kPeriods) {
            Account& account = accounts[index(period)];
            // A period that has ended meanwhile has taken its figures with it.
            if (account.start_ms != bounds_of(period, hold.began_ms).start_ms) continue;
            account.held -= hold.amount;
            account.spent = add(account.spent, cost.value_or(hold.amount));
        }
    };
    close(all_);
    if (!hold.key_id.empty()) close(keys_[hold.key_id]);
}

bool Budget::limited() const {
    const std::lock_guard lock(mutex_);
    return limits_.any();
}

std::vector<BudgetState> Budget::states(std::int64_t now_ms) const {
    const std::lock_guard lock(mutex_);
    std::vector<BudgetState> states;
    const auto add_states = [&](const std::string& key_id, const Accounts* accounts,
                                const BudgetCaps& caps) {
        for (const BudgetPeriod period : kPeriods) {
            if (!caps[index(period)]) continue;
            const PeriodBounds bounds = bounds_of(period, now_ms);
            const Account account = accounts ? (*accounts)[index(period)] : Account{};
            const bool current = account.start_ms == bounds.start_ms;
            BudgetState state;
            state.key_id = key_id;
            state.period = period;
            state.cap = *caps[index(period)];
            state.spent = current ? account.spent : 0;
            state.held = current ? account.held : 0;
            state.ends_ms = bounds.end_ms;
            const double rate = forecast_of(state.spent, bounds, now_ms);
            state.forecast = static_cast<PicoUsd>(
                std::min(rate, static_cast<double>(std::numeric_limits<PicoUsd>::max() / 2)));
            if (state.forecast > state.cap && state.spent > 0) {
                const double span = static_cast<double>(bounds.end_ms - bounds.start_ms);
                const double at = span * static_cast<double>(state.cap) / rate;
                state.reached_ms =
                    std::max(now_ms, bounds.start_ms + static_cast<std::int64_t>(at));
            }
            states.push_back(std::move(state));
        }
    };
    add_states({}, &all_, limits_.all);
    std::map<std::string, const Accounts*, std::less<>> known;
    for (const auto& [key_id, accounts] : keys_)
        known.emplace(key_id, &accounts);
    for (const auto& [key_id, caps] : limits_.keys)
        known.emplace(key_id, nullptr);
    for (const auto& [key_id, accounts] : known)
        add_states(key_id, accounts, caps_of(key_id));
    return states;
}

void Budget::reconfigure(BudgetLimits limits) {
    const std::lock_guard lock(mutex_);
    limits_ = std::move(limits);
}

}  // namespace llmr::routing
