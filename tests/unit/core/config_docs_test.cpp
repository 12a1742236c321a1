#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "core/config.hpp"
#include "core/config_option.hpp"
#include "tests/unit/core/config_support.hpp"

using namespace llmr;
using namespace llmr::test;

TEST_SUITE("config documentation") {
    TEST_CASE("docs/configuration.md is what the option table says") {
        std::ifstream file(LLMR_GOLDEN_DIR "/../../docs/configuration.md", std::ios::binary);
        REQUIRE(file.is_open());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        CHECK_MESSAGE(text == config_markdown(),
                      "write config_markdown() to docs/configuration.md again");
    }

    TEST_CASE("the page has a row for each variable and names each alias") {
        const std::string text = config_markdown();
        for (const OptionInfo& option : option_table()) {
            CAPTURE(option.name);
            CHECK(contains(text, "\n| `" + option.name + "`"));
            for (const std::string& alias : option.aliases)
                CHECK(contains(text, "<br>`" + alias + "`"));
            CHECK(contains(text, "`" + option.name + "_FILE`") == option.secret);
        }
    }

    TEST_CASE("every row of a table has five cells") {
        std::istringstream lines(config_markdown());
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with("| ")) continue;
            CAPTURE(line);
            int pipes = 0;
            for (std::size_t i = 0; i < line.size(); ++i) {
                if (line[i] == '|' && (i == 0 || line[i - 1] != '\\')) ++pipes;
            }
            CHECK(pipes == 6);
        }
    }

    TEST_CASE("help is grouped, aligned and at most 100 columns wide") {
        const std::string help = config_help();
        std::istringstream lines(help);
        std::set<std::size_t> columns;
        for (std::string line; std::getline(lines, line);) {
            CAPTURE(line);
            CHECK(line.size() <= 100);
            CHECK_FALSE(line.ends_with(' '));
            if (line.starts_with("  ")) {
                const std::size_t start = line[2] == ' ' ? 0 : line.find(' ', 2);
                columns.insert(line.find_first_not_of(' ', start));
            }
        }
        CHECK(columns.size() == 1);
        std::size_t position = 0;
        for (const char* group : {"Server:\n", "\nLedger:\n", "\nUpstreams:\n", "\nRouting:\n"}) {
            CAPTURE(group);
            const std::size_t found = help.find(group, position);
            REQUIRE(found != std::string::npos);
            position = found;
        }
        for (const OptionInfo& option : option_table()) {
            CAPTURE(option.name);
            CHECK(contains(help, "\n  " + option.name + " "));
            for (const std::string& alias : option.aliases)
                CHECK(contains(help, alias));
        }
    }

    TEST_CASE("the table is consistent") {
        std::set<std::string> names;
        for (const config::Option& option : config::options()) {
            CAPTURE(option.name);
            CHECK(names.insert(option.name).second);
            for (const std::string& alias : option.aliases) {
                // One that stands for several must say for which one it is meant.
                const bool guarded = std::any_of(
                    option.guards.begin(), option.guards.end(),
                    [&alias](const config::AliasGuard& guard) { return guard.alias == alias; });
                CHECK((names.insert(alias).second || guarded));
            }
            CHECK_FALSE(option.kind.type.empty());
            CHECK(option.help.ends_with('.'));
            CHECK((option.default_value.empty() != option.default_note.empty()));
            CHECK(static_cast<bool>(option.kind.apply));
            if (option.kind.secret) CHECK(option.default_value.empty());
            for (const config::AliasGuard& guard : option.guards) {
                CHECK(std::find(option.aliases.begin(), option.aliases.end(), guard.alias) !=
                      option.aliases.end());
            }
        }
    }
}
