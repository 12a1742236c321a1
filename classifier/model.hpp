#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "classifier/dense_features.hpp"
#include "classifier/difficulty.hpp"
#include "classifier/forest.hpp"
#include "classifier/zone_sums.hpp"
#include "core/error.hpp"

namespace llmr::classifier {

/// What the weights make of a query.
struct Verdict {
    std::array<float, kTypes> types{};  ///< log-odds of each type, after the trees
    float difficulty = 0.0F;
    std::array<std::array<float, kColumns>, kZones> zones{};  ///< what the words of a zone say
};

/// The weights file that is compiled in.
std::span<const std::byte> built_in_weights();

/// Learned weights: linear ones for every n-gram and dense feature, and trees over what those sum
/// up to. Immutable, so shared by all threads. docs/classifier.md tells how they are learned,
/// classifier/training/weights_file.py writes the file.
class Model {
public:
    /// The weights that are compiled in.
    static const Model& built_in();
    /// Keeps a view into `file`, whose n-gram weights stay where they are. Errors:
    /// invalid_parameter, if the file is damaged or was made for other features.
    static Result<Model> read(std::span<const std::byte> file);

    /// Adds the weights of n-grams to what was found in their zone.
    void add(ZoneSums& sums, Zone zone, std::span<const std::uint32_t> buckets) const;
    /// Under 3 us. No allocation.
    Verdict judge(const ZoneSums& sums, std::span<const float, kDense> dense) const;
    const Difficulty& difficulty() const { return difficulty_; }
    /// What one dense feature, being 1, says for or against a type.
    float weight(std::size_t dense_place, QueryType type) const {
        return dense_[dense_place][static_cast<std::size_t>(type)];
    }

private:
    using Row = std::array<float, kColumns>;
    /// The trees see each type's total, every part of it, and the dense features themselves.
    static constexpr std::size_t kInputs = kTypes * (kZones + 2) + kDense;

    bool read_trees(class FileParts& parts);
    Row dense_sum(std::span<const float, kDense> dense) const;

    Row bias_{};
    std::array<Row, kZones> scales_{};  ///< of the quantised weights
    std::array<Row, kDense> dense_{};
    Difficulty difficulty_;
    Forest forest_;
    const std::int8_t* buckets_ = nullptr;  ///< kBuckets rows of kColumns
};

}  // namespace llmr::classifier
