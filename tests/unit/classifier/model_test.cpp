#include "classifier/model.hpp"

#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>

namespace llmr::classifier_test {
namespace {

using classifier::Model;

std::vector<std::byte> weights_file() {
    std::ifstream file(LLMR_WEIGHTS_FILE, std::ios::binary);
    std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::byte> out(bytes.size());
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
}

}  // namespace

TEST_CASE("the weights in the repository are read, and are no larger than 4 MiB") {
    const auto file = weights_file();
    CHECK(file.size() <= 4U << 20);
    CHECK(Model::read(file).has_value());
}

TEST_CASE("a weights file that is cut anywhere, or longer, or of other features is refused") {
    const auto file = weights_file();
    for (std::size_t size = 0; size < file.size(); size += 1 + file.size() / 997)
        CHECK(!Model::read({file.data(), size}).has_value());
    auto longer = file;
    longer.push_back(std::byte{0});
    CHECK(!Model::read(longer).has_value());
    for (std::size_t at = 0; at < 40; at += 4) {
        auto other = file;
        other[at] ^= std::byte{0x55};
        const auto read = Model::read(other);
        CAPTURE(at);
        REQUIRE(!read.has_value());
        CHECK(!read.error().message.empty());
    }
}

TEST_CASE("damaged numbers never lead outside the model") {
    const auto file = weights_file();
    for (std::size_t at = 40; at < 60'000; at += 61) {
        auto other = file;
        other[at] ^= std::byte{0xFF};
        const auto read = Model::read(other);
        if (!read) continue;
        const auto features = classifier::extract_features("Write a haiku about rain.");
        const classifier::DenseFeatures dense(features);
        const auto verdict = read->judge(features.ngrams, dense.values());
        const double value = read->difficulty().complexity(
            QueryType::medium, static_cast<double>(verdict.difficulty), 0.0);
        CHECK(value >= 1.0);
        CHECK(value <= 10.0);
    }
}

}  // namespace llmr::classifier_test
