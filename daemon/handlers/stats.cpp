#include <cmath>
#include <utility>

#include "core/clock.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/projection.hpp"
#include "daemon/query_filter.hpp"
#include "daemon/stats_groups.hpp"
#include "daemon/stats_json.hpp"
#include "daemon/stats_service.hpp"

namespace llmr::daemon::handlers {
namespace {

/// Reads a request's parameters into what makes the answer of the ledger, and into its format.
using ReadQuestion = Result<StatsService::Render>(RequestContext&, TableFormat&);

net::Task<void> answer(RequestContext& context, ReadQuestion* read) {
    TableFormat format = TableFormat::json;
    auto render = read(context, format);
    Worker& worker = context.worker;
    Reply reply;
    if (!render) {
        reply = error_reply(context.dialect, render.error());
    } else {
        auto body = co_await worker.services().stats->render(worker, std::move(*render));
        if (body) {
            reply = json_reply(std::move(*body));
            reply.content_type = content_type(format);
        } else {
            reply = error_reply(context.dialect, body.error());
        }
    }
    co_await context.client.send(std::move(reply));
}

StatsContext about_router(Worker& worker, const RangeParams& when) {
    StatsContext about;
    about.target_local_pct = worker.config()->local_threshold;
    about.share = worker.services().share->snapshot();
    about.share_unit = worker.config()->share_unit;
    about.budget = worker.services().budget->states(utc_ms());
    about.key_names = worker.config()->key_names;
    about.baseline_model = worker.config()->external_model();
    about.simulated = worker.services().simulated;
    about.since_ms = when.range.from_ms;
    about.until_ms = when.has_to ? when.range.to_ms : 0;
    return about;
}

Result<StatsService::Render> stats_question(RequestContext& context, TableFormat& format) {
    auto params = parse_query(context.query, {"since", "from", "to", "tz", "group_by", "format"});
    if (!params) return params.error();
    GroupQuestion question;
    question.now_ms = utc_ms();
    auto when = read_range(*params, question.now_ms);
    if (!when) return when.error();
    auto by = parse_group_by(param_at(*params, "group_by"));
    if (!by) return by.error();
    auto wanted = parse_format(param_at(*params, "format"));
    if (!wanted) return wanted.error();
    format = question.format = *wanted;
    question.by = *by;
    if (*by == GroupBy::none && format == TableFormat::json) {
        return StatsService::Render(
            [range = when->range, about = about_router(context.worker, *when)](
                storage::LedgerReader& reader) -> Result<std::string> {
                auto stats = reader.stats(range);
                if (!stats) return stats.error();
                auto exact = reader.exact_by_hour({range.from_ms, range.to_ms});
                if (!exact) return exact.error();
                auto periods = share_periods(reader, utc_ms());
                if (!periods) return periods.error();
                StatsContext said = about;
                said.exact = *exact;
                said.share_periods = std::move(*periods);
                return stats_json(*stats, said);
            });
    }
    question.when = std::move(*when);
    question.key_names = context.worker.config()->key_names;
    return StatsService::Render([question = std::move(question)](storage::LedgerReader& reader) {
        return groups_text(reader, question);
    });
}

Result<StatsService::Render> series_question(RequestContext& context, TableFormat& format) {
    auto params = parse_query(context.query, {"since", "from", "to", "tz", "step", "format"});
    if (!params) return params.error();
    SeriesQuestion question;
    question.now_ms = utc_ms();
    auto when = read_range(*params, question.now_ms);
    if (!when) return when.error();
    question.when = std::move(*when);
    if (const auto text = param_at(*params, "step"); !text.empty()) {
        const auto step = parse_time_step(text);
        if (!step) return unknown_choice("step", text, {"hour", "day", "week", "month"});
        question.step = *step;
    }
    auto wanted = parse_format(param_at(*params, "format"));
    if (!wanted) return wanted.error();
    format = question.format = *wanted;
    return StatsService::Render([question = std::move(question)](storage::LedgerReader& reader) {
        return series_text(reader, question);
    });
}

Result<StatsService::Render> projection_question(RequestContext& context, TableFormat& format) {
    auto params = parse_query(context.query, {"since", "from", "to", "tz", "queries", "format"});
    if (!params) return params.error();
    const std::int64_t now = utc_ms();
    auto when = read_range(*params, now);
    if (!when) return when.error();
    if (!when->has_from) when->range.from_ms = std::max<std::int64_t>(0, now - kProjectedMs);
    auto wanted = parse_format(param_at(*params, "format"));
    if (!wanted) return wanted.error();
    format = *wanted;
    const Config& config = *context.worker.config();
    ProjectionInput input;
    if (const auto text = param_at(*params, "queries"); !text.empty()) {
        auto queries = read_number(text, "queries", 1, 1'000'000'000);
        if (!queries) return queries.error();
        input.asked_queries = *queries;
    }
    input.cost_per_query = config.external_cost_per_query;
    input.target_local_ppm = std::llround(config.local_threshold * 10'000);
    return StatsService::Render([input, range = when->range, now,
                                 format](storage::LedgerReader& reader) -> Result<std::string> {
        auto stats = reader.stats(range);
        if (!stats) return stats.error();
        auto exact = reader.exact_by_hour({range.from_ms, range.to_ms});
        if (!exact) return exact.error();
        Projection projection = project(measured(input, *stats, range, now));
        projection.exact = *exact;
        return projection_text(projection, format);
    });
}

Result<StatsService::Render> queries_question(RequestContext& context, TableFormat& format) {
    auto params = parse_query(context.query, query_filter_params());
    if (!params) return params.error();
    auto filter = read_filter(*params, context.worker.config()->key_names, utc_ms());
    if (!filter) return filter.error();
    auto wanted = parse_format(param_at(*params, "format"));
    if (!wanted) return wanted.error();
    format = *wanted;
    return StatsService::Render([filter = std::move(*filter),
                                 format](storage::LedgerReader& reader) -> Result<std::string> {
        auto page = reader.recent(filter);
        if (!page) return page.error();
        return queries_text(*page, format);
    });
}

}  // namespace

net::Task<void> stats(RequestContext& context) {
    return answer(context, &stats_question);
}

net::Task<void> timeseries(RequestContext& context) {
    return answer(context, &series_question);
}

net::Task<void> projection(RequestContext& context) {
    return answer(context, &projection_question);
}

net::Task<void> queries(RequestContext& context) {
    return answer(context, &queries_question);
}

}  // namespace llmr::daemon::handlers
