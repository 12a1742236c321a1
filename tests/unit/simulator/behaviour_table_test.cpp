#include "simulator/behaviour_table.hpp"

#include <map>
#include <string>

#include <doctest/doctest.h>

using namespace llmr::simulator;

namespace {

Behaviour failing(double rate) {
    Behaviour behaviour;
    behaviour.error_status = 500;
    behaviour.error_rate = rate;
    return behaviour;
}

}  // namespace

TEST_CASE("a model's own switches replace those for every model") {
    Behaviour slow;
    slow.answer_tokens = 5;
    BehaviourTable table({}, {{"nomic-embed-text", slow}});
    CHECK(table.choose("mistral:7b").switches == nullptr);
    REQUIRE(table.choose("nomic-embed-text").switches != nullptr);
    CHECK(table.choose("Nomic-Embed-Text:latest").switches->answer_tokens == 5);

    table.set("mistral:7b", Behaviour{});
    table.set(failing(1));
    CHECK_FALSE(table.choose("mistral:7b").fail);
    CHECK(table.choose("phi:2.7b").fail);
}

TEST_CASE("errors are spread evenly over the requests") {
    struct Row {
        double rate;
        int errors_in_20;
        int longest_gap;
    };
    for (const auto& [rate, errors, longest_gap] :
         {Row{1, 20, 0}, Row{0, 0, 20}, Row{0.5, 10, 1}, Row{0.25, 5, 3}, Row{0.1, 2, 9}}) {
        CAPTURE(rate);
        BehaviourTable table(failing(rate), {});
        int seen = 0;
        int gap = 0;
        int worst = 0;
        for (int i = 0; i < 20; ++i) {
            if (table.choose("m").fail) {
                ++seen;
                gap = 0;
            } else {
                worst = std::max(worst, ++gap);
            }
        }
        CHECK(seen == errors);
        CHECK(worst <= longest_gap);
    }
}
