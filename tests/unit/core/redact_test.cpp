#include "core/redact.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using llmr::redact;

TEST_SUITE("redact") {
    TEST_CASE("credentials of 16 characters and more are replaced") {
        struct Case {
            std::string_view text;
            std::string_view expected;
        };
        const Case cases[] = {
            {"", ""},
            {"no secret here", "no secret here"},
            {"key sk-abcdefghijklm end", "key [redacted] end"},
            {"sk-abcdefghijklm", "[redacted]"},
            {"sk-abcdefghijkl", "sk-abcdefghijkl"},  // 15 characters
            {"sk-proj-AbC_123-def456ghi789", "[redacted]"},
            {"\"sk-abcdefghijklmnop\",x", "\"[redacted]\",x"},
            {"k=sk-abcdefghijklmnop;sk-abcdefghijklmnoq", "k=[redacted];[redacted]"},
            {"Authorization: Bearer abcdefghijklmnop", "Authorization: [redacted]"},
            {"authorization: bearer   abcdefghijklmnop,", "authorization: [redacted],"},
            {"BEARER a.b-c_d~e+f/g=hijk end", "[redacted] end"},
            {"Bearer short", "Bearer short"},
            {"Bearer ", "Bearer "},
            {"Bearer", "Bearer"},
            {"the bearer of bad news", "the bearer of bad news"},
            {"Bearer sk-abcdefghijklmnop", "[redacted]"},
            {"task-management-system-two", "task-management-system-two"},
            {"risk-abcdefghijklmnopq", "risk-abcdefghijklmnopq"},
            {"sk-...", "sk-..."},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            CHECK(redact(c.text) == c.expected);
        }
    }

    TEST_CASE("a message cannot begin a second line or steer a terminal") {
        CHECK(redact("one\ntwo\r\n\tthree") == "one two   three");
        CHECK(redact(std::string_view("a\x1b[31mb\x7f\0c", 10)) == "a [31mb  c");
    }

    TEST_CASE("text that is not ASCII passes unchanged") {
        CHECK(redact("Grüße, 世界 🚀") == "Grüße, 世界 🚀");
    }
}
