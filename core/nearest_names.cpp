#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "core/text.hpp"

namespace llmr {
namespace {

// Names come from clients: a longer one is no typo, and the distance is quadratic.
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kShortestPrefix = 3;

/// "vendor/mistral:7b" -> "mistral": what people remember of a model's name.
std::string_view stem(std::string_view name) {
    if (const std::size_t slash = name.rfind('/'); slash != std::string_view::npos) {
        name.remove_prefix(slash + 1);
    }
    return name.substr(0, name.find(':'));
}

bool is_prefix_of_other(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    return common >= kShortestPrefix && a.substr(0, common) == b.substr(0, common);
}

/// One edit per three characters can be a typo.
std::size_t tolerance(std::string_view a, std::string_view b) {
    return std::max(a.size(), b.size()) / 3;
}

struct Rank {
    std::size_t distance;       ///< the better of whole names and stems
    bool no_prefix;             ///< false sorts first
    std::size_t full_distance;  ///< of the names as they are written
    std::size_t index;          ///< order of the caller, to be deterministic

    auto key() const { return std::tie(distance, no_prefix, full_distance, index); }
};

std::optional<Rank> rank(std::string_view wanted, std::string_view name, std::size_t index) {
    const std::string_view wanted_stem = stem(wanted);
    const std::string_view name_stem = stem(name);
    const std::size_t full = edit_distance(wanted, name);
    const std::size_t stems = edit_distance(wanted_stem, name_stem);
    const bool prefix =
        is_prefix_of_other(wanted, name) || is_prefix_of_other(wanted_stem, name_stem);
    const bool meant =
        full <= tolerance(wanted, name) || stems <= tolerance(wanted_stem, name_stem) || prefix;
    if (!meant) return std::nullopt;
    return Rank{std::min(full, stems), !prefix, full, index};
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    if (a.size() < b.size()) std::swap(a, b);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& names, std::size_t limit) {
    if (wanted.empty() || wanted.size() > kLongestName) return {};
    const std::string lower_wanted = to_lower(wanted);
    std::vector<Rank> ranks;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].size() > kLongestName) continue;
        if (const auto found = rank(lower_wanted, to_lower(names[i]), i)) ranks.push_back(*found);
    }
    std::sort(ranks.begin(), ranks.end(),
              [](const Rank& a, const Rank& b) { return a.key() < b.key(); });
    std::vector<std::string> nearest;
    for (const Rank& r : ranks) {
        if (nearest.size() == limit) break;
        nearest.push_back(names[r.index]);
    }
    return nearest;
}

}  // namespace llmr
