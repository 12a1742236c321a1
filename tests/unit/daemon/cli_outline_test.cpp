#include "daemon/cli_outline.hpp"

#include <string>

#include <CLI/CLI.hpp>
#include <doctest/doctest.h>

using namespace llmr::daemon;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A command line with one of everything.
CommandOutline example() {
    CLI::App app("An example.", "llm-router");
    app.set_version_flag("--version", "1");
    static std::string format = "csv";
    static std::string file;
    static std::string verdict;
    static bool loud = false;
    auto* write = app.add_subcommand("write", "Write it down. And more.");
    write->add_option("--format", format, "It's csv or jsonl: [one]")
        ->check(CLI::IsMember({"csv", "jsonl"}))
        ->capture_default_str();
    write->add_flag("-l,--loud", loud, "Say it");
    write->add_option("file", file, "Where to")->required();
    app.add_subcommand("judge", "Judge it")
        ->add_option("verdict", verdict, "good or bad")
        ->check(CLI::IsMember({"good", "bad"}));
    app.add_subcommand("secret", "Hidden")->group("");
    return outline_of(app);
}

}  // namespace

TEST_SUITE("command line outline") {
    TEST_CASE("holds commands, options, arguments and choices, and nothing hidden") {
        const CommandOutline program = example();
        REQUIRE(program.commands.size() == 2);
        const CommandOutline& write = program.commands[0];
        CHECK(write.name == "write");
        REQUIRE(write.arguments.size() == 1);
        CHECK(write.arguments[0].names == std::vector<std::string>{"file"});
        CHECK(write.arguments[0].required);
        const auto option = [&](const std::string& name) {
            for (const OptionOutline& one : write.options)
                if (one.names.back() == name) return one;
            FAIL("no option " << name);
            return OptionOutline{};
        };
        CHECK(option("--format").choices == std::vector<std::string>{"csv", "jsonl"});
        CHECK(option("--format").value == "TEXT");
        CHECK(option("--format").default_value == "csv");
        CHECK(option("--loud").names == std::vector<std::string>{"-l", "--loud"});
        CHECK(option("--loud").value.empty());
        CHECK(option("--help").value.empty());
    }

    TEST_CASE("the man page names all of it, with hyphens that can be copied") {
        const std::string page = man_page(example(), "1.2.3", "2026-01-31");
        CHECK(contains(page, ".TH LLM\\-ROUTER 1 \"2026-01-31\" \"llm\\-router 1.2.3\""));
        CHECK(contains(page, "\\fB\\-\\-format\\fR \\fBcsv\\fR|\\fBjsonl\\fR"));
        CHECK(contains(page, "\\fB\\-l\\fR, \\fB\\-\\-loud\\fR"));
        CHECK(contains(page, ".SS \\fBjudge\\fR"));
        CHECK(contains(page, "[\\fIverdict\\fR]"));
        CHECK(contains(page, "Default: \\fBcsv\\fR."));
        CHECK_FALSE(contains(page, "secret"));
    }

    TEST_CASE("completions know commands, options and choices of each shell") {
        const CommandOutline program = example();
        const std::string bash = bash_completion(program);
        CHECK(contains(bash, "write | judge)"));
        CHECK(contains(bash, "'write --format') candidates='csv jsonl' ;;"));
        CHECK(contains(bash, "judge) candidates='good bad --help' ;;"));
        const std::string zsh = zsh_completion(program);
        CHECK(contains(zsh, "'write:Write it down'"));
        CHECK(contains(zsh, "'*--format[It'\\''s csv or jsonl\\: \\[one\\]]:TEXT:(csv jsonl)'"));
        const std::string fish = fish_completion(program);
        CHECK(contains(fish, "-n '__fish_seen_subcommand_from write' -l format -x -a 'csv jsonl'"));
        CHECK(contains(fish, "'It\\'s csv or jsonl: [one]'"));
        for (const std::string& script : {bash, zsh, fish})
            CHECK_FALSE(contains(script, "secret"));
    }
}
