#include "core/energy.hpp"

#include <algorithm>
#include <utility>

namespace llmr {
namespace {

__extension__ using Wide = __int128;
/// Microjoules times micro-USD per kWh, in pico-USD: 3.6e12 uJ are a kWh, and 1e6 pico are a micro.
constexpr std::int64_t kPerPico = 3'600'000;

}  // namespace

EnergyShare::Use::Use(Use&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), mark_(other.mark_) {}

EnergyShare::Use& EnergyShare::Use::operator=(Use&& other) noexcept {
    if (this != &other) {
        end(steady_now());
        owner_ = std::exchange(other.owner_, nullptr);
        mark_ = other.mark_;
    }
    return *this;
}

EnergyShare::Use::~Use() {
    end(steady_now());
}

std::int64_t EnergyShare::Use::end(SteadyTime now) {
    EnergyShare* const owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) return 0;
    return static_cast<std::int64_t>((owner->leave(now) - mark_) / 1000);
}

void EnergyShare::set_power(SteadyTime now, std::int64_t milliwatts) {
    const std::lock_guard lock(mutex_);
    advance(now);
    milliwatts_ = std::max<std::int64_t>(milliwatts, 0);
}

std::int64_t EnergyShare::milliwatts() const {
    const std::lock_guard lock(mutex_);
    return milliwatts_;
}

EnergyShare::Use EnergyShare::begin(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    advance(now);
    ++uses_;
    return Use(this, each_);
}

std::uint64_t EnergyShare::leave(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    advance(now);
    --uses_;
    return each_;
}

/// Whole microseconds only, so that nothing is lost however often this is called.
void EnergyShare::advance(SteadyTime now) {
    const std::int64_t elapsed_us = micros_between(last_, now);
    if (elapsed_us <= 0) return;  // threads may ask out of order
    last_ = uses_ == 0 ? now : last_ + std::chrono::microseconds(elapsed_us);
    if (uses_ == 0) return;
    // Milliwatts times microseconds are nanojoules.
    each_ += static_cast<std::uint64_t>(milliwatts_) * static_cast<std::uint64_t>(elapsed_us) /
             static_cast<std::uint64_t>(uses_);
}

PicoUsd energy_cost(std::int64_t microjoules, std::int64_t kwh_micro_usd) {
    const auto exact = static_cast<Wide>(microjoules) * kwh_micro_usd;
    return static_cast<PicoUsd>((exact + kPerPico / 2) / kPerPico);
}

}  // namespace llmr
