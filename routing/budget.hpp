#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.hpp"

namespace llmr::routing {

enum class BudgetPeriod : std::uint8_t { day, month };  ///< UTC
inline constexpr std::size_t kBudgetPeriods = 2;

/// By BudgetPeriod; nothing: no cap.
using BudgetCaps = std::array<std::optional<PicoUsd>, kBudgetPeriods>;

struct BudgetLimits {
    BudgetCaps all;
    BudgetCaps each_key;                                  ///< for keys that have none of their own
    std::map<std::string, BudgetCaps, std::less<>> keys;  ///< by key id
    /// Refuse, too, what would reach a cap before the period ends if spending went on as until now.
    bool forecast = true;
    bool any() const;
};

/// What the current periods have cost so far, from the ledger.
struct BudgetSpent {
    struct Sums {
        std::array<PicoUsd, kBudgetPeriods> of{};
    };
    Sums all;
    std::map<std::string, Sums, std::less<>> keys;
};

enum class BudgetAnswer : std::uint8_t {
    granted,
    over_cap,  ///< the worst case of this call would go beyond the cap
    forecast,  ///< the cap would be reached before the period ends
    unpriced   ///< no price is known, so no cap could hold
};

/// Which cap said no.
struct BudgetVerdict {
    BudgetAnswer answer = BudgetAnswer::granted;
    bool of_key = false;
    BudgetPeriod period = BudgetPeriod::day;
    std::int64_t retry_ms = 0;  ///< until that period ends; UTC milliseconds when it begins anew
    bool granted() const { return answer == BudgetAnswer::granted; }
};
/// "budget: the day's cap is reached", for reasons and errors. Empty when granted.
std::string describe(const BudgetVerdict& verdict);

/// One cap with what is left of it, for statistics.
struct BudgetState {
    std::string key_id;  ///< empty: all
    BudgetPeriod period = BudgetPeriod::day;
    PicoUsd cap = 0;
    PicoUsd spent = 0;
    PicoUsd held = 0;                        ///< worst cases of calls that run
    PicoUsd forecast = 0;                    ///< at the end of the period, at the rate until now
    std::int64_t ends_ms = 0;                ///< UTC
    std::optional<std::int64_t> reached_ms;  ///< when the cap would be reached, if before the end
};

/// Spend caps by UTC day and month, in all and by client key. The worst case of a call is held
/// before it is sent and settled when it ends, so that calls at the same time cannot overspend
/// together. A call belongs to the periods in which it began. Without limits nothing is counted and
/// everything granted. Thread-safe; no clock of its own: times are UTC milliseconds that never go
/// back by more than a period.
class Budget {
public:
    Budget(BudgetLimits limits, const BudgetSpent& spent, std::int64_t now_ms);

    /// What reserve() has taken; settle() or release() it exactly once.
    struct Hold {
        std::string key_id;
        PicoUsd amount = 0;
        std::int64_t began_ms = 0;
        bool active = false;
    };

    /// `worst_case` empty: no price is known. On a grant `hold` is active.
    BudgetVerdict reserve(std::string_view key_id, std::optional<PicoUsd> worst_case,
                          std::int64_t now_ms, Hold& hold);
    /// What reserve() would say. For plans and /router/explain.
    BudgetVerdict check(std::string_view key_id, std::optional<PicoUsd> worst_case,
                        std::int64_t now_ms) const;
    /// The call has ended; `cost` empty (unknown): the worst case counts.
    void settle(Hold& hold, std::optional<PicoUsd> cost);
    /// Nothing was sent.
    void release(Hold& hold) { settle(hold, 0); }

    /// Is there any cap?
    bool limited() const;

    std::vector<BudgetState> states(std::int64_t now_ms) const;
    /// A reload. What was spent stays.
    void reconfigure(BudgetLimits limits);

private:
    struct Account {
        std::int64_t start_ms = 0;  ///< of the period that the figures are of
        PicoUsd spent = 0;
        PicoUsd held = 0;
    };
    using Accounts = std::array<Account, kBudgetPeriods>;

    const BudgetCaps& caps_of(std::string_view key_id) const;
    const Accounts* accounts_of(std::string_view key_id) const;
    BudgetVerdict judge(std::string_view key_id, std::optional<PicoUsd> worst_case,
                        std::int64_t now_ms) const;

    mutable std::mutex mutex_;
    BudgetLimits limits_;
    Accounts all_;
    std::map<std::string, Accounts, std::less<>> keys_;
};

/// The UTC bounds of the period that holds `now_ms`.
struct PeriodBounds {
    std::int64_t start_ms;
    std::int64_t end_ms;
};
PeriodBounds bounds_of(BudgetPeriod period, std::int64_t now_ms);

}  // namespace llmr::routing
