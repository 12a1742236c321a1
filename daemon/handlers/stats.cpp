#include <charconv>
#include <utility>

#include "core/clock.hpp"
#include "core/text.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/query_string.hpp"
#include "daemon/stats_json.hpp"
#include "daemon/stats_service.hpp"

namespace llmr::daemon::handlers {
namespace {

std::string_view at(const QueryParams& params, std::string_view name) {
    const auto found = params.find(name);
    return found == params.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::int64_t> positive(std::string_view text, std::string_view name, std::int64_t fallback,
                              std::int64_t most) {
    if (text.empty()) return fallback;
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 1 ||
        value > most) {
        return Error(Errc::invalid_parameter, "must be a whole number from 1 to " +
                                                  std::to_string(most), std::string(name));
    }
    return value;
}

template <class T, class Parse>
std::optional<Error> read_enum(std::string_view text, std::string_view name,
                               std::optional<T>& out, Parse parse) {
    if (text.empty()) return {};
    out = parse(text);
    if (out) return {};
    return Error(Errc::invalid_parameter, "unknown value", std::string(name));
}

std::optional<Locality> parse_locality(std::string_view text) {
    if (text == "local") return Locality::local;
    if (text == "external") return Locality::external;
    return {};
}

std::optional<AttemptStatus> parse_status(std::string_view text) {
    for (int i = 0; i <= static_cast<int>(AttemptStatus::refused); ++i) {
        const auto status = static_cast<AttemptStatus>(i);
        if (to_string(status) == text) return status;
    }
    return {};
}

Result<storage::QueryFilter> read_filter(std::string_view query) {
    auto params = parse_query(query, {"since", "type", "locality", "status", "model",
                                      "request_id", "before", "limit"});
    if (!params) return params.error();
    storage::QueryFilter filter;
    auto since = parse_since(at(*params, "since"), utc_ms());
    if (!since) return since.error();
    filter.since_ms = *since;
    auto limit = positive(at(*params, "limit"), "limit", 50, 1000);
    if (!limit) return limit.error();
    filter.limit = static_cast<int>(*limit);
    auto before = positive(at(*params, "before"), "before", 0, INT64_MAX);
    if (!before) return before.error();
    filter.before_rowid = *before;
    auto fault = read_enum(at(*params, "type"), "type", filter.type, parse_query_type);
    if (!fault) {
        fault = read_enum(at(*params, "locality"), "locality", filter.locality, parse_locality);
    }
    if (!fault) fault = read_enum(at(*params, "status"), "status", filter.status, parse_status);
    if (fault) return *fault;
    filter.model = at(*params, "model");
    filter.request_id = at(*params, "request_id");
    return filter;
}

}  // namespace

net::Task<void> stats(RequestContext& context) {
    Worker& worker = context.worker;
    auto params = parse_query(context.query, {"since"});
    auto since = params ? parse_since(at(*params, "since"), utc_ms()) : params.error();
    Reply reply;
    if (!since) {
        reply = error_reply(context.dialect, since.error());
    } else {
        auto read = co_await worker.services().stats->stats(worker, *since);
        StatsContext about;
        about.target_local_pct = worker.config()->local_threshold;
        about.share = worker.services().share->snapshot();
        about.simulated = worker.services().simulated;
        about.since_ms = *since;
        reply = read ? json_reply(stats_json(*read, about))
                     : error_reply(context.dialect, read.error());
    }
    co_await context.client.send(std::move(reply));
}

net::Task<void> queries(RequestContext& context) {
    Worker& worker = context.worker;
    auto filter = read_filter(context.query);
    Reply reply;
    if (!filter) {
        reply = error_reply(context.dialect, filter.error());
    } else {
        auto page = co_await worker.services().stats->recent(worker, *filter);
        reply = page ? json_reply(queries_json(*page)) : error_reply(context.dialect, page.error());
    }
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
