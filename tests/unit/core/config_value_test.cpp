#include "core/config_value.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace llmr::config;

namespace {

struct Refused {
    std::string_view text;
    std::string_view wrong;
    std::string_view nearest;
};

template <class T>
void check_fault(const Parsed<T>& parsed, const Refused& expected) {
    CAPTURE(expected.text);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().wrong == expected.wrong);
    CHECK(parsed.error().nearest == expected.nearest);
}

}  // namespace

TEST_SUITE("config value") {
    TEST_CASE("an integer within its range is taken") {
        CHECK(*parse_integer("0", 0, 10) == 0);
        CHECK(*parse_integer("10", 0, 10) == 10);
        CHECK(*parse_integer("-3", -5, 5) == -3);
        CHECK(*parse_integer("007", 0, 10) == 7);
    }

    TEST_CASE("another integer is refused with the nearest bound") {
        const Refused cases[] = {
            {"-1", "is below 2", "2"},
            {"1", "is below 2", "2"},
            {"11", "is above 10", "10"},
            {"99999999999999999999", "is above 10", "10"},
            {"-99999999999999999999", "is below 2", "2"},
            {"5s", "is not a whole number", "5"},
            {"70 ", "is not a whole number", "10"},
            {"4.5", "is not a whole number", "4"},
            {"+5", "is not a whole number", "2"},
            {"0x5", "is not a whole number", "2"},
            {"five", "is not a whole number", "2"},
            {"-", "is not a whole number", "2"},
            {"", "is not a whole number", "2"},
        };
        for (const Refused& c : cases)
            check_fault(parse_integer(c.text, 2, 10), c);
    }

    TEST_CASE("a percentage is a decimal from 0 to 100") {
        CHECK(*parse_percent("0") == 0.0);
        CHECK(*parse_percent("95") == 95.0);
        CHECK(*parse_percent("99.5") == 99.5);
        CHECK(*parse_percent("100") == 100.0);
        CHECK(*parse_percent("95%") == 95.0);
        CHECK(*parse_percent("95.5 %") == 95.5);
        CHECK_FALSE(std::signbit(*parse_percent("-0")));
        const Refused cases[] = {
            {"-0.1", "is below 0", "0"},
            {"100.01", "is above 100", "100"},
            {"1e2", "is not a decimal number", "1"},
            {"95,5", "is not a decimal number", "95"},
            {"nan", "is not a decimal number", "100"},
            {"inf", "is not a decimal number", "100"},
            {"most", "is not a decimal number", "0"},
            {"%", "is not a decimal number", "0"},
        };
        for (const Refused& c : cases)
            check_fault(parse_percent(c.text), c);
    }

    TEST_CASE("bytes may have a binary unit") {
        constexpr std::int64_t kMax = std::int64_t{1} << 40;
        CHECK(*parse_bytes("4096", 0, kMax) == 4096);
        CHECK(*parse_bytes("64KiB", 0, kMax) == 65536);
        CHECK(*parse_bytes("64 mib", 0, kMax) == 64 << 20);
        CHECK(*parse_bytes("2GIB", 0, kMax) == std::int64_t{2} << 30);
        const Refused cases[] = {
            {"64MB", "has a unit other than KiB, MiB or GiB", "64MiB"},
            {"8k", "has a unit other than KiB, MiB or GiB", "8KiB"},
            {"9G", "has a unit other than KiB, MiB or GiB", "1GiB"},
            {"70 bytes", "has a unit other than KiB, MiB or GiB", "1KiB"},
            {"1.5MiB", "has a unit other than KiB, MiB or GiB", "1KiB"},
            {"1023", "is below 1KiB", "1KiB"},
            {"-1MiB", "is below 1KiB", "1KiB"},
            {"2GiB", "is above 1GiB", "1GiB"},
            {"9223372036854775807GiB", "is above 1GiB", "1GiB"},
            {"big", "is not a number of bytes", "1KiB"},
            {"MiB", "is not a number of bytes", "1KiB"},
        };
        for (const Refused& c : cases)
            check_fault(parse_bytes(c.text, 1 << 10, 1 << 30), c);
    }

    TEST_CASE("bytes are written with the largest unit that divides them") {
        CHECK(format_bytes(0) == "0");
        CHECK(format_bytes(1000) == "1000");
        CHECK(format_bytes(1024) == "1KiB");
        CHECK(format_bytes(1536 << 10) == "1536KiB");
        CHECK(format_bytes(64 << 20) == "64MiB");
        CHECK(format_bytes(std::int64_t{3} << 30) == "3GiB");
    }

    TEST_CASE("a switch has eight spellings, in any case, and no more") {
        for (const char* text : {"true", "1", "on", "yes", "TRUE", "On", "Yes"}) {
            CAPTURE(text);
            CHECK(*parse_on_off(text) == true);
        }
        for (const char* text : {"false", "0", "off", "no", "False", "OFF"}) {
            CAPTURE(text);
            CHECK(*parse_on_off(text) == false);
        }
        const Refused cases[] = {
            {"ture", "is not a switch", "true"}, {"flase", "is not a switch", "false"},
            {"of", "is not a switch", "off"},    {"2", "is not a switch", "1"},
            {"y", "is not a switch", "yes"},     {"yess", "is not a switch", "yes"},
        };
        for (const Refused& c : cases)
            check_fault(parse_on_off(c.text), c);
    }

    TEST_CASE("a choice is found in any case, and a typo gets the nearest name") {
        constexpr std::array<std::string_view, 3> kNames{"always", "allowance", "never"};
        CHECK(*parse_choice("always", kNames) == 0);
        CHECK(*parse_choice("ALLOWANCE", kNames) == 1);
        CHECK(*parse_choice("never", kNames) == 2);
        const Refused cases[] = {
            {"allways", "is not one of the choices", "always"},
            {"nevr", "is not one of the choices", "never"},
            {"allow", "is not one of the choices", "allowance"},
            {"", "is not one of the choices", "never"},
        };
        for (const Refused& c : cases)
            check_fault(parse_choice(c.text, kNames), c);
        CHECK(nearest_of("x", {}).empty());
    }

    TEST_CASE("a map is a list of name=value") {
        const auto map = parse_map("gpt-4=auto, fast = auto:simple ,,a=b=c");
        REQUIRE(map.has_value());
        CHECK(*map == std::map<std::string, std::string>{
                          {"gpt-4", "auto"}, {"fast", "auto:simple"}, {"a", "b=c"}});
        const Refused cases[] = {
            {"a=b,gpt-4", "has an entry without '=': \"gpt-4\"", "gpt-4=model"},
            {"=auto", "has an incomplete entry: \"=auto\"", "alias=auto"},
            {"a=", "has an incomplete entry: \"a=\"", "a=model"},
            {"=", "has an incomplete entry: \"=\"", "alias=model"},
            {"a=b,a=c", "names \"a\" twice", "a=b"},
        };
        for (const Refused& c : cases)
            check_fault(parse_map(c.text), c);
    }

    TEST_CASE("a model name has no blanks") {
        CHECK(*parse_model("deepseek-coder:6.7b") == "deepseek-coder:6.7b");
        CHECK(*parse_model("hf.co/user/model:Q4_K_M") == "hf.co/user/model:Q4_K_M");
        check_fault(parse_model("mistral 7b"),
                    {"mistral 7b", "holds a blank or a control character", "mistral7b"});
        check_fault(parse_model("a\nb"), {"a\nb", "holds a blank or a control character", "ab"});
    }

    TEST_CASE("a path is one of a file, as it stands") {
        CHECK(*parse_file_path("/var/lib/llm router/ledger.db") == "/var/lib/llm router/ledger.db");
        CHECK(*parse_file_path("ledger.db") == "ledger.db");
        check_fault(parse_file_path("~/ledger.db"),
                    {"~/ledger.db", "begins with ~, which is not expanded here",
                     "the path in full, from /"});
        check_fault(parse_file_path("/var/lib//"), {"/var/lib//", "is a folder", "/var/lib"});
        check_fault(parse_file_path("/a\nb"),
                    {"/a\nb", "holds a control character", "the path on one line"});
    }

    TEST_CASE("a key is visible ASCII, and a fault does not repeat it") {
        CHECK(parse_key("sk-proj-abc_123~!")->reveal() == "sk-proj-abc_123~!");
        for (const char* text : {"two words", "line\nfeed", "tab\tbed", "schlüssel", "\x7f"}) {
            CAPTURE(text);
            const auto key = parse_key(text);
            REQUIRE(key.has_error());
            CHECK((key.error().wrong + key.error().nearest).find(text) == std::string::npos);
        }
    }

    TEST_CASE("placeholders are recognised, keys are not taken for them") {
        for (const char* text :
             {"", " ", "your-api-key", "your_api_key_here", "YOUR_API_KEY", "sk-...", "sk-",
              "sk-xxxx", "sk-proj-XXXXXXXX", "sk-your-api-key", "sk-your-key-here", "changeme",
              "ChangeMe", "<key>", "<your key>", "placeholder", "none"}) {
            CAPTURE(text);
            CHECK(is_placeholder(text));
        }
        for (const char* text :
             {"sk-abc", "sk-proj-1x2x3", "EMPTY", "ollama", "changeme2", "your", "key", "xxx"}) {
            CAPTURE(text);
            CHECK_FALSE(is_placeholder(text));
        }
    }
}
