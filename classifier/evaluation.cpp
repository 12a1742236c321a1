#include "classifier/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace llmr::classifier {
namespace {

double ratio(double part, double whole) {
    return whole == 0 ? 0.0 : part / whole;
}

bool may_leave(const Classification& said) {
    return said.type != QueryType::embedding && said.type != QueryType::code;
}

void count_types(Evaluation& result, const std::vector<EvaluatedQuery>& queries) {
    std::size_t right = 0;
    for (const EvaluatedQuery& query : queries) {
        if (!query.type) continue;
        ++result.typed;
        ++result.types[static_cast<std::size_t>(*query.type)].labelled;
        ++result.types[static_cast<std::size_t>(query.said.type)].decided;
        if (query.said.type != *query.type) continue;
        ++right;
        ++result.types[static_cast<std::size_t>(*query.type)].right;
    }
    result.accuracy = ratio(static_cast<double>(right), static_cast<double>(result.typed));
    double sum = 0;
    std::size_t seen = 0;
    for (const TypeFigures& type : result.types) {
        if (type.labelled == 0) continue;
        sum += type.f1();
        ++seen;
    }
    result.macro_f1 = ratio(sum, static_cast<double>(seen));
}

/// Gain by share of queries that leave, the highest scores first.
class Recovery {
public:
    explicit Recovery(const std::vector<EvaluatedQuery>& queries) {
        for (const EvaluatedQuery& query : queries) {
            if (query.gap) points_.emplace_back(query.said.score, *query.gap);
        }
        std::sort(points_.begin(), points_.end(),
                  [](const auto& a, const auto& b) { return a.first > b.first; });
        for (const auto& [score, gap] : points_)
            total_ += gap;
    }
    double total() const { return total_; }

    /// Part of the gap that the first `count` queries gain; of queries with equal scores each
    /// counts as their mean.
    double of_first(double count) const {
        double gained = 0;
        for (std::size_t i = 0; i < points_.size() && static_cast<double>(i) < count;) {
            std::size_t end = i;
            double group = 0;
            while (end < points_.size() && points_[end].first == points_[i].first)
                group += points_[end++].second;
            const double size = static_cast<double>(end - i);
            gained += group * std::min(1.0, (count - static_cast<double>(i)) / size);
            i = end;
        }
        return ratio(gained, total_);
    }

    /// Trapezoids between groups of equal scores.
    double area() const {
        double area = 0;
        double gained = 0;
        for (std::size_t i = 0; i < points_.size();) {
            std::size_t end = i;
            double group = 0;
            while (end < points_.size() && points_[end].first == points_[i].first)
                group += points_[end++].second;
            area += static_cast<double>(end - i) * (gained + group / 2);
            gained += group;
            i = end;
        }
        return ratio(ratio(area, static_cast<double>(points_.size())), total_);
    }

private:
    std::vector<std::pair<double, double>> points_;
    double total_ = 0;
};

/// Mean of score less gap in each tenth of the scale, by how many are there.
double calibration_error(const std::vector<EvaluatedQuery>& queries, double count) {
    struct Bin {
        double scores = 0;
        double gaps = 0;
    };
    std::array<Bin, 10> bins{};
    for (const EvaluatedQuery& query : queries) {
        if (!query.gap) continue;
        const double place = std::clamp(query.said.score * 10, 0.0, 9.0);
        Bin& bin = bins[static_cast<std::size_t>(place)];
        bin.scores += query.said.score;
        bin.gaps += *query.gap;
    }
    double error = 0;
    for (const Bin& bin : bins)
        error += std::abs(bin.scores - bin.gaps);
    return ratio(error, count);
}

/// The place of each value among all, equal ones sharing the middle of theirs.
std::vector<double> ranks(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i;
        while (end < order.size() && values[order[end]] == values[order[i]])
            ++end;
        for (std::size_t k = i; k < end; ++k)
            result[order[k]] = static_cast<double>(i + end - 1) / 2;
        i = end;
    }
    return result;
}

double spearman(const std::vector<EvaluatedQuery>& queries) {
    std::vector<double> scores;
    std::vector<double> gaps;
    for (const EvaluatedQuery& query : queries) {
        if (!query.gap) continue;
        scores.push_back(query.said.score);
        gaps.push_back(*query.gap);
    }
    const std::vector<double> a = ranks(scores);
    const std::vector<double> b = ranks(gaps);
    const double middle = (static_cast<double>(a.size()) - 1) / 2;
    double both = 0;
    double of_a = 0;
    double of_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += (a[i] - middle) * (b[i] - middle);
        of_a += (a[i] - middle) * (a[i] - middle);
        of_b += (b[i] - middle) * (b[i] - middle);
    }
    return ratio(both, std::sqrt(of_a * of_b));
}

void count_cuts(Evaluation& result, const std::vector<EvaluatedQuery>& queries, double total_gap) {
    for (CutFigures& cut : result.cuts) {
        cut.complexity = 1 + static_cast<int>(&cut - result.cuts.data());
        std::size_t leaving = 0;
        double gained = 0;
        for (const EvaluatedQuery& query : queries) {
            if (query.said.complexity < cut.complexity || !may_leave(query.said)) continue;
            ++leaving;
            gained += query.gap.value_or(0);
        }
        cut.share = ratio(static_cast<double>(leaving), static_cast<double>(queries.size()));
        if (result.gapped > 0 && total_gap != 0) cut.recovered = gained / total_gap;
    }
}

}  // namespace

double TypeFigures::recall() const {
    return ratio(static_cast<double>(right), static_cast<double>(labelled));
}

double TypeFigures::f1() const {
    return ratio(2.0 * static_cast<double>(right), static_cast<double>(labelled + decided));
}

Evaluation evaluate(const std::vector<EvaluatedQuery>& queries) {
    Evaluation result;
    count_types(result, queries);
    result.gapped = static_cast<std::size_t>(std::count_if(
        queries.begin(), queries.end(), [](const EvaluatedQuery& q) { return q.gap.has_value(); }));
    const Recovery recovery(queries);
    if (result.gapped > 0) {
        const double count = static_cast<double>(result.gapped);
        result.mean_gap = recovery.total() / count;
        result.apgr = recovery.area();
        result.calibration_error = calibration_error(queries, count);
        result.spearman = spearman(queries);
        result.recovered_5 = recovery.of_first(0.05 * count);
    }
    count_cuts(result, queries, recovery.total());
    return result;
}

}  // namespace llmr::classifier
