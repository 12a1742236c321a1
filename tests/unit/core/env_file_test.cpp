#include "core/env_file.hpp"

#include <string>

#include <doctest/doctest.h>

#include "tests/unit/core/config_support.hpp"

using llmr::Environment;
using llmr::parse_env_text;

TEST_SUITE("env file") {
    TEST_CASE("values follow the rules of systemd's EnvironmentFile") {
        struct Case {
            std::string text;
            Environment expected;
        };
        const Case cases[] = {
            {"", {}},
            {"\n \n\t\n", {}},
            {"A=1", {{"A", "1"}}},
            {"A=1\nB=2\n", {{"A", "1"}, {"B", "2"}}},
            {"A=1\nA=2\n", {{"A", "2"}}},
            {"A=\nB=x", {{"A", ""}, {"B", "x"}}},
            {"A=", {{"A", ""}}},
            {"# comment\n; also\n  # indented\nA=1", {{"A", "1"}}},
            {"A=1 # no comment", {{"A", "1 # no comment"}}},
            {"  A =  x y  \n", {{"A", "x y"}}},
            {"A=b=c", {{"A", "b=c"}}},
            {"A=\"x y\"", {{"A", "x y"}}},
            {"A=' x '", {{"A", " x "}}},
            {"A=\"a\\\"b\\\\c\\$d\\`e\\n\"", {{"A", "a\"b\\c$d`e\\n"}}},
            {"A='a\\\"b'", {{"A", "a\\\"b"}}},
            {"A=a\\ b\\\\c", {{"A", "a b\\c"}}},
            {"A=x\\ \nB=2", {{"A", "x "}, {"B", "2"}}},
            {"A=one\\\ntwo", {{"A", "onetwo"}}},
            {"A=\"one\\\ntwo\"", {{"A", "onetwo"}}},
            {"A=\"one\ntwo\"", {{"A", "one\ntwo"}}},
            {"A='one\\\ntwo'", {{"A", "one\\\ntwo"}}},
            {"A=\"x\"'y'z", {{"A", "xyz"}}},
            {"A=it's", {{"A", "it's"}}},
            {"A=$HOME/x", {{"A", "$HOME/x"}}},
            {"A=x\\", {{"A", "x"}}},
            {"A=1\r\nB=\"2\"\r\n", {{"A", "1"}, {"B", "2"}}},
            {"\xEF\xBB\xBF"
             "A=1",
             {{"A", "1"}}},
            {"A=Grüße 世界", {{"A", "Grüße 世界"}}},
            {"_a9=1", {{"_a9", "1"}}},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto parsed = parse_env_text(c.text);
            REQUIRE(parsed.has_value());
            CHECK(*parsed == c.expected);
        }
    }

    TEST_CASE("what is no assignment is an error with its line") {
        struct Case {
            std::string text;
            std::string message;
        };
        const Case cases[] = {
            {"A", "line 1: expected NAME=value"},
            {"A=1\n\n# x\nsecret text\nB=2", "line 4: expected NAME=value"},
            {"=x", "line 1: expected NAME=value"},
            {"9A=x", "line 1: expected NAME=value"},
            {"A-B=x", "line 1: expected NAME=value"},
            {"export A=x", "line 1: expected NAME=value"},
            {"A=1\nB=\"x\nC=3", "line 2: a quote is not closed"},
            {"A='x", "line 1: a quote is not closed"},
            {"A=\"x\\", "line 1: a quote is not closed"},
            {"A=one\\\ntwo\nB", "line 3: expected NAME=value"},
            {std::string("A=\0", 3), "is not a text file"},
        };
        for (const Case& c : cases) {
            CAPTURE(c.text);
            const auto parsed = parse_env_text(c.text);
            REQUIRE(parsed.has_error());
            CHECK(parsed.error().message == c.message);
        }
    }

    TEST_CASE("a quoted value reads back as it was") {
        for (const std::string value :
             {"", "plain", "a b", " outer ", "quote\"d", "it's", "back\\slash", "$HOME", "`id`",
              "#x", "two\nlines", "tab\there", "a=b,c=d", "http://[::1]:11434/v1", "Grüße", "\\",
              "\""}) {
            CAPTURE(value);
            const auto parsed = parse_env_text("A=" + llmr::quote_env_value(value) + "\nB=2\n");
            REQUIRE(parsed.has_value());
            CHECK(*parsed == Environment{{"A", value}, {"B", "2"}});
        }
    }

    TEST_CASE("values without special characters stay unquoted") {
        CHECK(llmr::quote_env_value("127.0.0.1:11435,[::1]:11435") ==
              "127.0.0.1:11435,[::1]:11435");
        CHECK(llmr::quote_env_value("a b") == "\"a b\"");
    }

    TEST_CASE("a file is read, and errors name it and not what is in it") {
        const llmr::test::TempFolder folder;
        const auto good = llmr::read_env_file(folder.file("good", "A=1\n"));
        REQUIRE(good.has_value());
        CHECK(*good == Environment{{"A", "1"}});

        const std::string bad = folder.file("bad", "A=1\nsk-secret\n");
        CHECK(llmr::read_env_file(bad).error().message == bad + ": line 2: expected NAME=value");

        const std::string missing = folder.path() + "/missing";
        CHECK(llmr::read_env_file(missing).error().message ==
              "cannot read " + missing + ": No such file or directory");
        CHECK(llmr::read_env_file(folder.path()).has_error());

        const std::string large = folder.file("large", std::string((1 << 20) + 1, '#'));
        CHECK(llmr::read_env_file(large).error().message == large + " is larger than 1 MiB");
        CHECK(llmr::read_env_file(folder.file("fits", std::string(1 << 20, '#'))).has_value());
    }
}
