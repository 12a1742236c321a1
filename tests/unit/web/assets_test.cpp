// The files of the dashboard in the program.
#include "web/assets.hpp"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::web;

namespace {

const std::vector<std::string> kNames{
#define LLMR_ASSET(symbol, name) #name,
#include "web/asset_list.inc"
#undef LLMR_ASSET
};

/// What stands between `before` and the next quote, each time.
std::vector<std::string> quoted_after(std::string_view text, std::string_view before) {
    std::vector<std::string> found;
    for (std::size_t at = text.find(before); at != text.npos; at = text.find(before, at + 1)) {
        const std::size_t begin = at + before.size();
        found.emplace_back(text.substr(begin, text.find('"', begin) - begin));
    }
    return found;
}

}  // namespace

TEST_CASE("every file is there with its type, compressed too") {
    std::set<std::string> tags;
    for (const std::string& name : kNames) {
        CAPTURE(name);
        const Asset* asset = find_asset(name);
        REQUIRE(asset != nullptr);
        CHECK(asset->name == name);
        CHECK(asset->bytes.size() > 100);
        CHECK(asset->content_type != "application/octet-stream");
        CHECK(asset->gzip.size() > 20);
        CHECK(asset->gzip.size() < asset->bytes.size());
        CHECK(asset->gzip.substr(0, 2) == "\x1f\x8b");
        CHECK(asset->etag.front() == '"');
        CHECK(asset->etag.back() == '"');
        CHECK(tags.insert(asset->etag).second);
        CHECK(tags.insert(asset->gzip_etag).second);
    }
    CHECK(find_asset("main.js")->content_type == "text/javascript; charset=utf-8");
    CHECK(find_asset("dashboard.css")->content_type == "text/css; charset=utf-8");
}

TEST_CASE("the empty name is the page") {
    REQUIRE(find_asset("") != nullptr);
    CHECK(find_asset("") == find_asset("index.html"));
    CHECK(find_asset("")->content_type == "text/html; charset=utf-8");
}

TEST_CASE("what is not there is not there") {
    for (const char* name :
         {"nothing.js", "../core/secret.hpp", "assets.cpp", "Main.js", "main.js.gz"})
        CHECK(find_asset(name) == nullptr);
}

TEST_CASE("all that the page and its modules name is in the program") {
    const std::string_view page = find_asset("")->bytes;
    std::size_t seen = 0;
    for (const char* before : {"href=\"dashboard/", "src=\"dashboard/"}) {
        for (const std::string& name : quoted_after(page, before)) {
            CAPTURE(name);
            CHECK(find_asset(name) != nullptr);
            ++seen;
        }
    }
    CHECK(seen > 3);
    for (const std::string& name : kNames) {
        if (name == "chart.min.js") continue;
        for (const char* before : {"from \"./", "import(\"./"}) {
            for (const std::string& imported : quoted_after(find_asset(name)->bytes, before)) {
                CAPTURE(name);
                CAPTURE(imported);
                CHECK(find_asset(imported) != nullptr);
            }
        }
    }
}

TEST_CASE("nothing in the page is inline or from elsewhere, and no text becomes markup") {
    for (const std::string& name : kNames) {
        if (name == "chart.min.js") continue;
        CAPTURE(name);
        const std::string_view text = find_asset(name)->bytes;
        CHECK(text.find("https://") == text.npos);
        for (const char* markup : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
                                   "eval(", "new Function", " style=\"", " onclick=\""}) {
            CAPTURE(markup);
            CHECK(text.find(markup) == text.npos);
        }
    }
}
