#include "routing/model_catalog.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/routing/fixtures.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

std::string filled_by(const ModelCatalog& catalog, QueryType type) {
    const RoleChoice& role = catalog.role(type);
    return role.model ? role.model->name : "(none)";
}

}  // namespace

TEST_CASE("roles are filled by the configured models where these are installed") {
    const ModelCatalog catalog(default_models(), config());
    CHECK(filled_by(catalog, QueryType::embedding) == "nomic-embed-text:latest");
    CHECK(filled_by(catalog, QueryType::code) == "deepseek-coder:6.7b");
    CHECK(filled_by(catalog, QueryType::simple) == "mistral:7b");
    CHECK(filled_by(catalog, QueryType::summarization) == "mistral:7b");
    CHECK(filled_by(catalog, QueryType::extraction) == "mistral:7b");
    CHECK(filled_by(catalog, QueryType::medium) == "codellama:13b");
    CHECK(filled_by(catalog, QueryType::complex) == "codellama:13b");
    for (const QueryType type : kAllQueryTypes) {
        CHECK_FALSE(catalog.role(type).replaced);
        CHECK(catalog.role(type).note.empty());
    }
    CHECK(catalog.errors().empty());
}

TEST_CASE("a default that is not installed is replaced by the best model for the role") {
    const struct {
        QueryType role;
        std::vector<LocalModel> installed;
        const char* expected;
    } rows[] = {
        // embedding: nomic, mxbai, bge, then by size
        {QueryType::embedding,
         {embedder("bge-m3"), embedder("mxbai-embed-large"), embedder("nomic-embed-text:v1.5")},
         "nomic-embed-text:v1.5"},
        {QueryType::embedding,
         {embedder("all-minilm"), embedder("bge-m3"), embedder("mxbai-embed-large")},
         "mxbai-embed-large"},
        {QueryType::embedding, {embedder("all-minilm"), embedder("bge-m3")}, "bge-m3"},
        {QueryType::embedding,
         {embedder("granite-embed:30m"), embedder("granite-embed:278m")},
         "granite-embed:278m"},
        {QueryType::embedding, {model("mistral:7b")}, "(none)"},
        // code: coders by size, then anything that completes
        {QueryType::code,
         {model("llama3.3:70b"), model("qwen2.5-coder:7b"), model("codellama:34b")},
         "codellama:34b"},
        {QueryType::code, {model("llama3.2:3b"), model("llama3.1:8b")}, "llama3.1:8b"},
        {QueryType::code, {embedder("bge-m3")}, "(none)"},
        // simple: no coder, nearest to 8B
        {QueryType::simple,
         {model("llama3.3:70b"), model("llama3.2:1b"), model("llama3.1:8b"), model("gemma2:9b")},
         "llama3.1:8b"},
        {QueryType::summarization, {model("codellama:7b"), model("llama3.2:1b")}, "llama3.2:1b"},
        {QueryType::extraction, {model("codellama:7b"), model("codellama:34b")}, "codellama:7b"},
        // medium, complex: the largest, at equal size no coder
        {QueryType::medium,
         {model("llama3.2:3b"), model("qwen2.5:32b"), model("codellama:34b")},
         "codellama:34b"},
        {QueryType::complex, {model("codeqwen:32b"), model("qwen2.5:32b")}, "qwen2.5:32b"},
        // ties by name
        {QueryType::complex,
         {model("zephyr:7b"), model("gemma:7b"), model("mistral:7b-text")},
         "gemma:7b"},
        // cloud models never fill a role
        {QueryType::complex, {model("gpt-oss:120b-cloud"), model("llama3.2:3b")}, "llama3.2:3b"},
        {QueryType::simple, {model("gpt-oss:120b-cloud")}, "(none)"},
        {QueryType::simple, {}, "(none)"},
    };
    for (const auto& row : rows) {
        CAPTURE(to_string(row.role));
        CAPTURE(row.expected);
        const ModelCatalog catalog(row.installed, config());
        CHECK(filled_by(catalog, row.role) == row.expected);
        CHECK(catalog.role(row.role).replaced == (std::string(row.expected) != "(none)"));
        CHECK(catalog.errors().empty());
        std::vector<LocalModel> backwards(row.installed.rbegin(), row.installed.rend());
        const ModelCatalog reversed(std::move(backwards), config());
        CHECK(filled_by(reversed, row.role) == row.expected);
    }
}

TEST_CASE("models of unstated size are ranked by their bytes") {
    LocalModel big = model("alpha");
    big.size_bytes = 40'000'000'000;
    LocalModel small = model("beta");
    small.size_bytes = 4'700'000'000;
    const ModelCatalog catalog({big, small}, config());
    CHECK(filled_by(catalog, QueryType::complex) == "alpha");
    CHECK(filled_by(catalog, QueryType::simple) == "beta");
}

TEST_CASE("the note says what replaces what, or that nothing can") {
    const ModelCatalog catalog({model("llama3.1:8b")}, config());
    CHECK(catalog.role(QueryType::simple).note ==
          "mistral:7b is not installed; using llama3.1:8b for simple");
    CHECK(catalog.role(QueryType::embedding).note ==
          "nomic-embed-text:latest is not installed; nothing installed can stand in for embedding");
}

TEST_CASE("a model the operator named and that is missing is an error with the nearest names") {
    Config named = config();
    named.role_models[QueryType::simple] = {"mistrl:7b", true};
    const ModelCatalog catalog(default_models(), named);
    REQUIRE(catalog.errors().size() == 1);
    CHECK(catalog.errors()[0] ==
          "LLM_MODEL_SIMPLE: mistrl:7b is not installed; nearest: mistral:7b");
    CHECK(catalog.role(QueryType::simple).model == nullptr);
    CHECK_FALSE(catalog.role(QueryType::simple).replaced);
    CHECK(catalog.role(QueryType::simple).note == catalog.errors()[0]);
    CHECK(filled_by(catalog, QueryType::medium) == "codellama:13b");
}

TEST_CASE("a model the operator named and that cannot do the work is an error") {
    Config named = config();
    named.role_models[QueryType::embedding] = {"mistral:7b", true};
    named.role_models[QueryType::code] = {"nomic-embed-text", true};
    named.role_models[QueryType::complex] = {"gpt-oss:120b-cloud", true};
    const ModelCatalog catalog(plus(default_models(), model("gpt-oss:120b-cloud")), named);
    REQUIRE(catalog.errors().size() == 3);
    CHECK(catalog.errors()[0] == "LLM_MODEL_EMBEDDING: mistral:7b cannot embed");
    CHECK(catalog.errors()[1] == "LLM_MODEL_CODE: nomic-embed-text cannot complete text");
    CHECK(catalog.errors()[2] == "LLM_MODEL_COMPLEX: gpt-oss:120b-cloud is not computed locally");
}

TEST_CASE("an operator's model that is installed is taken, whatever its size") {
    Config named = config();
    named.role_models[QueryType::complex] = {"Mistral:7B", true};
    const ModelCatalog catalog(default_models(), named);
    CHECK(filled_by(catalog, QueryType::complex) == "mistral:7b");
    CHECK(catalog.errors().empty());
}

TEST_CASE("names are matched with tag, case and library prefix in mind") {
    const ModelCatalog catalog(plus(default_models(), model("phi3:latest")), config());
    const struct {
        const char* name;
        std::size_t count;
    } rows[] = {{"mistral:7b", 1},
                {"MISTRAL:7B", 1},
                {"library/mistral:7b", 1},
                {"mistral", 0},
                {"phi3", 1},
                {"phi3:latest", 1},
                {"Library/Phi3", 1},
                {"nomic-embed-text", 1},
                {"someone/phi3", 0},
                {"mistral:7b-text", 0},
                {"", 0}};
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(catalog.find(row.name).size() == row.count);
    }
}

TEST_CASE("of several servers with a model the local ones come first, then the resident") {
    Config three = config();
    three.upstreams[0].locality = Locality::external;
    three.upstreams.push_back(upstream("ollama-4", Dialect::ollama, Locality::local));
    LocalModel warm = model("mistral:7b", 3);
    warm.resident = true;
    const ModelCatalog catalog({model("mistral:7b", 0), model("mistral:7b", 1), warm}, three);
    const auto hosts = catalog.find("mistral:7b");
    REQUIRE(hosts.size() == 3);
    CHECK(hosts[0]->upstream_index == 3);
    CHECK(hosts[1]->upstream_index == 1);
    CHECK(hosts[2]->upstream_index == 0);
    CHECK(hosts[2]->locality == Locality::external);
    CHECK(catalog.role(QueryType::simple).model == hosts[0]);
    CHECK(catalog.names() == std::vector<std::string>{"mistral:7b"});
}

TEST_CASE("a model on an Ollama elsewhere fills no role") {
    Config elsewhere = config();
    elsewhere.upstreams[0].locality = Locality::external;
    const ModelCatalog catalog(default_models(), elsewhere);
    CHECK(filled_by(catalog, QueryType::simple) == "(none)");
    CHECK(catalog.role(QueryType::simple).note ==
          "mistral:7b is not computed locally; nothing installed can stand in for simple");
}

TEST_CASE("an empty catalog answers for every role, and a moved one keeps its roles") {
    const ModelCatalog empty;
    for (const QueryType type : kAllQueryTypes) {
        CHECK(empty.role(type).model == nullptr);
        CHECK_FALSE(empty.role(type).note.empty());
    }
    CHECK(empty.find("mistral:7b").empty());
    ModelCatalog original(default_models(), config());
    ModelCatalog moved;
    moved = std::move(original);
    CHECK(moved.role(QueryType::simple).model == moved.find("mistral:7b").front());
}
