#include "daemon/query/request_hints.hpp"

#include <charconv>

#include "core/text.hpp"
#include "daemon/privacy.hpp"
#include "daemon/request_context.hpp"

namespace llmr::daemon {
namespace {

std::optional<Error> read_route(std::string_view value, RequestHints& hints) {
    if (value.empty() || iequals(value, "auto")) return {};
    if (iequals(value, "local")) {
        hints.route = Locality::local;
    } else if (iequals(value, "external")) {
        hints.route = Locality::external;
    } else {
        return Error(Errc::invalid_parameter, "x-router-route must be local or external",
                     "x-router-route");
    }
    return {};
}

std::optional<Error> check_privacy(std::string_view value) {
    if (value.empty() || iequals(value, "local-only")) return {};
    // A typo here must not send a private prompt out.
    return Error(Errc::invalid_parameter, "x-router-privacy must be local-only",
                 "x-router-privacy");
}

std::optional<Error> read_type(std::string_view value, RequestHints& hints) {
    if (value.empty()) return {};
    hints.type = parse_query_type(to_lower(value));
    if (!hints.type) {
        return Error(Errc::invalid_parameter,
                     "x-router-type must be one of embedding, code, simple, summarization, "
                     "extraction, medium, complex",
                     "x-router-type");
    }
    return {};
}

std::optional<Error> read_deadline(std::string_view value, SteadyTime arrived,
                                   RequestHints& hints) {
    constexpr int kDayMs = 86'400'000;
    if (value.empty()) return {};
    int ms = 0;
    const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), ms);
    if (fault != std::errc{} || end != value.data() + value.size() || ms < 1 || ms > kDayMs) {
        return Error(Errc::invalid_parameter,
                     "x-router-deadline-ms must be a whole number from 1 to 86400000",
                     "x-router-deadline-ms");
    }
    hints.answer_by = arrived + std::chrono::milliseconds(ms);
    return {};
}

}  // namespace

Result<RequestHints> RequestHints::read(const RequestContext& context) {
    RequestHints hints;
    auto fault = read_route(trim(context.header("x-router-route")), hints);
    if (!fault) fault = check_privacy(trim(context.header("x-router-privacy")));
    if (!fault) fault = read_type(trim(context.header("x-router-type")), hints);
    if (!fault) {
        fault = read_deadline(trim(context.header("x-router-deadline-ms")), context.arrived, hints);
    }
    if (fault) return *fault;
    hints.local_only = local_only_of(context);
    hints.body = context.body();
    hints.key_id = context.key_id;
    hints.session = repair_utf8(trim(context.header("x-router-session")).substr(0, 128));
    return hints;
}

}  // namespace llmr::daemon
