#include "simulator/models.hpp"

#include <doctest/doctest.h>

using namespace llmr::simulator;

TEST_CASE("a further model is a name and what it can") {
    const auto model = parse_model("llava:7b=completion, vision");
    REQUIRE(model.has_value());
    CHECK(model->name == "llava:7b");
    CHECK(model->capabilities == std::vector<std::string>{"completion", "vision"});
    CHECK(model->context_length > 0);
}

TEST_CASE("a model without a name or without capabilities is refused") {
    for (const auto* text : {"", "llava:7b", "llava:7b=", "=vision"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_model(text).has_value());
    }
}
