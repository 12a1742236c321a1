// Streams of every dialect (tests/tools/record_streams.py) come out the same however their bytes
// are portioned.
#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

namespace {

// Sanitizers make it ten times as slow: there every fifth cut stands for all.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kStep = 5;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::size_t kStep = 5;
#else
constexpr std::size_t kStep = 1;
#endif
#else
constexpr std::size_t kStep = 1;
#endif

struct Recording {
    Dialect upstream;
    std::string name;
    std::string bytes;
};

std::vector<Recording> recordings() {
    std::vector<Recording> all;
    const auto root = std::filesystem::path(LLMR_GOLDEN_DIR) / "streams";
    for (const Dialect dialect : kAllDialects) {
        std::set<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(root / to_string(dialect)))
            files.insert(entry.path());
        for (const auto& path : files) {
            std::ifstream file(path, std::ios::binary);
            std::ostringstream bytes;
            bytes << file.rdbuf();
            all.push_back({dialect, path.stem().string(), bytes.str()});
        }
    }
    return all;
}

ExchangeSpec spec_of(Dialect client, Dialect upstream) {
    ExchangeSpec spec;
    spec.client = client;
    spec.upstream = upstream;
    spec.stream = true;
    spec.include_usage = true;
    spec.model = "m";
    spec.answer_id = answer_id(client, Operation::chat, "1");
    return spec;
}

/// All that a client gets, and what is known of the answer, with cuts at `at`.
template <std::size_t N>
std::string outcome(Dialect client, const Recording& recording, std::array<std::size_t, N> at) {
    const auto exchange = make_exchange(spec_of(client, recording.upstream));
    const std::string_view bytes = recording.bytes;
    std::string out;
    std::size_t begin = 0;
    for (const std::size_t end : at) {
        exchange->feed(bytes.substr(begin, end - begin), out);
        begin = end;
    }
    exchange->feed(bytes.substr(begin), out);
    exchange->end(out);
    out += exchange->take_tail();
    const AnswerSummary& summary = exchange->summary();
    out += "|" + summary.finish_reason + "|" + summary.served_model;
    out += "|" + std::to_string(summary.usage.input_total());
    out += "|" + std::to_string(summary.usage.output_total());
    if (summary.error) out += "|" + std::string(code_string(summary.error->code));
    return out;
}

/// The relay, if there is one, and one translation: which, changes from stream to stream.
std::array<Dialect, 2> clients_for(std::size_t index, Dialect upstream) {
    const auto other =
        (static_cast<std::size_t>(upstream) + 1 + index % 3) % kClientDialects.size();
    const bool relayed = upstream != Dialect::gemini;
    return {relayed ? upstream : kClientDialects[index % 2], kClientDialects[other]};
}

}  // namespace

TEST_CASE("every recorded stream is the same at every cut") {
    const std::vector<Recording> all = recordings();
    REQUIRE(all.size() >= 60);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Recording& recording = all[i];
        CAPTURE(recording.name);
        CAPTURE(to_string(recording.upstream));
        for (const Dialect client : clients_for(i, recording.upstream)) {
            CAPTURE(to_string(client));
            const std::string whole = outcome<0>(client, recording, {});
            std::size_t different = 0;
            for (std::size_t at = 1; at < recording.bytes.size(); at += kStep)
                different += outcome<1>(client, recording, {at}) != whole ? 1 : 0;
            CHECK(different == 0);
        }
    }
}

TEST_CASE("and at pairs of cuts, of which some are next to each other") {
    std::mt19937 random(5);
    const std::vector<Recording> all = recordings();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Recording& recording = all[i];
        CAPTURE(recording.name);
        CAPTURE(to_string(recording.upstream));
        const std::size_t size = recording.bytes.size();
        for (const Dialect client : clients_for(i + 1, recording.upstream)) {
            const std::string whole = outcome<0>(client, recording, {});
            std::size_t different = 0;
            for (int sample = 0; sample < 200; ++sample) {
                std::size_t first = 1 + random() % (size - 2);
                std::size_t second = sample % 2 == 0 ? first + 1 : 1 + random() % (size - 1);
                if (first > second) std::swap(first, second);
                different += outcome<2>(client, recording, {first, second}) != whole ? 1 : 0;
            }
            CHECK(different == 0);
        }
    }
}

TEST_CASE(
    "other line ends, comments and a byte-order mark change nothing for a translated client") {
    const std::vector<Recording> all = recordings();
    int compared = 0;
    for (const Recording& plain : all) {
        for (const Recording& varied : all) {
            if (varied.upstream != plain.upstream || !varied.name.starts_with(plain.name + "_"))
                continue;
            const std::string kind = varied.name.substr(plain.name.size() + 1);
            if (kind != "crlf" && kind != "cr" && kind != "noise") continue;
            CAPTURE(varied.name);
            CAPTURE(to_string(plain.upstream));
            const Dialect client = clients_for(2, plain.upstream)[1];
            CHECK(outcome<0>(client, varied, {}) == outcome<0>(client, plain, {}));
            ++compared;
        }
    }
    CHECK(compared == 42);
}
