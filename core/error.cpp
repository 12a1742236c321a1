#include "core/error.hpp"

#include <array>
#include <stdexcept>

#include <boost/throw_exception.hpp>

namespace llmr {
namespace {

struct ErrcRow {
    Errc code;
    std::string_view name;
    int status;
};

// In the order of the enumeration, so that a code is its own index.
constexpr std::array kErrcTable{
    ErrcRow{Errc::bad_request, "bad_request", 400},
    ErrcRow{Errc::invalid_json, "invalid_json", 400},
    ErrcRow{Errc::missing_parameter, "missing_parameter", 400},
    ErrcRow{Errc::invalid_parameter, "invalid_parameter", 400},
    ErrcRow{Errc::unsupported_parameter, "unsupported_parameter", 400},
    ErrcRow{Errc::context_length_exceeded, "context_length_exceeded", 400},
    ErrcRow{Errc::body_too_large, "body_too_large", 413},
    ErrcRow{Errc::header_too_large, "header_too_large", 431},
    ErrcRow{Errc::invalid_api_key, "invalid_api_key", 401},
    ErrcRow{Errc::forbidden_host, "forbidden_host", 403},
    ErrcRow{Errc::forbidden_origin, "forbidden_origin", 403},
    ErrcRow{Errc::forbidden_operation, "forbidden_operation", 403},
    ErrcRow{Errc::not_found, "not_found", 404},
    ErrcRow{Errc::method_not_allowed, "method_not_allowed", 405},
    ErrcRow{Errc::model_not_found, "model_not_found", 404},
    ErrcRow{Errc::no_upstream, "no_upstream", 503},
    ErrcRow{Errc::external_not_allowed, "external_not_allowed", 403},
    ErrcRow{Errc::budget_exceeded, "budget_exceeded", 429},
    ErrcRow{Errc::content_filter, "content_filter", 400},
    ErrcRow{Errc::queue_full, "queue_full", 503},
    ErrcRow{Errc::rate_limited, "rate_limited", 429},
    ErrcRow{Errc::insufficient_quota, "insufficient_quota", 429},
    ErrcRow{Errc::upstream_error, "upstream_error", 502},
    ErrcRow{Errc::upstream_rejected, "upstream_rejected", 400},
    ErrcRow{Errc::upstream_not_found, "upstream_not_found", 404},
    ErrcRow{Errc::upstream_unavailable, "upstream_unavailable", 503},
    ErrcRow{Errc::upstream_unreachable, "upstream_unreachable", 502},
    ErrcRow{Errc::upstream_timeout, "upstream_timeout", 504},
    ErrcRow{Errc::upstream_auth, "upstream_auth", 502},
    ErrcRow{Errc::upstream_bad_response, "upstream_bad_response", 502},
    ErrcRow{Errc::upstream_stream_cut, "upstream_stream_cut", 502},
    ErrcRow{Errc::deadline_exceeded, "deadline_exceeded", 504},
    ErrcRow{Errc::shutting_down, "shutting_down", 503},
    ErrcRow{Errc::ledger_unavailable, "ledger_unavailable", 503},
    ErrcRow{Errc::client_cancelled, "client_cancelled", 499},
    ErrcRow{Errc::internal, "internal", 500},
};

constexpr bool table_is_in_enum_order() {
    for (std::size_t i = 0; i < kErrcTable.size(); ++i) {
        if (static_cast<std::size_t>(kErrcTable[i].code) != i) return false;
    }
    return kErrcTable.back().code == Errc::internal;
}
static_assert(table_is_in_enum_order());

const ErrcRow& row_of(Errc code) {
    const auto index = static_cast<std::size_t>(code);
    return index < kErrcTable.size() ? kErrcTable[index] : kErrcTable.back();
}

bool keeps_status(Errc code) {
    return code == Errc::upstream_error || code == Errc::upstream_rejected ||
           code == Errc::upstream_not_found || code == Errc::upstream_unavailable;
}

// 401 and 407 are about the router's own credentials; a client that got them would doubt its key.
bool client_can_act_on(int upstream_status) {
    return upstream_status >= 400 && upstream_status <= 599 && upstream_status != 401 &&
           upstream_status != 407;
}

}  // namespace

std::string_view code_string(Errc code) {
    return row_of(code).name;
}

int http_status(const Error& error) {
    if (keeps_status(error.code) && client_can_act_on(error.upstream_status))
        return error.upstream_status;
    return row_of(error.code).status;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
    std::string text(code_string(error.code));
    if (!error.message.empty()) text = error.message;
    boost::throw_exception(std::runtime_error(text), where);
}

}  // namespace llmr
