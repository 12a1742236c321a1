#include "providers/billing.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "core/json.hpp"
#include "providers/codec.hpp"

using namespace llmr;
using namespace llmr::providers;

TEST_CASE("a stated cost is read from the text, exactly") {
    const struct {
        const char* json;
        PicoUsd cost;  // -1: none
    } rows[] = {
        {R"({"usage":{"cost":0.00095}})", 950'000'000},
        {R"({"usage":{"cost":9.5e-4}})", 950'000'000},
        {R"({"usage":{"cost":0}})", 0},
        {R"({"usage":{"cost":0.00014035000000000001}})", 140'350'000},
        {R"({"usage":{"cost":0.0000000000005}})", 1},
        {R"({"usage":{"cost":0.01,"is_byok":false,"cost_details":{"upstream_inference_cost":5}}})",
         10'000'000'000},
        {R"({"usage":{"cost":0.01,"is_byok":true,"cost_details":{"upstream_inference_cost":0.2}}})",
         210'000'000'000},
        {R"({"usage":{"cost":0.01,"is_byok":true}})", -1},
        {R"({"usage":{"cost":0.01,"is_byok":true,"cost_details":{"upstream_inference_cost":null}}})",
         -1},
        {R"({"usage":{"cost":-1}})", -1},
        {R"({"usage":{"cost":null}})", -1},
        {R"({"usage":{"cost":{"total_cost":1}}})", -1},
        {R"({"usage":{}})", -1},
        {R"({"usage":null})", -1},
        {R"({"cost":1})", -1},
    };
    for (const auto& row : rows) {
        CAPTURE(row.json);
        JsonParser parser;
        const Billing billing = read_billing(parser.parse(row.json).value(), row.json);
        CHECK(billing.stated_cost.value_or(-1) == row.cost);
    }
}

TEST_CASE("the class of service is the answer's own") {
    const struct {
        const char* json;
        std::optional<ServiceTier> service;
    } rows[] = {
        {R"({"service_tier":"default"})", ServiceTier::standard},
        {R"({"service_tier":"priority"})", ServiceTier::priority},
        {R"({"service_tier":"flex"})", ServiceTier::flex},
        {R"({"usage":{"service_tier":"batch"}})", ServiceTier::batch},
        {R"({"service_tier":null})", std::nullopt},
        {R"({})", std::nullopt},
    };
    for (const auto& row : rows) {
        CAPTURE(row.json);
        JsonParser parser;
        CHECK(read_billing(parser.parse(row.json).value(), row.json).service == row.service);
    }
}

TEST_CASE("streams and whole answers carry cost and class into the summary, whatever the client") {
    const std::string chunks =
        "data: {\"service_tier\":\"flex\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},"
        "\"finish_reason\":\"stop\"}]}\n\n"
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1,"
        "\"total_tokens\":4,\"cost\":0.25}}\n\ndata: [DONE]\n\n";
    const std::string body =
        R"({"service_tier":"flex","choices":[{"index":0,"message":{"content":"a"},)"
        R"("finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,)"
        R"("total_tokens":4,"cost":0.25}})";
    for (const Dialect client : {Dialect::openai_chat, Dialect::ollama}) {
        for (const bool stream : {true, false}) {
            CAPTURE(to_string(client));
            CAPTURE(stream);
            ExchangeSpec spec;
            spec.client = client;
            spec.upstream = Dialect::openai_chat;
            spec.stream = stream;
            const auto exchange = make_exchange(spec);
            std::string out;
            exchange->feed(stream ? chunks : body, out);
            exchange->end(out);
            CHECK(exchange->summary().stated_cost == kPicoPerUsd / 4);
            CHECK(exchange->summary().service == ServiceTier::flex);
            CHECK(exchange->summary().usage.source == UsageSource::reported);
            // The client did not ask for usage, so no chunk tells it.
            if (stream && client == Dialect::openai_chat)
                CHECK((out + exchange->take_tail()).find("usage") == std::string::npos);
        }
    }
}
