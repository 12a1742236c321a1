#include "routing/price_seller.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::routing;

TEST_CASE("the seller is told by the host, else by the upstream's name") {
    const struct {
        const char* url;
        const char* name;
        const char* seller;
    } rows[] = {
        {"https://api.openai.com/v1", "openai", "openai"},
        {"https://openrouter.ai/api/v1", "openai", "openrouter"},
        {"https://me.openai.azure.com/openai", "openai", "azure"},
        {"https://ME.cognitiveservices.azure.com:443/openai", "x", "azure"},
        {"https://me.services.ai.azure.com/models", "x", "azure_ai"},
        {"https://api.anthropic.com", "x", "anthropic"},
        {"https://api.deepseek.com", "openai", "deepseek"},
        {"https://generativelanguage.googleapis.com/v1beta/openai", "openai", "gemini"},
        {"https://europe-west4-aiplatform.googleapis.com/v1", "x", "vertex_ai"},
        {"https://notopenrouter.ai/v1", "openai", ""},
        {"https://openrouter.ai.example.com/v1", "openai", ""},
        {"http://127.0.0.1:11436/v1", "openai", ""},
        {"http://127.0.0.1:11436/v1", "openrouter", "openrouter"},
        {"https://llm.example.com", "Anthropic", "anthropic"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.url);
        UpstreamConfig upstream;
        upstream.base_url = row.url;
        upstream.name = row.name;
        CHECK(seller_of(upstream) == row.seller);
    }
}

TEST_CASE("a model's price is that of its seller, and of what an Azure deployment runs") {
    const auto book = PriceBook::parse(
        "gpt-4o 2.5 10\n"
        "azure/gpt-4o 2.75 11\n"
        "azure/eu/gpt-4o 3 12\n"
        "openrouter/openai/gpt-4o 2.6 10\n"
        "openrouter/x/y 1 1\n");
    Config config;
    config.azure_deployment_models = {{"my-deployment", "gpt-4o"}, {"eu-deployment", "eu/gpt-4o"}};
    const char* const kAzure = "https://me.openai.azure.com/openai";
    const char* const kOpenRouter = "https://openrouter.ai/api/v1";
    const struct {
        const char* url;
        const char* model;
        const char* served;
        const char* id;
    } rows[] = {
        {"https://api.openai.com/v1", "gpt-4o", "", "gpt-4o"},
        {"https://api.openai.com/v1", "gpt-4o", "gpt-4o-2024-08-06", "gpt-4o"},
        {kAzure, "my-deployment", "", "azure/gpt-4o"},
        {kAzure, "eu-deployment", "gpt-4o-2024-08-06", "azure/eu/gpt-4o"},
        {kAzure, "gpt-4o", "", "azure/gpt-4o"},
        {kAzure, "other", "gpt-4o-2024-08-06", "azure/gpt-4o"},
        {kAzure, "other", "", "(unknown)"},
        {kAzure, "other", "other", "(unknown)"},
        {"https://api.openai.com/v1", "my-deployment", "", "(unknown)"},
        {kOpenRouter, "openai/gpt-4o", "", "openrouter/openai/gpt-4o"},
        {kOpenRouter, "openrouter/auto", "x/y", "openrouter/x/y"},
        {kOpenRouter, "gpt-4o", "", "(unknown)"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.url);
        CAPTURE(row.model);
        UpstreamConfig upstream;
        upstream.name = "openai";
        upstream.base_url = row.url;
        const Price* const price =
            find_price(*book, config, upstream, row.model, row.served, PriceBook::kNewest);
        CHECK((price ? price->id : "(unknown)") == row.id);
    }
}
