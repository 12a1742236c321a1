// GET, PUT /router/tuning and GET /router/replay: what other settings do, and would have done.
#include "daemon/tuning.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "core/log.hpp"
#include "core/text.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/query_filter.hpp"
#include "daemon/stats_service.hpp"
#include "daemon/time_param.hpp"
#include "daemon/what_if.hpp"

namespace llmr::daemon::handlers {
namespace {

constexpr std::int64_t kUsualQueries = 1000;
constexpr std::int64_t kMostQueries = 10'000;
/// A query has three attempts at most, and hardly ever more than one.
constexpr std::int64_t kMostRows = 2 * kMostQueries;

std::string_view why_not(const RequestContext& context) {
    if (context.admin) return {};
    return context.worker.admin_keys().required() ? "a key of LLM_ROUTER_ADMIN_KEYS is needed"
                                                  : "LLM_ROUTER_ADMIN_KEYS is not set";
}

Result<double> read_percent(std::string_view text) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() ||
        !(value >= 0 && value <= 100))
        return Error(Errc::invalid_parameter, "local_threshold must be a number from 0 to 100",
                     "local_threshold");
    return value;
}

struct ReplayQuestion {
    std::int64_t queries = kUsualQueries;
    WhatIf what_if;
};

Result<ReplayQuestion> read_question(const RequestContext& context) {
    auto params =
        parse_query(context.query, {"last", "local_threshold", "complexity_threshold", "model"});
    if (!params) return params.error();
    ReplayQuestion question;
    if (const auto text = param_at(*params, "last"); !text.empty()) {
        auto last = read_number(text, "last", 1, kMostQueries);
        if (!last) return last.error();
        question.queries = *last;
    }
    if (const auto text = param_at(*params, "local_threshold"); !text.empty()) {
        auto percent = read_percent(text);
        if (!percent) return percent.error();
        question.what_if.local_threshold = *percent;
    }
    if (const auto text = param_at(*params, "complexity_threshold"); !text.empty()) {
        auto cut = read_number(text, "complexity_threshold", 1, 10);
        if (!cut) return cut.error();
        question.what_if.complexity_threshold = static_cast<int>(*cut);
    }
    for (const std::string& one : split_list(param_at(*params, "model"))) {
        auto added = add_model(question.what_if, one, *context.worker.config(),
                               *context.worker.services().prices);
        if (!added) return added.error();
    }
    return question;
}

/// The last queries, from the newest row back. A query whose first rows are older still counts with
/// those that are read.
Result<RecordedQueries> last_queries(storage::LedgerReader& reader, std::int64_t wanted) {
    RecordedQueries recorded;
    storage::QueryFilter filter;
    filter.limit = static_cast<int>(std::min<std::int64_t>(wanted, 1000));
    std::int64_t rows = 0;
    while (static_cast<std::int64_t>(recorded.size()) < wanted && rows < kMostRows) {
        auto page = reader.recent(filter);
        if (!page) return page.error();
        for (const storage::AttemptRow& row : page->rows) {
            if (static_cast<std::int64_t>(recorded.size()) >= wanted) break;
            recorded.add(row);
        }
        rows += static_cast<std::int64_t>(page->rows.size());
        if (page->next_before_rowid == 0) break;
        filter.before_rowid = page->next_before_rowid;
    }
    return recorded;
}

net::Task<Result<std::string>> replayed(RequestContext& context) {
    auto question = read_question(context);
    if (!question) co_return question.error();
    Worker& worker = context.worker;
    StatsService::Render render =
        [question = std::move(*question), config = worker.config(),
         prices = worker.services().prices](storage::LedgerReader& reader) -> Result<std::string> {
        auto recorded = last_queries(reader, question.queries);
        if (!recorded) return recorded.error();
        return what_if_json(replay_what_if(*recorded, question.what_if, *config, *prices));
    };
    co_return co_await worker.services().stats->render(worker, std::move(render));
}

Result<std::string> changed(RequestContext& context) {
    auto change = read_tuning_change(context.body());
    if (!change) return change.error();
    const Services::TuningState state = context.worker.services().tune(*change);
    log::warn("routing tuned by key {}: LLM_LOCAL_THRESHOLD={:g} LLM_COMPLEXITY_THRESHOLD={}",
              context.key_id, state.running.local_threshold, state.running.complexity_threshold);
    return tuning_json(state.running, state.configured, {});
}

}  // namespace

net::Task<void> tuning(RequestContext& context) {
    const Services::TuningState state = context.worker.services().tune({});
    Reply reply = json_reply(tuning_json(state.running, state.configured, why_not(context)));
    co_await context.client.send(std::move(reply));
}

net::Task<void> tune(RequestContext& context) {
    auto body = changed(context);
    Reply reply = body ? json_reply(std::move(*body)) : error_reply(context.dialect, body.error());
    co_await context.client.send(std::move(reply));
}

net::Task<void> replay(RequestContext& context) {
    auto body = co_await replayed(context);
    Reply reply = body ? json_reply(std::move(*body)) : error_reply(context.dialect, body.error());
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
