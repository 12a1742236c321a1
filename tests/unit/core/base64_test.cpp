#include <random>
#include <string>

#include <doctest/doctest.h>

#include "core/text.hpp"

TEST_CASE("base64 follows the test vectors of RFC 4648") {
    struct Row {
        const char* bytes;
        const char* text;
    };
    const Row rows[] = {{"", ""},
                        {"f", "Zg=="},
                        {"fo", "Zm8="},
                        {"foo", "Zm9v"},
                        {"foob", "Zm9vYg=="},
                        {"fooba", "Zm9vYmE="},
                        {"foobar", "Zm9vYmFy"},
                        {"\xfb\xff\xfe", "+//+"}};
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(llmr::base64_encode(row.bytes) == row.text);
        std::string decoded = "before";
        CHECK(llmr::base64_decode(row.text, decoded));
        CHECK(decoded == row.bytes);
    }
}

TEST_CASE("text that is not padded base64 is refused") {
    for (const char* text : {"Zg", "Zg=", "Z", "====", "Z===", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm9-",
                             "Zm9_", "=Zm9", "Zm=v"}) {
        CAPTURE(text);
        std::string decoded = "before";
        CHECK_FALSE(llmr::base64_decode(text, decoded));
        CHECK(decoded.empty());
    }
}

TEST_CASE("random bytes survive the round trip") {
    std::mt19937 random(5);
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes(size, '\0');
        for (char& c : bytes)
            c = static_cast<char>(random() & 0xff);
        std::string decoded;
        REQUIRE(llmr::base64_decode(llmr::base64_encode(bytes), decoded));
        CHECK(decoded == bytes);
    }
}
