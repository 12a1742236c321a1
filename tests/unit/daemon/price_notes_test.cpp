#include "daemon/price_notes.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::daemon;

namespace {

UpstreamConfig upstream(std::string name, Dialect dialect, std::string url, Locality locality) {
    UpstreamConfig upstream;
    upstream.name = std::move(name);
    upstream.dialect = dialect;
    upstream.base_url = std::move(url);
    upstream.locality = locality;
    return upstream;
}

Config config_with(std::string external_url) {
    Config config;
    config.upstreams = {
        upstream("ollama", Dialect::ollama, "http://127.0.0.1:11434", Locality::local),
        upstream("openai", Dialect::openai_chat, std::move(external_url), Locality::external)};
    config.external_models = {{"openai", "gpt-4o-mini"}};
    return config;
}

bool any_names(const std::vector<std::string>& lines, const std::string& text) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return line.find(text) != std::string::npos;
    });
}

PriceNotes notes_of(const Config& config) {
    return price_notes(config, routing::PriceBook::built_in(), 0);
}

}  // namespace

TEST_CASE("the external model with a price is no complaint") {
    const PriceNotes notes = notes_of(config_with("https://api.openai.com/v1"));
    CHECK(notes.missing.empty());
    REQUIRE(notes.known.size() == 1);
    CHECK(any_names(notes.known, "price of gpt-4o-mini"));
}

TEST_CASE("every configured model that is sold elsewhere and has no price is named, each once") {
    Config config = config_with("https://api.openai.com/v1");
    config.external_models = {{"openai", "nobody-knows-it"}};
    config.model_aliases = {{"best", "openai/also-unknown"},
                            {"best2", "openai/also-unknown"},
                            {"same", "openai/nobody-knows-it"},
                            {"good", "openai/gpt-4o"},
                            {"here", "mistral:7b"},
                            {"big", "gpt-oss:120b-cloud"}};
    config.role_models[QueryType::code] = {"qwen3-coder:480b-cloud", true};
    config.role_models[QueryType::simple] = {"mistral:7b", false};
    const PriceNotes notes = notes_of(config);
    CHECK(notes.missing.size() == 4);
    for (const char* name : {"nobody-knows-it at openai", "also-unknown at openai",
                             "gpt-oss:120b-cloud at ollama", "qwen3-coder:480b-cloud at ollama"}) {
        CAPTURE(name);
        CHECK(any_names(notes.missing, name));
    }
    for (const std::string& line : notes.missing)
        CHECK(line.find("LLM_PRICES_FILE") != std::string::npos);
    CHECK(notes.known.size() == 1);
}

TEST_CASE("Azure deployments are looked up as what they run") {
    Config config = config_with("https://here.openai.azure.com/openai/v1");
    config.external_models = {{"openai", "chat"}};
    config.azure_deployment_models = {{"chat", "gpt-4o"}, {"odd", "nobody-knows-it"}};
    const PriceNotes notes = notes_of(config);
    REQUIRE(notes.missing.size() == 1);
    CHECK(any_names(notes.missing, "odd at openai"));
    CHECK(any_names(notes.missing, "LLM_AZURE_DEPLOYMENT_MODELS"));
    CHECK(any_names(notes.known, "price of chat (azure/gpt-4o"));
}

TEST_CASE("entries of a price file that give no price are one line, with the first names") {
    routing::PriceFile file{routing::PriceBook::built_in(), 0, {}};
    CHECK_FALSE(left_out_note(file).has_value());
    file.left_out = 2;
    file.first_left_out = {"painter", "singer"};
    CHECK(left_out_note(file) ==
          "LLM_PRICES_FILE: 2 entries give no price by token and are left out: painter, singer");
    file.left_out = 7;
    CHECK(left_out_note(file)->ends_with("painter, singer, ..."));
}
