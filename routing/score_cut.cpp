#include "routing/score_cut.hpp"

#include <algorithm>

namespace llmr::routing {

std::size_t ScoreCut::bin_of(double score) {
    // Written so that a NaN is the lowest.
    if (!(score > 0)) return 1;
    const double place = std::min(score, 1.0) * static_cast<double>(kBins - 2);
    return 1 + static_cast<std::size_t>(place);
}

void ScoreCut::record(std::optional<double> score) {
    const std::size_t bin = score ? bin_of(*score) : 0;
    if (size_ == kWindow) {
        --counts_[recent_[next_]];
    } else {
        ++size_;
    }
    recent_[next_] = static_cast<std::uint16_t>(bin);
    ++counts_[bin];
    next_ = (next_ + 1) % kWindow;
}

ScoreCut::Edge ScoreCut::edge(double rate) const {
    const double wanted = rate * static_cast<double>(size_);
    double above = 0;
    for (std::size_t bin = kBins - 1; bin > 0; --bin) {
        const double here = counts_[bin];
        if (above + here >= wanted && here > 0) return {bin, (wanted - above) / here};
        above += here;
    }
    return {};
}

bool ScoreCut::would_take(double score, double rate) const {
    const Edge cut = edge(rate);
    const std::size_t bin = bin_of(score);
    return bin > cut.bin || (bin == cut.bin && owed_ + cut.fraction >= 1);
}

bool ScoreCut::take(double score, double rate) {
    const Edge cut = edge(rate);
    const std::size_t bin = bin_of(score);
    if (bin != cut.bin) return bin > cut.bin;
    owed_ += cut.fraction;
    if (owed_ < 1) return false;
    owed_ -= 1;
    return true;
}

double ScoreCut::lowest(double rate) const {
    const std::size_t bin = edge(rate).bin;
    return static_cast<double>(bin) / static_cast<double>(kBins - 2);
}

}  // namespace llmr::routing
