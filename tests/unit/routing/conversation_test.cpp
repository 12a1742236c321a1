#include "routing/conversation.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;

namespace {

Candidate candidate(std::size_t upstream_index, const char* model,
                    Locality locality = Locality::local) {
    Candidate made;
    made.upstream_index = upstream_index;
    made.model = model;
    made.locality = locality;
    return made;
}

Classification classified(int complexity, double score = 0) {
    Classification made;
    made.complexity = complexity;
    made.score = score;
    return made;
}

}  // namespace

TEST_CASE("a conversation's home is what answered first, as long as it answers") {
    const auto first = after_answer({}, candidate(0, "a"), classified(4, 0.4), true, 1);
    REQUIRE(first.home);
    CHECK(first.answered == ModelPlace{0, "a"});
    CHECK(first.home->place == ModelPlace{0, "a"});
    CHECK(first.home->complexity == 4);
    CHECK(first.home->score == 0.4);
    const auto second = after_answer(first, candidate(0, "a"), classified(6, 0.6), true, 3);
    CHECK(second.home->complexity == 4);
    CHECK(second.home->score == 0.4);
}

TEST_CASE("a rise of three, or another model, is a new beginning") {
    const auto first = after_answer({}, candidate(0, "a"), classified(4, 0.4), true, 1);
    const auto risen = after_answer(first, candidate(0, "a"), classified(7, 0.7), true, 3);
    CHECK(risen.home->complexity == 7);
    CHECK(risen.home->score == 0.7);
    const auto moved =
        after_answer(first, candidate(1, "a", Locality::external), classified(2), true, 3);
    CHECK(moved.home->place == ModelPlace{1, "a"});
    CHECK(moved.home->locality == Locality::external);
    CHECK(moved.home->complexity == 2);
}

TEST_CASE("a model that the client names answers as a guest") {
    const auto guest = after_answer({}, candidate(1, "b"), classified(4), /*routed=*/false, 1);
    CHECK_FALSE(guest.home);
    const auto home = after_answer({}, candidate(0, "a"), classified(4), true, 1);
    const auto visited = after_answer(home, candidate(1, "b"), classified(9), /*routed=*/false, 3);
    CHECK(visited.answered == ModelPlace{1, "b"});
    CHECK(visited.home->place == ModelPlace{0, "a"});
    CHECK(visited.home->complexity == 4);
}

TEST_CASE("messages are foreign up to where the model took over") {
    CHECK(foreign_messages({}, {0, "a"}, 9) == 0);
    const auto first = after_answer({}, candidate(0, "a"), classified(4), true, 9);
    CHECK(first.foreign_messages == 0);
    CHECK(foreign_messages(first, {0, "a"}, 3) == 0);
    CHECK(foreign_messages(first, {1, "a"}, 3) == 3);
    CHECK(foreign_messages(first, {0, "b"}, 3) == 3);
    const auto second = after_answer(first, candidate(0, "b"), classified(4), true, 3);
    CHECK(second.foreign_messages == 3);
    // Its own turns since then are its own.
    CHECK(foreign_messages(second, {0, "b"}, 5) == 3);
    CHECK(foreign_messages(second, {0, "a"}, 5) == 5);
    const auto third = after_answer(second, candidate(0, "b"), classified(4), true, 5);
    CHECK(third.foreign_messages == 3);
}
