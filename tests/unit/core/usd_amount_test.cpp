#include "core/usd_amount.hpp"

#include <doctest/doctest.h>

#include "core/config_value.hpp"

using namespace llmr;

TEST_CASE("amounts in USD are exact to a pico") {
    CHECK(parse_usd_amount("0.015").value() == 15'000'000'000);
    CHECK(parse_usd_amount("-1.5").value() == -1'500'000'000'000);
    CHECK(parse_usd_amount("0.8958740000000000").value() == 895'874'000'000);
    CHECK(parse_usd_amount("0.0000000000005").value() == 1);
    CHECK(parse_usd_amount(".5").value() == 500'000'000'000);
    for (const char* text :
         {"", "-", ".", "1e3", "$1", "1,000", "9000001", "99999999999999999999"}) {
        CAPTURE(text);
        CHECK(parse_usd_amount(text).has_error());
    }
}

TEST_CASE("a client's key may have a name in front") {
    using config::split_named_key;
    CHECK(split_named_key("laptop=sk-0123456789").name == "laptop");
    CHECK(split_named_key("laptop=sk-0123456789").key == "sk-0123456789");
    CHECK(split_named_key("sk-0123456789").key == "sk-0123456789");
    // Padding belongs to the key, with and without a name.
    CHECK(split_named_key("c2VjcmV0LWtleQ==").name.empty());
    CHECK(split_named_key("c2VjcmV0LWtleQ==").key == "c2VjcmV0LWtleQ==");
    CHECK(split_named_key("ci=c2VjcmV0LWtleQ==").key == "c2VjcmV0LWtleQ==");
    CHECK(split_named_key("two words=x").name.empty());
    CHECK(split_named_key("=x").name.empty());
}
