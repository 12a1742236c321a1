#pragma once

#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/providers/ask.hpp"

namespace llmr::test {

/// One way in which a server fails, and what is to come of it.
struct Fault {
    int status = 0;           ///< of the server
    std::string kind;         ///< Behaviour::error_kind
    int client = 0;           ///< status that the client gets
    std::string code;         ///< stable code of the error
    std::string advice;       ///< part of the message; empty: there is nothing to advise
    bool elsewhere = false;   ///< another upstream is tried
    std::string retry_after;  ///< of the answer to the client
};

inline void check_no_secret(const std::string& text, const std::vector<std::string>& secrets) {
    CHECK_FALSE(contains(text, "http://"));
    CHECK_FALSE(contains(text, "127.0.0.1"));
    for (const std::string& secret : secrets)
        CHECK_FALSE(contains(text, secret));
}

/// A client that names the model learns what is wrong.
inline void check_named(const TestRouter& router, const std::string& model, const Fault& fault,
                        const std::vector<std::string>& secrets) {
    for (const char* const more : {R"("stream":false)", R"("stream":true)"}) {
        CAPTURE(std::string(more));
        const HttpAnswer answer = ask(router, model, more);
        CAPTURE(answer.body);
        CHECK(answer.status == fault.client);
        CHECK(json_at(answer.body, "/error/code") == fault.code);
        const std::string message = json_at(answer.body, "/error/message");
        CHECK_FALSE(message.empty());
        CHECK_FALSE(contains(message, "<html"));
        CHECK(contains(message, fault.advice));
        CHECK(answer.header("retry-after") == fault.retry_after);
        check_no_secret(answer.body, secrets);
        const storage::AttemptRow row = last_row(router);
        CHECK(row.error_code == fault.code);
        CHECK(row.http_upstream == fault.status);
        CHECK(row.cost == 0);
        CHECK(row.status == AttemptStatus::error);
    }
}

/// A query whose model the router chose goes to the local model behind it, or not.
inline void check_routed(const TestRouter& router, const Fault& fault) {
    const HttpAnswer answer = ask_outside(router);
    CAPTURE(answer.body);
    const auto rows = rows_of(router);
    REQUIRE(rows.size() >= 2);
    if (fault.elsewhere) {
        CHECK(answer.status == 200);
        CHECK(answer.header("x-router-local") == "1");
        CHECK(rows[0].fallback);
        CHECK(rows[0].error_code.empty());
        CHECK(rows[0].request_id == rows[1].request_id);
        CHECK(rows[1].error_code == fault.code);
    } else {
        CHECK(answer.status == fault.client);
        CHECK(rows[0].error_code == fault.code);
        CHECK(rows[0].request_id != rows[1].request_id);
    }
}

/// A provider as `start` sets it up, with every fault in turn. `start` names two models: one for
/// clients, and another one in LLM_EXTERNAL_MODEL, since what fails is left alone for a while.
inline void check_faults(const std::function<TestRouter()>& start, const std::string& model,
                         const std::vector<Fault>& faults,
                         const std::vector<std::string>& secrets) {
    for (const Fault& fault : faults) {
        CAPTURE(fault.status);
        CAPTURE(fault.kind);
        const TestRouter router = start();
        simulator::Behaviour behaviour;
        behaviour.error_status = fault.status;
        behaviour.error_kind = fault.kind;
        router.simulator->set_behaviour(behaviour);
        // The local model behind it works.
        for (const auto& local : simulator::seed_models())
            router.simulator->set_behaviour(local.name, {});
        check_named(router, model, fault, secrets);
        check_routed(router, fault);
    }
}

}  // namespace llmr::test
