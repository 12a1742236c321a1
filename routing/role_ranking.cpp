#include "routing/role_ranking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <tuple>

#include "routing/model_tag.hpp"

namespace llmr::routing {
namespace {

/// Where a model of unstated size stands among the others: Ollama's usual 4-bit weights take about
/// 0.6 bytes per parameter.
double ranking_size(const LocalModel& model) {
    constexpr double kBytesPerBillion = 0.6e9;
    if (model.parameters_b > 0) return model.parameters_b;
    return static_cast<double>(model.size_bytes) / kBytesPerBillion;
}

int embedding_group(const LocalModel& model) {
    constexpr std::array<std::string_view, 3> kPreferred{"nomic", "mxbai", "bge"};
    const std::string name = canonical_name(model.name);
    const auto known = std::find_if(kPreferred.begin(), kPreferred.end(), [&](std::string_view p) {
        return name.find(p) != std::string::npos;
    });
    return static_cast<int>(known - kPreferred.begin());
}

/// Less is better; compared in order.
using Rank = std::tuple<int, double, int>;

Rank rank(const LocalModel& model, QueryType role) {
    constexpr double kIdealBillions = 8.0;
    const double size = ranking_size(model);
    const int coder = is_coder(model) ? 1 : 0;
    switch (role) {
        case QueryType::embedding:
            return {embedding_group(model), -size, 0};
        case QueryType::code:
            return {1 - coder, -size, 0};
        case QueryType::simple:
        case QueryType::summarization:
        case QueryType::extraction:
            return {coder, std::abs(size - kIdealBillions), 0};
        case QueryType::medium:
        case QueryType::complex:
            break;
    }
    return {0, -size, coder};
}

}  // namespace

bool can_fill(const LocalModel& model, QueryType role) {
    if (model.locality != Locality::local) return false;
    return role == QueryType::embedding ? model.embedding : model.completion;
}

std::vector<const LocalModel*> ranked_for_role(const std::vector<LocalModel>& models,
                                               QueryType role) {
    std::vector<const LocalModel*> able;
    for (const LocalModel& model : models) {
        if (can_fill(model, role)) able.push_back(&model);
    }
    std::sort(able.begin(), able.end(), [role](const LocalModel* a, const LocalModel* b) {
        const Rank first = rank(*a, role);
        const Rank second = rank(*b, role);
        if (first != second) return first < second;
        // The vectors of another embedding model would be worthless: there only names decide.
        if (role != QueryType::embedding && a->resident != b->resident) return a->resident;
        return std::tie(a->name, a->upstream_index) < std::tie(b->name, b->upstream_index);
    });
    return able;
}

}  // namespace llmr::routing
