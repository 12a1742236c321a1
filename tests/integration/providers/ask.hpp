#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "tests/support/test_router.hpp"

namespace llmr::test {

using Servers = std::vector<simulator::SimulatedProvider>;

/// A simulated server that accepts these keys alone; with none it asks for no key.
inline simulator::SimulatedProvider server(const std::string& name,
                                           std::vector<std::string> keys = {}) {
    simulator::SimulatedProvider provider;
    provider.name = name;
    provider.keys = std::move(keys);
    return provider;
}

/// For TestRouter: the simulator has these servers, too.
inline std::function<void(simulator::SimulatorOptions&)> with_servers(Servers servers) {
    return [servers](simulator::SimulatorOptions& options) { options.providers = servers; };
}

/// Two settings into one; those of `more` win.
inline Environment joined(Environment settings, const Environment& more) {
    for (const auto& [name, value] : more)
        settings[name] = value;
    return settings;
}

inline const std::string kQuestion = R"([{"role":"user","content":"What is 2+2?"}])";

/// A body for OpenAI's, Anthropic's and Ollama's chat alike; `more` are further members.
inline std::string ask_body(const std::string& model, const std::string& more = {},
                            const std::string& messages = kQuestion) {
    return R"({"model":")" + model + R"(","messages":)" + messages +
           (more.empty() ? "" : "," + more) + "}";
}

inline HttpAnswer ask(const TestRouter& router, const std::string& model,
                      const std::string& more = {}, const std::string& messages = kQuestion) {
    return router.post("/v1/chat/completions", ask_body(model, more, messages));
}

/// A query whose model the router chooses, outside if it can.
inline HttpAnswer ask_outside(const TestRouter& router, const std::string& more = {}) {
    return router.post("/v1/chat/completions", ask_body("auto", more),
                       {{"x-router-route", "external"}});
}

/// Attempts of all queries, newest first.
inline std::vector<storage::AttemptRow> rows_of(const TestRouter& router) {
    storage::QueryFilter all;
    all.limit = 1000;
    auto page = storage::LedgerReader(router.db()).recent(all);
    REQUIRE(page.has_value());
    return page->rows;
}

inline storage::AttemptRow last_row(const TestRouter& router) {
    const auto rows = rows_of(router);
    REQUIRE_FALSE(rows.empty());
    return rows.front();
}

/// What reached a server last.
inline simulator::RequestLogEntry last_sent(const TestRouter& router) {
    const auto log = router.simulator->requests();
    REQUIRE_FALSE(log.empty());
    return log.back();
}

/// A member of the body that reached a server last; "" if it was not there.
inline std::string sent(const TestRouter& router, const std::string& pointer) {
    return json_at(last_sent(router).body, pointer);
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace llmr::test
