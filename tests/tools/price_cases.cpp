// Writes generated usages, as providers state them, and what the program makes of them: buckets and
// cost. tests/tools/check_price_cases.py recomputes both from the same text.
//
// usage: price_cases COUNT SEED TABLE_FILE
// TABLE_FILE gets a generated price table. One line per case goes to stdout, tab-separated:
// model, UTC ms, class of service, shape, usage as JSON, then ours: input uncached, cache read,
// cache write, of it for an hour, output visible, reasoning, source, cost in pico-USD ("-":
// unknown), and the stated cost in pico-USD ("-": none).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "core/json.hpp"
#include "providers/billing.hpp"
#include "providers/usage.hpp"
#include "routing/price_book.hpp"

namespace {

using namespace llmr;
using providers::UsageShape;

constexpr int kModels = 300;
constexpr std::int64_t kFirstMs = 1'767'225'600'000;  // 2026-01-01
constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kDays = 360;

/// splitmix64: the same cases for the same seed on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    std::int64_t below(std::int64_t limit) {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit));
    }
    bool chance(int percent) { return below(100) < percent; }

    /// Often 0 or small, at times a whole context window.
    std::int64_t tokens() {
        constexpr std::int64_t kLimits[] = {1, 20, 2'000, 300'000, 2'000'000};
        return below(kLimits[below(5)]);
    }

private:
    std::uint64_t state_;
};

std::string price(Random& random) {
    switch (random.below(4)) {
        case 0:
            return fmt::format("{}", random.below(30));
        case 1:
            return fmt::format("{}.{}", random.below(20), random.below(100));
        case 2:
            return fmt::format("0.{:06}", random.below(1'000'000));
        default:
            return fmt::format("{}.{:06}", random.below(1000), random.below(1'000'000));
    }
}

void write_rates(Random& random, std::string& row) {
    row += " " + price(random) + " " + price(random);
    row += random.chance(70) ? " " + price(random) : std::string(" -");
    row += random.chance(50) ? " " + price(random) : std::string(" -");
    if (random.chance(40)) row += " write_1h=" + price(random);
    if (random.chance(20)) row += " reasoning=" + price(random);
}

std::string price_table(Random& random) {
    std::string table;
    for (int model = 0; model < kModels; ++model) {
        const std::int64_t days = 1 + random.below(3);
        for (std::int64_t day = 0; day < days; ++day) {
            const std::string from =
                day == 0 ? std::string()
                         : fmt::format(" from=2026-{:02}-{:02}", 1 + 4 * day + random.below(3),
                                       1 + random.below(28));
            const auto add = [&](std::string_view condition) {
                std::string row = fmt::format("model-{}", model);
                write_rates(random, row);
                table += row + from + std::string(condition) + "\n";
            };
            add("");
            if (random.chance(40)) add(" above=128000");
            if (random.chance(30)) add(" above=272000");
            if (random.chance(40)) add(" tier=batch");
            if (random.chance(40)) add(" tier=priority");
            if (random.chance(20)) add(" above=128000 tier=priority");
        }
    }
    return table;
}

std::string openai_usage(Random& random) {
    const std::int64_t read = random.tokens();
    const std::int64_t write = random.chance(20) ? random.tokens() : 0;
    const std::int64_t prompt = read + write + random.tokens();
    const std::int64_t reasoning = random.chance(30) ? random.tokens() : 0;
    const std::int64_t visible = random.tokens();
    const bool beside = reasoning > 0 && random.chance(20);
    const std::int64_t completion = beside ? visible : visible + reasoning;
    // A few totals are wrong: such a usage must not pass as reported.
    const std::int64_t total =
        prompt + visible + reasoning + (random.chance(1) ? -1 - random.below(3) : 0);
    const bool responses = random.chance(30);
    const char* const in = responses ? "input" : "prompt";
    const char* const out = responses ? "output" : "completion";
    std::string json = fmt::format(
        R"({{"{0}_tokens":{1},"{2}_tokens":{3},"total_tokens":{4},"{0}_tokens_details":)"
        R"({{"cached_tokens":{5},"cache_write_tokens":{6}}},"{2}_tokens_details":)"
        R"({{"reasoning_tokens":{7}}})",
        in, prompt, out, completion, total, read, write, reasoning);
    if (write == 0 && random.chance(10))
        json += fmt::format(R"(,"prompt_cache_hit_tokens":{},"prompt_cache_miss_tokens":{})", read,
                            prompt - read);
    if (random.chance(10))
        json += fmt::format(R"(,"cost":{}.{:0{}}e-{})", random.below(10),
                            random.below(1'000'000'000), 9 + random.below(9), 2 + random.below(6));
    return json + "}";
}

std::string anthropic_usage(Random& random) {
    const std::int64_t for_an_hour = random.chance(40) ? random.tokens() : 0;
    const std::int64_t for_minutes = random.tokens();
    const std::int64_t thinking = random.chance(30) ? random.tokens() : 0;
    return fmt::format(
        R"({{"input_tokens":{},"cache_read_input_tokens":{},"cache_creation_input_tokens":{},)"
        R"("cache_creation":{{"ephemeral_5m_input_tokens":{},"ephemeral_1h_input_tokens":{}}},)"
        R"("output_tokens":{},"output_tokens_details":{{"thinking_tokens":{}}}}})",
        random.tokens(), random.tokens(), for_minutes + for_an_hour, for_minutes, for_an_hour,
        thinking + random.tokens(), thinking);
}

std::string gemini_usage(Random& random) {
    const std::int64_t cached = random.tokens();
    const std::int64_t prompt = cached + random.tokens();
    const std::int64_t tools = random.chance(10) ? random.tokens() : 0;
    const std::int64_t candidates = random.tokens();
    const std::int64_t thoughts = random.chance(50) ? random.tokens() : 0;
    const std::int64_t off = random.chance(1) ? 1 : 0;
    return fmt::format(
        R"({{"promptTokenCount":{},"cachedContentTokenCount":{},"candidatesTokenCount":{},)"
        R"("thoughtsTokenCount":{},"toolUsePromptTokenCount":{},"totalTokenCount":{}}})",
        prompt, cached, candidates, thoughts, tools, prompt + tools + candidates + thoughts + off);
}

std::string ollama_usage(Random& random) {
    return fmt::format(R"({{"prompt_eval_count":{},"eval_count":{}}})", random.tokens(),
                       random.tokens());
}

struct Source {
    const char* name;
    UsageShape shape;
    std::string (*generate)(Random&);
};
constexpr Source kSources[] = {{"openai", UsageShape::openai, openai_usage},
                               {"anthropic", UsageShape::anthropic, anthropic_usage},
                               {"gemini", UsageShape::gemini, gemini_usage},
                               {"ollama", UsageShape::ollama, ollama_usage}};

std::string amount(std::optional<PicoUsd> pico) {
    return pico ? std::to_string(*pico) : std::string("-");
}

void write_case(Random& random, const routing::PriceBook& book, JsonParser& parser,
                fmt::memory_buffer& out) {
    const std::string model = fmt::format("model-{}", random.below(kModels));
    const std::int64_t at_ms =
        kFirstMs + random.below(kDays) * kDayMs + random.below(2) * (kDayMs - 1);
    constexpr ServiceTier kServices[] = {ServiceTier::standard, ServiceTier::standard,
                                         ServiceTier::batch, ServiceTier::priority};
    const ServiceTier service = kServices[random.below(4)];
    const Source& source = kSources[random.below(4)];
    const std::string json = source.generate(random);
    const std::string answer = R"({"usage":)" + json + "}";
    const auto root = parser.parse(answer).value();
    const Usage usage = providers::read_usage(source.shape, root["usage"]);
    const routing::Price* const price = book.find(model, {}, at_ms);
    const auto cost = price ? cost_of(usage, *price, service) : std::nullopt;
    fmt::format_to(std::back_inserter(out),
                   "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", model, at_ms,
                   to_string(service), source.name, json, usage.input_uncached, usage.cache_read,
                   usage.cache_write, usage.cache_write_1h, usage.output_visible, usage.reasoning,
                   to_string(usage.source), amount(cost),
                   amount(providers::read_billing(root, answer).stated_cost));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: price_cases COUNT SEED TABLE_FILE\n");
        return 64;
    }
    const long long count = std::atoll(argv[1]);
    Random random(static_cast<std::uint64_t>(std::atoll(argv[2])));
    const std::string table = price_table(random);
    std::ofstream(argv[3]) << table;
    const auto book = routing::PriceBook::parse(table);
    if (!book) {
        fmt::print(stderr, "{}\n", book.error().message);
        return 1;
    }
    JsonParser parser;
    fmt::memory_buffer out;
    constexpr std::size_t kFlushAt = 1 << 16;
    for (long long i = 0; i < count; ++i) {
        write_case(random, *book, parser, out);
        if (out.size() < kFlushAt && i + 1 < count) continue;
        if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) return 1;
        out.clear();
    }
    return std::fflush(stdout) == 0 ? 0 : 1;
}
