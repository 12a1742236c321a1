#include "routing/model_name.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/routing/fixtures.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

const ModelCatalog& catalog() {
    static const ModelCatalog value(
        plus(plus(plus(default_models(), model("mistral:7b", 1)), model("phi3:latest", 1)),
             model("hf.co/org/model-gguf:q4")),
        config());
    return value;
}

const PriceBook& prices() {
    static const PriceBook value = *PriceBook::parse(
        "gpt-4o\t2.5\t10\t-\t-\ngpt-4o-mini\t0.15\t0.6\t-\t-\nclaude-haiku-4-5\t1\t5\t-\t-\n");
    return value;
}

Result<ModelRequest> interpret(std::string_view name, const Config& from = config()) {
    return interpret_model(name, from, catalog(), prices());
}

}  // namespace

TEST_CASE("auto routes, and its narrower forms narrow it") {
    const struct {
        const char* name;
        std::optional<QueryType> type;
        std::optional<Locality> locality;
    } rows[] = {
        {"", {}, {}},
        {"auto", {}, {}},
        {" AUTO ", {}, {}},
        {"auto:latest", {}, {}},
        {"auto:code", QueryType::code, {}},
        {"auto-code", QueryType::code, {}},
        {"auto-code:latest", QueryType::code, {}},
        {"Auto:Simple", QueryType::simple, {}},
        {"auto:summarization", QueryType::summarization, {}},
        {"auto-extraction:latest", QueryType::extraction, {}},
        {"auto:medium", QueryType::medium, {}},
        {"auto:complex", QueryType::complex, {}},
        {"auto-embedding:latest", QueryType::embedding, {}},
        {"auto:local", {}, Locality::local},
        {"auto-external:latest", {}, Locality::external},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto request = interpret(row.name);
        REQUIRE(request.has_value());
        CHECK(request->automatic);
        CHECK(request->type == row.type);
        CHECK(request->locality == row.locality);
        CHECK(request->exact_model.empty());
        CHECK(request->baseline_model.empty());
    }
}

TEST_CASE("a Claude that is not known yet is routed, as its clients ask for several") {
    for (const char* name : {"claude-opus-99", "Claude-Next-1-20991231", "claude"}) {
        CAPTURE(name);
        const auto request = interpret(name);
        REQUIRE(request.has_value());
        CHECK(request->automatic);
        CHECK(request->baseline_model.empty());
    }
    CHECK(virtual_type("auto-embedding:latest") == QueryType::embedding);
    CHECK_FALSE(virtual_type("auto:latest"));
    CHECK_FALSE(virtual_type("mistral:7b"));
}

TEST_CASE("installed names and provider/model are honoured as they are") {
    const struct {
        const char* name;
        const char* model;
        std::optional<std::size_t> upstream;
    } rows[] = {
        {"mistral:7b", "mistral:7b", {}},
        {"Mistral:7B", "mistral:7b", {}},
        {"library/mistral:7b", "mistral:7b", {}},
        {"phi3", "phi3:latest", {}},
        {"hf.co/org/model-gguf:q4", "hf.co/org/model-gguf:q4", {}},
        {"ollama/mistral:7b", "mistral:7b", {}},
        {"ollama_chat/phi3", "phi3:latest", {}},
        {"ollama-2/mistral:7b", "mistral:7b", 1},
        {"OLLAMA-2/phi3", "phi3:latest", 1},
        {"openai/gpt-4o", "gpt-4o", 2},
        {"openai/Anything-at-all", "Anything-at-all", 2},
        {"openai/vendor/model", "vendor/model", 2},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto request = interpret(row.name);
        REQUIRE(request.has_value());
        CHECK_FALSE(request->automatic);
        CHECK(request->exact_model == row.model);
        CHECK(request->upstream_index == row.upstream);
    }
}

TEST_CASE("openai/ means the first external server that speaks the dialect, whatever its name") {
    Config renamed = config();
    renamed.upstreams[2].name = "openrouter";
    renamed.upstreams.insert(renamed.upstreams.begin() + 2,
                             upstream("lmstudio", Dialect::openai_chat, Locality::local));
    CHECK(interpret("openai/gpt-4o", renamed)->upstream_index == 3);
    CHECK(interpret("openrouter/x-ai/grok-4", renamed)->exact_model == "x-ai/grok-4");
    CHECK(interpret("lmstudio/qwen", renamed)->upstream_index == 2);
    renamed.upstreams.pop_back();
    CHECK(interpret("openai/gpt-4o", renamed)->upstream_index == 2);
}

TEST_CASE("a priced name that is not installed means auto, and is the baseline") {
    const struct {
        const char* name;
        const char* baseline;
    } rows[] = {
        {"gpt-4o", "gpt-4o"},
        {"GPT-4o-2024-08-06", "gpt-4o"},
        {"gpt-4o:latest", "gpt-4o"},
        {"claude-haiku-4-5-20251001", "claude-haiku-4-5"},
        {"anthropic/claude-haiku-4-5", "claude-haiku-4-5"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto request = interpret(row.name);
        REQUIRE(request.has_value());
        CHECK(request->automatic);
        CHECK(request->baseline_model == row.baseline);
    }
    Config offline = config();
    offline.upstreams.resize(2);
    CHECK(interpret("openai/gpt-4o", offline)->baseline_model == "gpt-4o");
    offline.external_models = {{"", "House-Model"}};
    CHECK(interpret("house-model", offline)->automatic);
}

TEST_CASE("aliases are resolved first, once, in any case") {
    Config aliased = config();
    aliased.model_aliases = {{"fast", "phi3"},
                             {"loop", "loop"},
                             {"a", "b"},
                             {"b", "mistral:7b"},
                             {"gpt-4o", "ollama/mistral:7b"},
                             {"mistral:7b", "auto:code"}};
    CHECK(interpret("fast", aliased)->exact_model == "phi3:latest");
    CHECK(interpret("FAST:latest", aliased)->exact_model == "phi3:latest");
    CHECK(interpret("gpt-4o", aliased)->exact_model == "mistral:7b");
    CHECK(interpret("mistral:7b", aliased)->type == QueryType::code);
    CHECK(interpret("b", aliased)->exact_model == "mistral:7b");
    CHECK(interpret("a", aliased).error().code == Errc::model_not_found);
    CHECK(interpret("loop", aliased).error().code == Errc::model_not_found);
}

TEST_CASE("anything else is not found, with the nearest names") {
    const struct {
        const char* name;
        const char* message;
    } rows[] = {
        {"mistrl:7b", "model 'mistrl:7b' not found; nearest: mistral:7b"},
        {"qqqqqqqqqqqqqqqqqqqqqqqq", "model 'qqqqqqqqqqqqqqqqqqqqqqqq' not found"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto request = interpret(row.name);
        REQUIRE(request.has_error());
        CHECK(request.error().code == Errc::model_not_found);
        CHECK(request.error().message == row.message);
        CHECK(request.error().param == "model");
    }
    for (const char* name : {"auto:quick", "auto-", "automatic", "ollama/gpt-4o",
                             "ollama-2/mixtral", "ollama/", "openai/", "/mistral:7b",
                             "nobody/mistral:7b", "ollama-2/codellama:13b", "mistral", "phi4"}) {
        CAPTURE(name);
        const auto request = interpret(name);
        REQUIRE(request.has_error());
        CHECK(request.error().code == Errc::model_not_found);
    }
}

TEST_CASE("the virtual models are listed with a tag, and each is understood") {
    const std::vector<std::string> names = virtual_models();
    CHECK(names.size() == 10);
    CHECK(names.front() == "auto:latest");
    CHECK(std::count(names.begin(), names.end(), "auto-code:latest") == 1);
    for (const std::string& name : names) {
        CAPTURE(name);
        CHECK(is_virtual_model(name));
        CHECK(interpret(name)->automatic);
    }
    CHECK(is_virtual_model("auto:local"));
    CHECK_FALSE(is_virtual_model(""));
    CHECK_FALSE(is_virtual_model("mistral:7b"));
    CHECK_FALSE(is_virtual_model("auto:quick"));
}
