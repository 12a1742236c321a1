#pragma once

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "core/money.hpp"
#include "tests/integration/providers/ask.hpp"

namespace llmr::test {

/// Micro-USD per million tokens, which are pico-USD per token.
struct Rates {
    std::int64_t input = 0;
    std::int64_t cached = 0;
    std::int64_t output = 0;
};

/// What a usage object in OpenAI's shape says.
struct Told {
    std::int64_t input = 0;   ///< with `cached`
    std::int64_t cached = 0;  ///< read from a cache
    std::int64_t output = 0;  ///< with `reasoning`
    std::int64_t reasoning = 0;
};

/// The answer of the simulated server itself to a request that it got: the same request has the
/// same usage, always.
inline HttpAnswer said_to(const TestRouter& router, const simulator::RequestLogEntry& request) {
    const simulator::Simulator& simulator = *router.simulator;
    HttpConnection connection(request.provider == "openai"
                                  ? simulator.openai_port()
                                  : simulator.provider_port(request.provider));
    std::map<std::string, std::string> headers = request.headers;
    for (const char* const own : {"host", "content-length", "connection"})
        headers.erase(own);
    const std::string query = request.query.empty() ? "" : "?" + request.query;
    return connection.request("POST", request.path + query, request.body, headers);
}

/// The last usage object of a body or a stream.
inline std::string usage_in(const std::string& text) {
    const std::size_t at = text.rfind(R"("usage":{)");
    REQUIRE(at != std::string::npos);
    const std::size_t begin = at + std::string(R"("usage":)").size();
    std::size_t end = begin;
    for (int depth = 0; end < text.size(); ++end) {
        depth += text[end] == '{' ? 1 : text[end] == '}' ? -1 : 0;
        if (depth == 0) break;
    }
    return text.substr(begin, end + 1 - begin);
}

inline std::int64_t number_at(const std::string& json, const std::string& pointer) {
    const std::string text = json_at(json, pointer);
    return text.empty() || text == "null" ? 0 : std::stoll(text);
}

inline Told told_in(const std::string& usage) {
    return {number_at(usage, "/prompt_tokens"),
            number_at(usage, "/prompt_tokens_details/cached_tokens"),
            number_at(usage, "/completion_tokens"),
            number_at(usage, "/completion_tokens_details/reasoning_tokens")};
}

/// What the server says of the request that it got last.
inline Told told(const TestRouter& router) {
    return told_in(usage_in(said_to(router, last_sent(router)).body));
}

inline void check_tokens(const storage::AttemptRow& row, const Told& told) {
    CHECK(told.input > 0);
    CHECK(row.usage.source == UsageSource::reported);
    CHECK(row.usage.input_uncached == told.input - told.cached);
    CHECK(row.usage.cache_read == told.cached);
    CHECK(row.usage.output_visible == told.output - told.reasoning);
    CHECK(row.usage.reasoning == told.reasoning);
}

inline PicoUsd cost_of(const Told& told, const Rates& rates) {
    return (told.input - told.cached) * rates.input + told.cached * rates.cached +
           told.output * rates.output;
}

/// The last row has the tokens that the server told, at these rates.
inline void check_bill(const TestRouter& router, const Rates& rates, const std::string& price_id) {
    const storage::AttemptRow row = last_row(router);
    const Told usage = told(router);
    check_tokens(row, usage);
    REQUIRE(row.cost.has_value());
    CHECK(*row.cost == cost_of(usage, rates));
    CHECK(row.price_id == price_id);
}

/// A chat and a stream of one model.
inline void check_bills(const TestRouter& router, const std::string& model, const Rates& rates,
                        const std::string& price_id, const std::string& messages = kQuestion) {
    for (const char* const more : {R"("stream":false)", R"("stream":true)"}) {
        CAPTURE(std::string(more));
        REQUIRE(ask(router, model, more, messages).status == 200);
        check_bill(router, rates, price_id);
    }
}

}  // namespace llmr::test
