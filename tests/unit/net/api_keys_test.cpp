#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "net/guard.hpp"
#include "tests/unit/net/parse_head.hpp"

using namespace llmr;
using namespace llmr::test;

namespace {

const net::ApiKeys kTwoKeys({Secret("sk-one"), Secret("sk-two")});

Result<std::string> check(const net::ApiKeys& keys, const std::string& fields) {
    return keys.check(*parse_head("GET / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n"));
}

}  // namespace

TEST_SUITE("API keys") {
    TEST_CASE("without configured keys everybody is nobody") {
        const net::ApiKeys open;
        CHECK_FALSE(open.required());
        CHECK(check(open, "").value() == "");
        CHECK(check(open, "Authorization: Bearer x\r\nx-api-key: y\r\n").value() == "");
        CHECK_FALSE(net::ApiKeys({Secret("")}).required());
    }

    TEST_CASE("every carrier of a configured key is accepted") {
        const std::string one = key_id(sha256("sk-one"));
        const std::string two = key_id(sha256("sk-two"));
        const std::vector<std::pair<std::string, std::string>> rows{
            {"Authorization: Bearer sk-one\r\n", one},
            {"authorization: bearer sk-two\r\n", two},
            {"Authorization: BEARER   sk-one  \r\n", one},
            {"x-api-key: sk-two\r\n", two},
            {"X-API-Key: sk-one\r\n", one},
            {"api-key: sk-one\r\n", one},
            {"Authorization: Bearer sk-one\r\nx-api-key: sk-one\r\napi-key: sk-one\r\n", one},
            {"Authorization: Bearer sk-one\r\nx-api-key:\r\n", one},
            {"Authorization: Bearer \r\nx-api-key: sk-two\r\n", two},
            {"Authorization:\r\nx-api-key: sk-two\r\n", two},
            {"Authorization: Basic abc\r\nx-api-key: sk-two\r\n", two},
            {"Authorization: Bearer sk-one\r\nAuthorization: Bearer sk-one\r\n", one},
        };
        for (const auto& [fields, id] : rows) {
            CAPTURE(fields);
            const auto result = check(kTwoKeys, fields);
            REQUIRE(result.has_value());
            CHECK(*result == id);
        }
    }

    TEST_CASE("everything else is invalid_api_key, and the answer repeats no key") {
        for (const std::string fields :
             {"", "Authorization: Bearer\r\n", "Authorization: Bearer \r\n", "x-api-key: \r\n",
              "Authorization: Bearer sk-three\r\n", "Authorization: sk-one\r\n",
              "Authorization: Basic sk-one\r\n", "Authorization: Bearersk-one\r\n",
              "Authorization: Bearer sk-on\r\n", "Authorization: Bearer sk-onee\r\n",
              "Authorization: Bearer SK-ONE\r\n", "Authorization: Bearer sk-one sk-two\r\n",
              "x-api-key: Bearer sk-one\r\n", "x-goog-api-key: sk-one\r\n",
              "Authorization: Bearer sk-one\r\nx-api-key: sk-two\r\n",
              "Authorization: Bearer sk-one\r\nAuthorization: Bearer sk-two\r\n",
              "x-api-key: sk-one\r\napi-key: wrong\r\n",
              "x-api-key: wrong\r\napi-key: sk-one\r\n"}) {
            CAPTURE(fields);
            const auto result = check(kTwoKeys, fields);
            REQUIRE_FALSE(result.has_value());
            CHECK(result.error().code == Errc::invalid_api_key);
            CHECK(result.error().message.find("sk-") == std::string::npos);
        }
    }
}
