#include "daemon/token_cache.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::daemon;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Need = TokenCache::Need;

namespace {

constexpr SteadyTime kStart{};

TokenCache with_token(seconds life) {
    TokenCache cache;
    REQUIRE(cache.begin_fetch(kStart));
    cache.fetched(Secret("first"), life, kStart);
    return cache;
}

}  // namespace

TEST_CASE("a token is renewed at 80% of its life and not sent any more at its end") {
    const TokenCache cache = with_token(seconds(100));
    CHECK(cache.need(kStart) == Need::nothing);
    CHECK(cache.need(kStart + milliseconds(79'999)) == Need::nothing);
    CHECK(cache.need(kStart + seconds(80)) == Need::soon);
    CHECK(cache.need(kStart + milliseconds(99'499)) == Need::soon);
    CHECK(cache.need(kStart + milliseconds(99'500)) == Need::now);
    CHECK(cache.token().reveal() == "first");
}

TEST_CASE("one fetch runs at a time") {
    TokenCache cache;
    CHECK(cache.need(kStart) == Need::now);
    CHECK(cache.begin_fetch(kStart));
    CHECK_FALSE(cache.begin_fetch(kStart));
    CHECK(cache.fetching());
    cache.fetched(Secret("t"), seconds(10), kStart);
    CHECK_FALSE(cache.fetching());
}

TEST_CASE("after a failure there is a pause, which doubles up to half a minute") {
    TokenCache cache;
    SteadyTime now = kStart;
    for (const int pause : {1, 2, 4, 8, 16, 30, 30}) {
        REQUIRE(cache.begin_fetch(now));
        cache.failed(Error(Errc::upstream_auth, "no"), now);
        CHECK(cache.error()->message == "no");
        CHECK_FALSE(cache.begin_fetch(now + milliseconds(pause * 1000 - 1)));
        now += seconds(pause);
    }
    REQUIRE(cache.begin_fetch(now));
    cache.fetched(Secret("t"), seconds(10), now);
    CHECK_FALSE(cache.error());
    CHECK(cache.begin_fetch(now));
}

TEST_CASE("a failed renewal leaves the token that is still good") {
    TokenCache cache = with_token(seconds(100));
    const SteadyTime late = kStart + seconds(85);
    REQUIRE(cache.begin_fetch(late));
    cache.failed(Error(Errc::upstream_error, "busy"), late);
    CHECK(cache.need(late) == Need::soon);
    CHECK(cache.token().reveal() == "first");
}

TEST_CASE("a token that is refused is fetched anew, unless it has just been fetched") {
    TokenCache cache = with_token(seconds(100));
    CHECK_FALSE(cache.reject(Secret("first"), kStart + seconds(9)));
    CHECK(cache.need(kStart + seconds(9)) == Need::nothing);
    CHECK(cache.reject(Secret("first"), kStart + seconds(20)));
    CHECK(cache.need(kStart + seconds(20)) == Need::now);
}

TEST_CASE("who was refused with an older token need only take the new one") {
    TokenCache cache = with_token(seconds(100));
    REQUIRE(cache.begin_fetch(kStart + seconds(80)));
    cache.fetched(Secret("second"), seconds(100), kStart + seconds(80));
    CHECK(cache.reject(Secret("first"), kStart + seconds(81)));
    CHECK(cache.need(kStart + seconds(81)) == Need::nothing);
}
