#include "daemon/negotiation.hpp"

#include <doctest/doctest.h>

using namespace llmr::daemon;

TEST_CASE("a browser that goes to a page prefers HTML") {
    CHECK(
        prefers_html("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"));
    CHECK(prefers_html("text/html"));
    CHECK(prefers_html("TEXT/HTML; charset=utf-8, */*;q=0.1"));
}

TEST_CASE("a program does not") {
    for (const char* accept :
         {"", "*/*", "application/json", "application/json, text/plain, */*", "text/*",
          "application/json, text/html;q=0.5", "text/html;q=0", "text/htmlx", ",;,"}) {
        CAPTURE(accept);
        CHECK_FALSE(prefers_html(accept));
    }
}

TEST_CASE("who takes gzip") {
    CHECK(accepts_gzip("gzip, deflate, br, zstd"));
    CHECK(accepts_gzip("br;q=1.0, GZIP;q=0.5"));
    CHECK(accepts_gzip("*"));
    CHECK_FALSE(accepts_gzip(""));
    CHECK_FALSE(accepts_gzip("identity"));
    CHECK_FALSE(accepts_gzip("gzip;q=0, *"));
    CHECK_FALSE(accepts_gzip("deflate, gzip;q=0.000"));
    CHECK_FALSE(accepts_gzip("gzip;q=often"));
}

TEST_CASE("tags of If-None-Match") {
    CHECK(etag_matches("\"a\"", "\"a\""));
    CHECK(etag_matches("\"b\", W/\"a\"", "\"a\""));
    CHECK(etag_matches("*", "\"a\""));
    CHECK_FALSE(etag_matches("", "\"a\""));
    CHECK_FALSE(etag_matches("\"b\"", "\"a\""));
    CHECK_FALSE(etag_matches("a", "\"a\""));
}
