#include "routing/repeat_detector.hpp"

#include <memory>

#include <doctest/doctest.h>

namespace llmr {
namespace {

using namespace std::chrono_literals;
using routing::RepeatDetector;

ChatRequest request(std::string_view text) {
    ChatRequest made;
    ContentPart part;
    part.text = text;
    Message message;
    message.parts.push_back(part);
    made.messages.push_back(message);
    return made;
}

}  // namespace

TEST_CASE("the same question of the same user within a minute is a repetition") {
    const auto detector = std::make_unique<RepeatDetector>();
    const SteadyTime start{1h};
    const auto ann = routing::user_hash("ann", "");
    const auto bob = routing::user_hash("bob", "");
    const auto turn = routing::turn_hash(request("why is the sky blue"));
    const auto other = routing::turn_hash(request("why is the sky red"));
    CHECK(!detector->is_repeated(ann, turn, start));
    CHECK(!detector->is_repeated(bob, turn, start + 1s));
    CHECK(!detector->is_repeated(ann, other, start + 2s));
    CHECK(!detector->is_repeated(ann, turn, start + 3s));
    CHECK(detector->is_repeated(ann, turn, start + 4s));
    CHECK(!detector->is_repeated(bob, turn, start + 2min));
}

TEST_CASE("a program that asks the same all the time counts once a minute") {
    const auto detector = std::make_unique<RepeatDetector>();
    const auto user = routing::user_hash("poller", "");
    int counted = 0;
    for (int second = 0; second < 600; ++second)
        counted += detector->is_repeated(user, 7, SteadyTime{1h + std::chrono::seconds(second)});
    CHECK(counted == 10);
}

TEST_CASE("questions that differ far inside a long text differ by their ends or lengths") {
    const std::string document(100'000, 'x');
    CHECK(routing::turn_hash(request(document + " one")) !=
          routing::turn_hash(request(document + " two")));
    CHECK(routing::turn_hash(request(document)) == routing::turn_hash(request(document)));
    CHECK(routing::turn_hash(ChatRequest{}) == 0);
}

}  // namespace llmr
