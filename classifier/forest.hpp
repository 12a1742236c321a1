#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "classifier/zone_sums.hpp"

namespace llmr::classifier {

/// Small decision trees that were trained one after another, each to mend what those before it got
/// wrong (gradient boosting: Friedman, "Greedy Function Approximation", 2001). All are three
/// levels deep, so that walking one takes three comparisons and no branch.
class Forest {
public:
    static constexpr std::size_t kNodes = 7;
    static constexpr std::size_t kLeaves = 8;

    /// As the weights file has it. A value above the threshold goes right.
    struct Tree {
        std::array<float, kNodes> threshold;
        std::array<float, kLeaves> leaf;
        std::array<std::uint16_t, kNodes> input;
        std::uint16_t type;
    };
    static_assert(sizeof(Tree) == 76);

    void set_base(const std::array<float, kTypes>& base) { base_ = base; }
    /// Refuses a tree that looks at an input beyond `inputs` or speaks for no type.
    bool add(const Tree& tree, std::size_t inputs);

    /// What all trees say for each type, on the scale of log-odds. No allocation.
    std::array<float, kTypes> sum(std::span<const float> inputs) const;

private:
    std::array<float, kTypes> base_{};
    std::vector<Tree> trees_;
};

}  // namespace llmr::classifier
