#include "routing/conversations.hpp"

#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;
using namespace std::chrono_literals;

namespace {

ConversationKey key(int number) {
    return session_key("", std::to_string(number));
}

Conversation answered_by(const std::string& model) {
    Conversation made;
    made.answered.model = model;
    return made;
}

}  // namespace

TEST_CASE("a conversation is known until its last answer is too old") {
    Conversations conversations;
    const SteadyTime start{};
    CHECK_FALSE(conversations.find(key(1), start, 60s));
    conversations.remember(key(1), answered_by("a"), start);
    CHECK(conversations.find(key(1), start + 60s, 60s)->answered.model == "a");
    CHECK_FALSE(conversations.find(key(1), start + 61s, 60s));
    CHECK_FALSE(conversations.find(key(2), start, 60s));
    // Looking does not keep it; answering does.
    conversations.remember(key(1), answered_by("b"), start + 50s);
    CHECK(conversations.find(key(1), start + 110s, 60s)->answered.model == "b");
    CHECK(conversations.size() == 1);
}

TEST_CASE("the number is bounded, and those unused for longest leave") {
    Conversations conversations(3);
    const SteadyTime now{};
    for (int i = 0; i < 3; ++i)
        conversations.remember(key(i), answered_by("a"), now);
    conversations.remember(key(0), answered_by("b"), now);
    CHECK(conversations.find(key(1), now, 60s).has_value());
    conversations.remember(key(3), answered_by("a"), now);
    CHECK(conversations.size() == 3);
    // Looking at 1 did not make it younger.
    CHECK_FALSE(conversations.find(key(1), now, 60s));
    for (const int there : {0, 2, 3})
        CHECK(conversations.find(key(there), now, 60s).has_value());
}

TEST_CASE("many threads may ask and answer at once") {
    Conversations conversations(64);
    const SteadyTime now{};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 500; ++i) {
                const auto found = conversations.find(key(i % 100), now, 60s);
                conversations.remember(key((i * (thread + 1)) % 100),
                                       found.value_or(answered_by("a")), now);
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    CHECK(conversations.size() == 64);
}
