#include <fstream>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "classifier/classifier.hpp"
#include "core/json.hpp"
#include "core/query_line.hpp"

namespace llmr::classifier_test {
namespace {

struct Tally {
    int all = 0;
    int right = 0;
    double share() const { return static_cast<double>(right) / all; }
};

QueryType decided(simdjson::dom::element row) {
    const auto query = read_query_line(row);
    REQUIRE(query.has_value());
    classifier::Features features = classifier::extract_features(*query);
    features.endpoint_known = false;
    return classifier::classify(features).type;
}

}  // namespace

/// tests/data/adversarial.jsonl: written and labelled one by one, never trained on.
TEST_CASE("of the adversarial prompts in twelve languages four of five get their type") {
    std::ifstream file(LLMR_TEST_DATA_DIR "/adversarial.jsonl");
    REQUIRE(file.good());
    Tally all;
    std::map<std::string, Tally> languages;
    std::map<std::string, Tally> types;
    std::string line;
    JsonParser parser;
    while (std::getline(file, line)) {
        const auto row = parser.parse(line);
        REQUIRE(row.has_value());
        const std::string type(get_string(*row, "type").value_or(""));
        const int right = to_string(decided(*row)) == type ? 1 : 0;
        for (Tally* tally :
             {&all, &types[type], &languages[std::string(get_string(*row, "lang").value_or(""))]}) {
            ++tally->all;
            tally->right += right;
        }
    }
    CHECK(all.all >= 2000);
    CHECK(languages.size() == 12);
    for (const auto& [name, tally] : languages)
        MESSAGE(name << ": " << tally.right << " of " << tally.all);
    for (const auto& [name, tally] : types)
        MESSAGE(name << ": " << tally.right << " of " << tally.all);
    MESSAGE("all: " << all.right << " of " << all.all);
    CHECK(all.share() >= 0.8);
}

}  // namespace llmr::classifier_test
