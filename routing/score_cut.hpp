#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace llmr::routing {

/// Which score is among the best of late: an online quantile over the last kWindow decisions, as a
/// histogram. Adapts to a drift within a window. No clock, no allocation; not thread-safe.
class ScoreCut {
public:
    static constexpr std::size_t kWindow = 1000;

    /// One decision: its score in [0,1] if it competes for the allowance, nothing if it does not.
    void record(std::optional<double> score);
    /// Is a competitor with this score among the best `rate` (a share of all decisions) of late?
    /// Where many share one score, so many of them are taken that the rate is kept, in turn.
    bool take(double score, double rate);
    /// What take() would say; changes nothing.
    bool would_take(double score, double rate) const;
    /// The lowest score that would surely be taken; 0 if every competitor would be.
    double lowest(double rate) const;

private:
    static constexpr std::size_t kBins = 1024;  ///< the first one is for those that do not compete

    struct Edge {
        std::size_t bin = 0;  ///< above it everything is taken, below it nothing
        double fraction = 1;  ///< of those in it
    };
    static std::size_t bin_of(double score);
    Edge edge(double rate) const;

    std::array<std::uint16_t, kBins> counts_{};
    std::array<std::uint16_t, kWindow> recent_{};  ///< bins, by age modulo the window
    std::size_t next_ = 0;
    std::size_t size_ = 0;
    double owed_ = 0;  ///< of the edge's bin: what take() has promised and not yet given
};

}  // namespace llmr::routing
