#pragma once

#include <cstdint>
#include <mutex>

#include "core/clock.hpp"
#include "core/money.hpp"

namespace llmr {

/// Shares the energy of one machine among the attempts that it works on. While n attempts run, each
/// gets an n-th of the power, so the shares of all add up to power times busy time, however they
/// overlap. Thread-safe; takes the time from its caller.
class EnergyShare {
public:
    /// The power drawn from `now` on.
    void set_power(SteadyTime now, std::int64_t milliwatts);
    std::int64_t milliwatts() const;

    /// One attempt at work. Begun by `begin`; counts until `end` or destruction.
    class Use {
    public:
        Use() = default;
        Use(Use&& other) noexcept;
        Use& operator=(Use&& other) noexcept;
        ~Use();
        explicit operator bool() const { return owner_ != nullptr; }
        /// The share since `begin` in microjoules; 0 for the second time.
        std::int64_t end(SteadyTime now);

    private:
        friend class EnergyShare;
        Use(EnergyShare* owner, std::uint64_t mark) : owner_(owner), mark_(mark) {}
        EnergyShare* owner_ = nullptr;
        std::uint64_t mark_ = 0;
    };
    /// The use must end before this object does.
    Use begin(SteadyTime now);

private:
    void advance(SteadyTime now);
    std::uint64_t leave(SteadyTime now);

    mutable std::mutex mutex_;
    SteadyTime last_{};
    std::int64_t milliwatts_ = 0;
    std::int64_t uses_ = 0;
    /// What an attempt that began with this object would have got, in nanojoules. Wraps around;
    /// differences stay right.
    std::uint64_t each_ = 0;
};

/// What `microjoules` cost at `kwh_micro_usd` (1e-6 USD per kWh); rounds half up.
PicoUsd energy_cost(std::int64_t microjoules, std::int64_t kwh_micro_usd);

}  // namespace llmr
