#include "metrics/render.hpp"

#include <sstream>

#include <prometheus/text_serializer.h>

#include "metrics/families.hpp"
#include "metrics/openmetrics.hpp"

namespace llmr::metrics {

std::string render_text(const Shards& shards, const LedgerShard& ledger,
                        const std::vector<std::string>& upstreams, const std::string& version,
                        const Gauges& gauges, Format format) {
    Families families(shards);
    add_queries(families);
    add_attempts(families, upstreams);
    add_tokens_and_cost(families, upstreams);
    add_answers(families);
    add_durations(families);
    add_http(families);
    add_share(families, gauges);
    add_budgets(families, gauges);
    add_load(families, gauges);
    add_upstreams(families, upstreams, gauges);
    add_breakers(families, upstreams, gauges);
    add_ledger(families, gauges);
    add_ledger_commits(families, ledger);
    families.gauges("llm_router_build_info", "Always 1; the version is the label");
    families.value(1.0, {{"version", version}});
    add_process(families);
    if (format == Format::openmetrics) return openmetrics_text(families.all());
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families.all());
    return std::move(out).str();
}

}  // namespace llmr::metrics
