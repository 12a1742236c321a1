#include "routing/worst_case.hpp"

#include <limits>
#include <random>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;

namespace {

constexpr std::array kServices{ServiceTier::standard, ServiceTier::batch, ServiceTier::flex,
                               ServiceTier::priority};

class Draw {
public:
    explicit Draw(std::uint32_t seed) : random_(seed) {}

    std::int64_t upto(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random_);
    }
    bool coin() { return upto(1) == 1; }

    Rates rates() {
        Rates rates;
        rates.input = upto(30'000'000);
        rates.output = upto(180'000'000);
        const auto maybe = [this](std::optional<PicoUsd>& rate) {
            if (coin()) rate = upto(60'000'000);
        };
        maybe(rates.cache_read);
        maybe(rates.cache_write);
        maybe(rates.cache_write_1h);
        maybe(rates.reasoning);
        return rates;
    }

    Price price() {
        Price price;
        static_cast<Rates&>(price) = rates();
        for (const ServiceTier service : kServices) {
            for (const std::int64_t above : {0, 3'000, 200'000}) {
                const bool base = service == ServiceTier::standard && above == 0;
                if (!base && coin()) price.levels.push_back({service, above, rates()});
            }
        }
        return price;
    }

    RequestSize request() {
        RequestSize request;
        request.body_bytes = upto(coin() ? 4'000 : 400'000);
        request.images = coin() ? upto(5) : 0;
        request.unseen_sources = upto(9) == 0 ? 1 : 0;
        request.embedding = upto(5) == 0;
        request.answers = upto(3);
        if (coin()) request.output_limit = upto(4'000) - 1;
        if (coin()) request.context_length = upto(300'000);
        request.predicts_output = upto(4) == 0;
        return request;
    }

    /// A usage that such a request may end with: often all of the bound, in buckets at random.
    Usage within(const TokenBound& most) {
        std::int64_t input = coin() ? most.input : upto(most.input);
        std::int64_t output = coin() ? most.output : upto(most.output);
        const auto take = [this](std::int64_t& rest) {
            const std::int64_t part = coin() ? rest : upto(rest);
            rest -= part;
            return part;
        };
        Usage usage;
        usage.cache_read = coin() ? take(input) : 0;
        usage.cache_write = coin() ? take(input) : 0;
        usage.cache_write_1h = upto(usage.cache_write);
        usage.input_uncached = input;
        usage.reasoning = take(output);
        usage.output_visible = output;
        return usage;
    }

private:
    std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("no usage that fits the request costs more than the bound, at any price and service") {
    Draw draw(20'261'121);
    std::int64_t priced = 0;
    std::int64_t reached = 0;
    for (int round = 0; round < 20'000; ++round) {
        const Price price = draw.price();
        const TokenBound most = most_tokens(draw.request());
        const PicoUsd bound = most_cost(price, most);
        for (const ServiceTier service : kServices) {
            const auto cost = cost_of(draw.within(most), price, service);
            if (!cost) continue;
            ++priced;
            reached += *cost == bound;
            if (*cost > bound) REQUIRE(*cost <= bound);
        }
    }
    CHECK(priced > 40'000);
    CHECK(reached > 100);  // the bound is one that is met
}

TEST_CASE(
    "a token of text is at least a byte; images, files and templates have bounds of their own") {
    RequestSize request;
    request.body_bytes = 1'000;
    request.output_limit = 50;
    CHECK(most_tokens(request) == TokenBound{1'000 + kMostTemplateTokens, 50});
    request.images = 2;
    request.unseen_sources = 1;
    CHECK(most_tokens(request).input ==
          1'000 + kMostTemplateTokens + 2 * kMostImageTokens + kMostUnseenTokens);
    request.answers = 3;
    CHECK(most_tokens(request).output == 150);
    request.predicts_output = true;
    CHECK(most_tokens(request).output == 3 * (50 + 1'000));
    request.embedding = true;
    CHECK(most_tokens(request).output == 0);
}

TEST_CASE("an answer without a limit is bounded by the model's context, or by the largest sold") {
    RequestSize request;
    CHECK(most_tokens(request).output == kMostOutputTokens);
    request.context_length = 8'192;
    CHECK(most_tokens(request).output == 8'192);
    request.output_limit = -1;  // Ollama: no limit
    CHECK(most_tokens(request).output == 8'192);
    request.output_limit = 9'000;
    CHECK(most_tokens(request).output == 9'000);
}

TEST_CASE("the dearest of what can apply counts, and what cannot does not") {
    Price price;
    price.input = 3'000'000;
    price.output = 15'000'000;
    price.cache_write_1h = 6'000'000;
    CHECK(most_cost(price, {100, 10}) == 100 * 6'000'000 + 10 * 15'000'000);
    price.levels.push_back(
        {ServiceTier::standard, 200'000, {7'000'000, 22'500'000, {}, {}, {}, {}}});
    price.levels.push_back({ServiceTier::priority, 0, {6'500'000, 30'000'000, {}, {}, {}, {}}});
    CHECK(most_cost(price, {100, 10}) == 100 * 6'500'000 + 10 * 30'000'000);
    CHECK(most_cost(price, {200'000, 0}) == 200'000 * 6'500'000LL);
    CHECK(most_cost(price, {200'001, 0}) == 200'001 * 7'000'000LL);
}

TEST_CASE("absurd sizes saturate") {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    RequestSize request;
    request.body_bytes = kMost;
    request.output_limit = kMost;
    request.answers = kMost;
    CHECK(most_tokens(request) == TokenBound{kMost, kMost});
    Price price;
    price.input = price.output = 1'000'000;
    CHECK(most_cost(price, {kMost, kMost}) == kMost);
}
