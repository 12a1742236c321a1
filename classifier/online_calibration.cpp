#include "classifier/online_calibration.hpp"

#include <algorithm>
#include <cmath>

namespace llmr::classifier {

double step_of(Locality answered, Experience experience) {
    const bool local = answered == Locality::local;
    switch (experience) {
        case Experience::good:
            return local ? -0.05 : 0.0;
        case Experience::bad:
            return local ? 0.1 : -0.05;
        case Experience::repeated:
            return local ? 0.05 : 0.0;
        case Experience::fell_back:
        case Experience::truncated:
            return 0.02;
    }
    return 0.0;
}

void OnlineCalibration::learn(QueryType type, Locality answered, Experience experience) {
    const double step = step_of(answered, experience);
    std::atomic<double>& shift = shifts_[static_cast<std::size_t>(type)];
    double before = shift.load(std::memory_order_relaxed);
    double after = 0.0;
    do {
        const bool outward = step * before > 0.0;
        const double room = outward ? 1.0 - std::abs(before) / kMost : 1.0;
        after = std::clamp(before + step * room, -kMost, kMost);
    } while (!shift.compare_exchange_weak(before, after, std::memory_order_relaxed));
}

double OnlineCalibration::shift(QueryType type) const {
    return shifts_[static_cast<std::size_t>(type)].load(std::memory_order_relaxed);
}

Shifts OnlineCalibration::shifts() const {
    Shifts shifts;
    for (const QueryType type : kAllQueryTypes)
        shifts[static_cast<std::size_t>(type)] = shift(type);
    return shifts;
}

void OnlineCalibration::restore(const Shifts& shifts) {
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        const double sound = std::isfinite(shifts[i]) ? shifts[i] : 0.0;
        shifts_[i].store(std::clamp(sound, -kMost, kMost), std::memory_order_relaxed);
    }
}

}  // namespace llmr::classifier
