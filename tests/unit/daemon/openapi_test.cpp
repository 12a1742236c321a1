// The description of the HTTP interface against the table that serves it.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "daemon/endpoints.hpp"
#include "daemon/openapi/document.hpp"

using namespace llmr;
using namespace llmr::daemon;

namespace {

using PathAndMethod = std::pair<std::string, std::string>;  ///< path and method

/// "/v1/models/{id}" -> "/v1/models/*"; a name in the middle of a path -> some name.
std::string as_table_writes_it(std::string path) {
    for (auto open = path.find('{'); open != path.npos; open = path.find('{')) {
        const auto close = path.find('}', open);
        REQUIRE(close != path.npos);
        const bool at_end = close + 1 == path.size();
        path.replace(open, close + 1 - open, at_end ? "*" : "some-name");
    }
    return path;
}

std::string_view method_of(boost::beast::http::verb verb) {
    const auto name = boost::beast::http::to_string(verb);
    return {name.data(), name.size()};
}

simdjson::dom::object described_paths(JsonParser& parser) {
    const auto root = parser.parse(openapi_document());
    REQUIRE(root.has_value());
    return simdjson::dom::object((*root)["paths"]);
}

std::set<PathAndMethod> described_operations() {
    JsonParser parser;
    std::set<PathAndMethod> operations;
    for (const auto [path, methods] : described_paths(parser)) {
        for (const auto [method, unused] : simdjson::dom::object(methods)) {
            if (method == "parameters") continue;
            operations.emplace(as_table_writes_it(std::string(path)), method);
        }
    }
    return operations;
}

}  // namespace

TEST_SUITE("openapi") {
    TEST_CASE("every row of the endpoint table is described") {
        const std::set<PathAndMethod> described = described_operations();
        for (const Endpoint& endpoint : all_endpoints()) {
            const PathAndMethod row{std::string(endpoint.path), to_lower(method_of(endpoint.verb))};
            CAPTURE(row.first);
            CAPTURE(row.second);
            CHECK(described.count(row) == 1);
        }
    }

    TEST_CASE("every described operation has a row") {
        for (const auto& [path, method] : described_operations()) {
            CAPTURE(path);
            CAPTURE(method);
            std::string upper = method;
            std::transform(upper.begin(), upper.end(), upper.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            const auto verb = boost::beast::http::string_to_verb(upper);
            CHECK(find_endpoint(normalise_path(path), verb).endpoint != nullptr);
        }
    }

    TEST_CASE("open endpoints, and only those, say that they need no key") {
        JsonParser parser;
        const simdjson::dom::object paths = described_paths(parser);
        for (const Endpoint& endpoint : all_endpoints()) {
            std::string path(endpoint.path);
            if (path.ends_with('*')) continue;
            CAPTURE(path);
            const auto operation = paths[path][to_lower(method_of(endpoint.verb))];
            simdjson::dom::array security;
            const bool says_none =
                operation["security"].get(security) == simdjson::SUCCESS && security.size() == 0;
            CHECK(says_none == (endpoint.access == Access::open));
        }
    }

    TEST_CASE("the codes of errors are all there, and no others") {
        JsonParser parser;
        const auto root = parser.parse(openapi_document());
        REQUIRE(root.has_value());
        std::set<std::string> described;
        for (const auto code : (*root)["components"]["schemas"]["ErrorCode"]["enum"].get_array())
            described.emplace(std::string_view(code));
        std::set<std::string> known;
        for (int code = 0; code <= static_cast<int>(Errc::internal); ++code)
            known.emplace(code_string(static_cast<Errc>(code)));
        CHECK(described == known);
    }

    TEST_CASE("it is of this version") {
        JsonParser parser;
        const auto root = parser.parse(openapi_document());
        REQUIRE(root.has_value());
        CHECK(std::string_view((*root)["openapi"]) == "3.1.0");
        CHECK(std::string_view((*root)["info"]["version"]) == LLMR_VERSION);
    }
}
