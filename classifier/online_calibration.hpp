#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "classifier/classifier.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// What became of an answer.
enum class Experience : std::uint8_t {
    good,       ///< somebody said so
    bad,        ///< the same
    repeated,   ///< the same user asked the same again within a minute
    fell_back,  ///< the first choice gave no answer
    truncated   ///< prompt or answer did not fit
};

/// Moves the complexity of each type by what became of its answers: up where local models did
/// badly, down where they did well. Every step is small, smaller the farther it leads, and no type
/// moves by more than kMost; the routing table's bands hold besides. Thread-safe, lock-free.
class OnlineCalibration {
public:
    static constexpr double kMost = 1.5;  ///< in complexity

    /// An external answer that was bad says that more strength does not help.
    void learn(QueryType type, Locality answered, Experience experience);
    Shifts shifts() const;
    double shift(QueryType type) const;
    /// What an earlier run had learned; brought within bounds.
    void restore(const Shifts& shifts);

private:
    std::array<std::atomic<double>, kAllQueryTypes.size()> shifts_{};
};

/// How far one experience moves a type that has not moved yet; positive is harder.
double step_of(Locality answered, Experience experience);

}  // namespace llmr::classifier
