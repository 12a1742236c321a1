#include "core/config_pages.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "core/config_option.hpp"
#include "core/env_file.hpp"
#include "core/roff.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

TEST_SUITE("configuration pages") {
    TEST_CASE("the man page has an entry for every variable and its aliases") {
        const std::string page = config_man_page("1.2.3", "2026-01-31");
        CHECK(contains(page, ".TH LLM\\-ROUTER.ENV 5 \"2026-01-31\" \"llm\\-router 1.2.3\""));
        for (const OptionInfo& option : option_table()) {
            CAPTURE(option.name);
            CHECK(contains(page, ".TP\n\\fB" + option.name + "\\fR ("));
            for (const std::string& alias : option.aliases)
                CHECK(contains(page, alias));
        }
    }

    TEST_CASE("roff takes nothing of a text for a command") {
        CHECK(roff::text(".so /etc/passwd\n'x") == "\\&.so /etc/passwd\n\\&'x");
        CHECK(roff::text("C:\\x a-b") == "C:\\ex a-b");
        CHECK(roff::literal("--a 'b' ~") == "\\-\\-a \\(aqb\\(aq \\(ti");
    }

    TEST_CASE("the settings file to begin with sets nothing") {
        const auto parsed = parse_env_text(config_template());
        REQUIRE(parsed.has_value());
        CHECK(parsed->empty());
    }

    TEST_CASE("uncommented, each of its lines is the default") {
        std::string text;
        std::istringstream lines(config_template());
        int variables = 0;
        for (std::string line; std::getline(lines, line);) {
            CAPTURE(line);
            CHECK(line.size() <= 100);
            const bool variable =
                line.size() > 1 && line[0] == '#' && line[1] != ' ' && line[1] != '#';
            if (!variable) continue;
            ++variables;
            text += line.substr(1) + "\n";
        }
        const auto given = parse_env_text(text);
        REQUIRE(given.has_value());
        CHECK(variables == static_cast<int>(option_table().size()) - 1);
        Config written = load_ok(*given);
        CHECK(written == load_ok({}));
    }
}
