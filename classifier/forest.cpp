#include "classifier/forest.hpp"

#include <algorithm>

namespace llmr::classifier {

bool Forest::add(const Tree& tree, std::size_t inputs) {
    const bool fits = std::all_of(tree.input.begin(), tree.input.end(),
                                  [&](std::uint16_t input) { return input < inputs; });
    if (!fits || tree.type >= kTypes) return false;
    trees_.push_back(tree);
    return true;
}

std::array<float, kTypes> Forest::sum(std::span<const float> inputs) const {
    std::array<float, kTypes> sums = base_;
    const float* in = inputs.data();
    for (const Tree& tree : trees_) {
        const std::size_t first = in[tree.input[0]] > tree.threshold[0] ? 2 : 1;
        const std::size_t second =
            2 * first + (in[tree.input[first]] > tree.threshold[first] ? 2 : 1);
        const std::size_t leaf =
            2 * second + (in[tree.input[second]] > tree.threshold[second] ? 2 : 1) - kNodes;
        sums[tree.type] += tree.leaf[leaf];
    }
    return sums;
}

}  // namespace llmr::classifier
