#pragma once

#include "storage/attempt_row.hpp"

namespace llmr::storage {

/// Calls `visit(name, member)` for every column of table `attempts` that an AttemptRow holds, in
/// the order of the statements. The one list: SQL, binding, reading and the spill file use it.
template <class Row, class Visitor>
void visit_columns(Row& row, Visitor&& visit) {
    visit("request_id", row.request_id);
    visit("attempt", row.attempt);
    visit("decision_seq", row.decision_seq);
    visit("started_ms", row.started_ms);
    visit("status", row.status);
    visit("is_final", row.final);
    visit("query_local", row.query_local);
    visit("upstream", row.upstream);
    visit("model", row.model);
    visit("model_asked", row.model_asked);
    visit("model_served", row.model_served);
    visit("locality", row.locality);
    visit("dialect", row.dialect);
    visit("operation", row.operation);
    visit("stream", row.stream);
    visit("type", row.type);
    visit("complexity", row.complexity);
    visit("score", row.score);
    visit("reason", row.reason);
    visit("fallback", row.fallback);
    visit("simulated", row.simulated);
    visit("key_id", row.key_id);
    visit("session", row.session);
    visit("input_uncached", row.usage.input_uncached);
    visit("cache_read", row.usage.cache_read);
    visit("cache_write", row.usage.cache_write);
    visit("cache_write_1h", row.usage.cache_write_1h);
    visit("output_visible", row.usage.output_visible);
    visit("reasoning", row.usage.reasoning);
    visit("usage_source", row.usage.source);
    visit("cost", row.cost);
    visit("cost_worst_case", row.cost_worst_case);
    visit("service_tier", row.service_tier);
    visit("price_id", row.price_id);
    visit("baseline", row.baseline);
    visit("baseline_id", row.baseline_id);
    visit("energy_cost", row.energy);
    visit("queue_us", row.queue_us);
    visit("load_us", row.load_us);
    visit("num_ctx", row.num_ctx);
    visit("truncated", row.truncated);
    visit("ttft_us", row.ttft_us);
    visit("total_us", row.total_us);
    visit("router_us", row.router_us);
    visit("http_upstream", row.http_upstream);
    visit("http_client", row.http_client);
    visit("finish_reason", row.finish_reason);
    visit("error_code", row.error_code);
}

}  // namespace llmr::storage
