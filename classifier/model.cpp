#include "classifier/model.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "classifier/file_parts.hpp"

namespace llmr::classifier {
namespace {

constexpr std::string_view kMagic = "llmr-classifier\n";
constexpr std::uint32_t kFormat = 1;
constexpr std::uint32_t kMostTrees = 10000;

struct Header {
    char magic[16];
    std::uint32_t format;
    std::uint32_t features;
    std::uint32_t columns;
    std::uint32_t zones;
    std::uint32_t dense;
    std::uint32_t buckets;
};
static_assert(sizeof(Header) == 40);

bool fits(const Header& header) {
    return header.features == kFeatureVersion && header.columns == kColumns &&
           header.zones == kZones && header.dense == kDense && header.buckets == kBuckets;
}

/// Counts a zone's n-grams as one vector of length 1, or few words would weigh less than many.
float norm(std::uint32_t count) {
    return count == 0 ? 0.0F : 1.0F / std::sqrt(static_cast<float>(count));
}

/// Damaged numbers must not become decisions.
bool sound(const Difficulty& difficulty) {
    const auto finite = [](float v) { return std::isfinite(v); };
    return std::all_of(difficulty.middle.begin(), difficulty.middle.end(), finite) &&
           std::all_of(difficulty.spread.begin(), difficulty.spread.end(),
                       [](float v) { return v > 0.0F && std::isfinite(v); }) &&
           difficulty.gain.front() >= 0.0F && difficulty.gain.back() <= 1.0F &&
           std::is_sorted(difficulty.gain.begin(), difficulty.gain.end());
}

}  // namespace

bool Model::read_trees(FileParts& parts) {
    std::array<float, kTypes> base{};
    std::uint32_t count = 0;
    if (!parts.copy(base) || !parts.copy(count) || count > kMostTrees) return false;
    forest_.set_base(base);
    for (std::uint32_t i = 0; i < count; ++i) {
        Forest::Tree tree;
        if (!parts.copy(tree) || !forest_.add(tree, kInputs)) return false;
    }
    return true;
}

Result<Model> Model::read(std::span<const std::byte> file) {
    FileParts parts(file);
    Header header{};
    if (!parts.copy(header) || std::string_view(header.magic, sizeof header.magic) != kMagic ||
        header.format != kFormat)
        return Error(Errc::invalid_parameter, "is no weights file of this classifier");
    if (!fits(header))
        return Error(Errc::invalid_parameter,
                     "was trained for other features than this version has; train it again");
    Model model;
    const bool read = parts.copy(model.bias_) && parts.copy(model.scales_) &&
                      parts.copy(model.dense_) && parts.copy(model.difficulty_) &&
                      sound(model.difficulty_) && model.read_trees(parts);
    const std::byte* buckets = parts.take(kBuckets * kColumns);
    if (!read || buckets == nullptr || !parts.at_end())
        return Error(Errc::invalid_parameter, "is damaged");
    model.buckets_ = reinterpret_cast<const std::int8_t*>(buckets);
    return model;
}

void Model::add(ZoneSums& sums, Zone zone, std::span<const std::uint32_t> buckets) const {
    // 128 rows of at most 127: the sums of a batch fit into 16 bits.
    static_assert(NgramSink::kBatch * 127 < 32768 && kColumns == 8);
    using Row8 = std::int8_t __attribute__((vector_size(8)));
    using Row16 = std::int16_t __attribute__((vector_size(16)));
    Row16 batch{};
    for (const std::uint32_t bucket : buckets) {
        Row8 row;
        std::memcpy(&row, buckets_ + std::size_t{bucket} * kColumns, sizeof row);
        batch += __builtin_convertvector(row, Row16);
    }
    const auto at = static_cast<std::size_t>(zone);
    for (std::size_t c = 0; c < kColumns; ++c)
        sums.sums[at][c] += batch[c];
    sums.counts[at] += static_cast<std::uint32_t>(buckets.size());
}

Model::Row Model::dense_sum(std::span<const float, kDense> dense) const {
    Row sum = bias_;
    for (std::size_t i = 0; i < kDense; ++i) {
        if (dense[i] == 0.0F) continue;
        for (std::size_t c = 0; c < kColumns; ++c)
            sum[c] += dense[i] * dense_[i][c];
    }
    return sum;
}

Verdict Model::judge(const ZoneSums& sums, std::span<const float, kDense> dense) const {
    Verdict verdict;
    std::array<float, kInputs> inputs;
    const Row base = dense_sum(dense);
    Row total = base;
    for (std::size_t zone = 0; zone < kZones; ++zone) {
        const float share = norm(sums.counts[zone]);
        Row& part = verdict.zones[zone];
        for (std::size_t c = 0; c < kColumns; ++c) {
            part[c] = static_cast<float>(sums.sums[zone][c]) * scales_[zone][c] * share;
            total[c] += part[c];
        }
        std::copy_n(part.begin(), kTypes, inputs.begin() + (zone + 1) * kTypes);
    }
    std::copy_n(total.begin(), kTypes, inputs.begin());
    std::copy_n(base.begin(), kTypes, inputs.begin() + (kZones + 1) * kTypes);
    std::copy(dense.begin(), dense.end(), inputs.begin() + (kZones + 2) * kTypes);
    verdict.types = forest_.sum(inputs);
    verdict.difficulty = total[kDifficulty];
    return verdict;
}

}  // namespace llmr::classifier
