#include "routing/context_window.hpp"

#include <doctest/doctest.h>

using llmr::routing::ContextWindows;
using llmr::routing::is_truncated;
using llmr::routing::tokens_needed;

TEST_CASE("a window begins at the usual size, grows by doubling and never shrinks") {
    ContextWindows windows(8192, 32'768);
    CHECK(windows.choose(0, "m", 100, 131'072) == 8192);
    CHECK(windows.choose(0, "m", 8193, 131'072) == 16'384);
    CHECK(windows.choose(0, "m", 100, 131'072) == 16'384);
    CHECK(windows.choose(0, "m", 20'000, 131'072) == 32'768);
    CHECK(windows.choose(0, "m", 50'000, 131'072) == 32'768);
    CHECK(windows.choose(1, "m", 100, 131'072) == 8192);  // another server
}

TEST_CASE("no window is larger than the model was trained for") {
    ContextWindows windows(8192, 32'768);
    CHECK(windows.choose(0, "small", 100, 2048) == 2048);
    CHECK(windows.choose(0, "small", 5000, 2048) == 2048);
    CHECK(windows.choose(0, "odd", 9000, 10'000) == 10'000);
    CHECK(windows.choose(0, "unknown", 9000, 0) == 16'384);
}

TEST_CASE("a model that is loaded with more keeps it") {
    ContextWindows windows(8192, 32'768);
    windows.is_loaded_with(0, "m", 16'384);
    CHECK(windows.choose(0, "m", 100, 131'072) == 16'384);
    windows.is_loaded_with(0, "m", 4096);
    CHECK(windows.choose(0, "m", 100, 131'072) == 16'384);
    windows.is_loaded_with(0, "n", 262'144);  // more than it may have here
    CHECK(windows.choose(0, "n", 100, 262'144) == 8192);
    windows.is_loaded_with(0, "o", 4096);
    CHECK(windows.choose(0, "o", 100, 131'072) == 8192);
}

TEST_CASE("a model's own usual size wins over the one for all, until it must grow") {
    ContextWindows windows(8192, 32'768);
    windows.prefer(0, "small", 4096);
    windows.prefer(0, "large", 262'144);
    windows.prefer(0, "silent", 0);
    CHECK(windows.choose(0, "small", 100, 131'072) == 4096);
    CHECK(windows.choose(0, "small", 5000, 131'072) == 8192);
    windows.prefer(0, "small", 4096);  // every look at the server says so again
    CHECK(windows.choose(0, "small", 100, 131'072) == 8192);
    CHECK(windows.choose(0, "large", 100, 262'144) == 32'768);
    CHECK(windows.choose(0, "silent", 100, 0) == 8192);
}

TEST_CASE("a server loads a model again when it is asked for another window than it holds") {
    ContextWindows windows(8192, 32'768);
    const auto ask = [&](std::int64_t needed) {
        const std::int64_t window = windows.choose(0, "m", needed, 131'072);
        return windows.loads_again(0, "m", window);
    };
    CHECK_FALSE(ask(100));  // what it holds is not known
    CHECK_FALSE(ask(200));
    CHECK(ask(9000));
    CHECK_FALSE(ask(100));
    windows.is_loaded_with(0, "m", 16'384);
    CHECK_FALSE(ask(100));
    windows.is_loaded_with(0, "m", 4096);  // somebody else had it loaded with less
    CHECK(ask(100));
    windows.is_loaded_with(1, "m", 262'144);  // or with more than it may have here
    CHECK(windows.loads_again(1, "m", windows.choose(1, "m", 100, 262'144)));
    CHECK_FALSE(windows.loads_again(0, "never chosen", 8192));
}

TEST_CASE("a model that holds less than the usual window is not asked for more than it can") {
    ContextWindows windows(8192, 32'768);
    windows.is_loaded_with(0, "small", 2048);
    const std::int64_t window = windows.choose(0, "small", 100, 2048);
    CHECK(window == 2048);
    CHECK_FALSE(windows.loads_again(0, "small", window));
}

TEST_CASE("a reload with other sizes begins anew") {
    ContextWindows windows(8192, 32'768);
    windows.choose(0, "m", 30'000, 0);
    windows.reconfigure(8192, 32'768);
    CHECK(windows.choose(0, "m", 1, 0) == 32'768);
    CHECK_FALSE(windows.loads_again(0, "m", 32'768));
    windows.reconfigure(4096, 16'384);
    CHECK(windows.choose(0, "m", 1, 0) == 4096);
    CHECK(windows.choose(0, "m", 1, 2048) == 2048);
    CHECK(windows.loads_again(0, "m", 4096));  // the server does not read our configuration
    windows.reconfigure(8192, 16'384);
    windows.prefer(0, "m", 2048);
    CHECK(windows.choose(0, "m", 1, 0) == 2048);
}

TEST_CASE("what is needed leaves room for a wrong estimate and for the answer") {
    CHECK(tokens_needed(4000, 0) == 6024);
    CHECK(tokens_needed(4000, 100) == 5100);
    CHECK(tokens_needed(4000, 1'000'000) == 13'192);
}

TEST_CASE("a prompt was cut where its count says so, and nowhere else") {
    CHECK(is_truncated(9000, 8192, 8192));
    CHECK(is_truncated(9000, 8191, 8192));
    CHECK(is_truncated(9000, 4098, 8192));  // ollama#17427: half the window and 2
    CHECK(is_truncated(7000, 4000, 8192));
    CHECK_FALSE(is_truncated(5000, 4098, 8192));
    CHECK_FALSE(is_truncated(7000, 6500, 8192));
    // Old versions leave out what was cached.
    CHECK_FALSE(is_truncated(3000, 12, 8192));
    CHECK_FALSE(is_truncated(7000, 50, 8192));
    CHECK_FALSE(is_truncated(9000, 0, 8192));
    CHECK_FALSE(is_truncated(9000, 9000, 0));
}
