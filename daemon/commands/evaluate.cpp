#include <fstream>
#include <string>

#include <fmt/format.h>

#include "classifier/classifier.hpp"
#include "classifier/evaluation.hpp"
#include "core/json.hpp"
#include "core/query_line.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {
namespace {

using classifier::EvaluatedQuery;

/// `weak` and `strong` are other names in use for the same.
std::optional<double> quality(simdjson::dom::element line, const char* name, const char* also) {
    const auto value = get_double(line, name);
    return value ? value : get_double(line, also);
}

Result<EvaluatedQuery> read_labelled(const std::string& text) {
    const auto root = thread_json_parser().parse(text);
    if (!root) return root.error();
    const auto query = read_query_line(*root);
    if (!query) return query.error();
    EvaluatedQuery result;
    if (const auto type = get_string(*root, "type")) {
        result.type = parse_query_type(*type);
        if (!result.type)
            return Error(Errc::invalid_parameter, fmt::format("\"{}\" is no type", *type));
    }
    const auto weak = quality(*root, "weak_score", "weak");
    const auto strong = quality(*root, "strong_score", "strong");
    if (weak && strong) result.gap = *strong - *weak;
    if (!result.type && !result.gap)
        return Error(Errc::missing_parameter,
                     "a line needs \"type\", or \"weak_score\" and \"strong_score\"");
    classifier::Features features = classifier::extract_features(*query);
    features.endpoint_known = false;
    result.said = classifier::classify(features);
    return result;
}

void print_types(const classifier::Evaluation& figures) {
    fmt::print("types       {} queries: accuracy {:.1f} %, macro-F1 {:.3f}\n", figures.typed,
               100 * figures.accuracy, figures.macro_f1);
    fmt::print("            {:<14}{:>8}{:>9}{:>8}\n", "type", "queries", "found", "F1");
    for (const QueryType type : kAllQueryTypes) {
        const auto& of_type = figures.types[static_cast<std::size_t>(type)];
        if (of_type.labelled == 0) continue;
        fmt::print("            {:<14}{:>8}{:>7.1f} %{:>8.3f}\n", to_string(type), of_type.labelled,
                   100 * of_type.recall(), of_type.f1());
    }
}

void print_gap(const classifier::Evaluation& figures) {
    fmt::print(
        "gap         {} queries: mean {:.3f}; APGR {:.3f} (random: 0.5); the 5 % with the "
        "highest scores recover {:.1f} %\n",
        figures.gapped, figures.mean_gap, figures.apgr, 100 * figures.recovered_5);
    fmt::print("            calibration error {:.3f} (10 bins), Spearman {:+.3f}\n",
               figures.calibration_error, figures.spearman);
}

void print_cuts(const classifier::Evaluation& figures) {
    fmt::print("threshold   {:<26}{:>10}{}\n", "LLM_COMPLEXITY_THRESHOLD", "external",
               figures.gapped > 0 ? "   gap recovered" : "");
    for (const auto& cut : figures.cuts) {
        fmt::print("            {:<26}{:>8.1f} %", cut.complexity, 100 * cut.share);
        if (cut.recovered) fmt::print("{:>14.1f} %", 100 * *cut.recovered);
        fmt::print("\n");
    }
    fmt::print("            (the local share bounds this further; code and embeddings stay)\n");
}

}  // namespace

int evaluate(const std::string& file) {
    std::ifstream in(file);
    if (!in) {
        fmt::print(stderr, "error: {} cannot be read\n", file);
        return kExitFailure;
    }
    std::vector<EvaluatedQuery> queries;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        auto query = read_labelled(line);
        if (!query) {
            fmt::print(stderr, "error: {}, line {}: {}\n", file, number, query.error().message);
            return kExitFailure;
        }
        queries.push_back(std::move(*query));
    }
    if (queries.empty()) {
        fmt::print(stderr, "error: {} has no lines\n", file);
        return kExitFailure;
    }
    const classifier::Evaluation figures = classifier::evaluate(queries);
    if (figures.typed > 0) print_types(figures);
    if (figures.gapped > 0) print_gap(figures);
    print_cuts(figures);
    return kExitOk;
}

}  // namespace llmr::daemon::commands
