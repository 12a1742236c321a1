#include "core/error.hpp"

#include <set>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

namespace {

using llmr::Errc;
using llmr::Error;

int status_of(Errc code, int upstream_status = 0) {
    Error error(code, "message");
    error.upstream_status = upstream_status;
    return llmr::http_status(error);
}

}  // namespace

TEST_CASE("every code has its own stable name and an error status") {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) {
        const auto code = static_cast<Errc>(i);
        const std::string_view name = llmr::code_string(code);
        CHECK_FALSE(name.empty());
        CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK(names.insert(name).second);
        CHECK(status_of(code) >= 400);
        CHECK(status_of(code) <= 599);
    }
    CHECK(llmr::code_string(Errc::context_length_exceeded) == "context_length_exceeded");
    CHECK(llmr::code_string(Errc::internal) == "internal");
}

TEST_CASE("codes map to the status a client expects") {
    struct Row {
        Errc code;
        int status;
    };
    const Row rows[] = {{Errc::bad_request, 400},
                        {Errc::invalid_json, 400},
                        {Errc::missing_parameter, 400},
                        {Errc::invalid_parameter, 400},
                        {Errc::unsupported_parameter, 400},
                        {Errc::context_length_exceeded, 400},
                        {Errc::body_too_large, 413},
                        {Errc::header_too_large, 431},
                        {Errc::invalid_api_key, 401},
                        {Errc::forbidden_host, 403},
                        {Errc::forbidden_origin, 403},
                        {Errc::forbidden_operation, 403},
                        {Errc::not_found, 404},
                        {Errc::method_not_allowed, 405},
                        {Errc::model_not_found, 404},
                        {Errc::no_upstream, 503},
                        {Errc::external_not_allowed, 403},
                        {Errc::queue_full, 503},
                        {Errc::rate_limited, 429},
                        {Errc::insufficient_quota, 429},
                        {Errc::upstream_error, 502},
                        {Errc::upstream_unreachable, 502},
                        {Errc::upstream_timeout, 504},
                        {Errc::upstream_auth, 502},
                        {Errc::upstream_bad_response, 502},
                        {Errc::upstream_stream_cut, 502},
                        {Errc::deadline_exceeded, 504},
                        {Errc::shutting_down, 503},
                        {Errc::ledger_unavailable, 503},
                        {Errc::client_cancelled, 499},
                        {Errc::internal, 500}};
    for (const Row& row : rows) {
        CAPTURE(llmr::code_string(row.code));
        CHECK(status_of(row.code) == row.status);
    }
}

TEST_CASE("an upstream's own status is kept where the client can act on it") {
    CHECK(status_of(Errc::upstream_error, 400) == 400);
    CHECK(status_of(Errc::upstream_error, 422) == 422);
    CHECK(status_of(Errc::upstream_error, 529) == 529);
    CHECK(status_of(Errc::upstream_error, 200) == 502);
    CHECK(status_of(Errc::upstream_error, 302) == 502);
    CHECK(status_of(Errc::upstream_error, 600) == 502);
    CHECK(status_of(Errc::upstream_bad_response, 200) == 502);
}

TEST_CASE("a refusal of the router's own key does not look like one of the client's") {
    CHECK(status_of(Errc::upstream_auth, 401) == 502);
    CHECK(status_of(Errc::upstream_auth, 403) == 502);
    CHECK(status_of(Errc::upstream_error, 401) == 502);
    CHECK(status_of(Errc::upstream_error, 407) == 502);
}

TEST_CASE("asking a failed result for its value throws its message") {
    const llmr::Result<int> failed = Error(Errc::not_found, "no such path");
    CHECK_THROWS_WITH_AS(failed.value(), "no such path", std::runtime_error);
    const llmr::Result<int> wordless = Error(Errc::queue_full, "");
    CHECK_THROWS_WITH_AS(wordless.value(), "queue_full", std::runtime_error);
    const llmr::Result<int> good = 7;
    CHECK(good.value() == 7);
}
