#include "routing/price_file.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace llmr::routing;

namespace {

/// A file for the length of a test.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& text) {
        static int number = 0;
        path_ = (std::filesystem::temp_directory_path() /
                 ("llmr-prices-" + std::to_string(::getpid()) + "-" + std::to_string(++number)))
                    .string();
        std::ofstream(path_) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace

TEST_CASE("no file: the built-in prices") {
    CHECK(load_prices("")->prices() == PriceBook::built_in().prices());
}

TEST_CASE("a file overrides and extends the built-in prices, in either format") {
    for (const char* text :
         {"gpt-4o-mini 7 8\nmine 1 2\n",
          "\xEF\xBB\xBF{\"gpt-4o-mini\":{\"input_cost_per_token\":7e-06,\"output_cost_per_token\":"
          "8e-06},"
          "\"mine\":{\"input_cost_per_token\":1e-06,\"output_cost_per_token\":2e-06}}"}) {
        CAPTURE(text);
        const TemporaryFile file(text);
        const auto book = load_prices(file.path());
        REQUIRE(book.has_value());
        CHECK(book->size() == PriceBook::built_in().size() + 1);
        CHECK(book->find("gpt-4o-mini")->input == 7'000'000);
        CHECK(book->find("mine")->output == 2'000'000);
        CHECK(book->find("gpt-4o")->input == 2'500'000);
    }
}

TEST_CASE("a file that cannot be used is named with its fault") {
    const TemporaryFile broken("ok 1 2\nbad 1 x\n");
    const auto parsed = load_prices(broken.path());
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().message.starts_with(broken.path() + ": line 2 (bad): output \"x\""));
    const auto missing = load_prices("/nowhere/prices.tsv");
    REQUIRE(missing.has_error());
    CHECK(missing.error().message ==
          "/nowhere/prices.tsv: cannot be read: No such file or directory");
    CHECK(load_prices("/").has_error());
}
