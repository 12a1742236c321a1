#include <map>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "routing/price_file.hpp"
#include "routing/price_seller.hpp"
#include "storage/recost_store.hpp"
#include "storage/row_scan.hpp"

namespace llmr::daemon::commands {
namespace {

using storage::AttemptRow;
using storage::Recost;

/// The class of service that a row was billed at. Rows from a spill file of an older version say it
/// in their price_id alone.
ServiceTier service_of(const AttemptRow& row) {
    if (!row.service_tier.empty()) return parse_service_tier(row.service_tier);
    for (const ServiceTier service :
         {ServiceTier::batch, ServiceTier::flex, ServiceTier::priority}) {
        const std::string mark = ";tier=" + std::string(to_string(service));
        if (row.price_id.find(mark) != row.price_id.npos) return service;
    }
    return ServiceTier::standard;
}

/// The upstream as it is configured now; one that is not any more has its name only.
UpstreamConfig upstream_of(const AttemptRow& row, const Config& config) {
    for (const UpstreamConfig& upstream : config.upstreams) {
        if (upstream.name == row.upstream) return upstream;
    }
    UpstreamConfig gone;
    gone.name = row.upstream;
    return gone;
}

/// The one place that says what a row costs by the prices known today for its day. Local answers
/// cost nothing, and neither do attempts of which no token is known; both stay as they are, and so
/// do worst cases.
std::optional<Recost> priced_again(const AttemptRow& row, const routing::PriceBook& prices,
                                   const Config& config) {
    const bool stated = row.price_id.starts_with("stated:");  // the seller's own word stands
    // The tokens behind a worst case are not in the row: the bound stays what it was.
    if (row.status == AttemptStatus::open || row.locality == Locality::local || stated ||
        row.cost_worst_case || row.usage.source == UsageSource::none)
        return std::nullopt;
    Recost recost{row.request_id, row.attempt, {}, {}, {}, {}};
    const ServiceTier service = service_of(row);
    const std::int64_t input = row.usage.input_total();
    const routing::Price* const price = routing::find_price(
        prices, config, upstream_of(row, config), row.model, row.model_served, row.started_ms);
    if (price != nullptr) {
        recost.cost = routing::cost_of(row.usage, *price, service);
        if (recost.cost) recost.price_id = routing::price_id(*price, service, input);
    }
    const std::string baseline_model = row.baseline_id.substr(0, row.baseline_id.find(';'));
    const auto* baseline =
        baseline_model.empty() ? nullptr : prices.find(baseline_model, {}, row.started_ms);
    if (baseline != nullptr) {
        recost.baseline = routing::cost_of(row.usage, *baseline);
        recost.baseline_id = routing::price_id(*baseline, ServiceTier::standard, input);
    }
    return recost;
}

struct ModelDifference {
    std::int64_t attempts = 0;
    std::int64_t changed = 0;
    std::int64_t newly_priced = 0;  ///< had no price when they were billed
    std::int64_t still_unknown = 0;
    PicoUsd billed = 0;
    PicoUsd recosted = 0;

    void add(const AttemptRow& row, const Recost& recost) {
        ++attempts;
        changed += row.cost != recost.cost;
        newly_priced += !row.cost && recost.cost;
        still_unknown += !recost.cost;
        billed += row.cost.value_or(0);
        recosted += recost.cost.value_or(0);
    }
};

std::string signed_usd(PicoUsd amount) {
    return (amount > 0 ? "+" : "") + format_usd(amount);
}

void print_differences(const std::map<std::string, ModelDifference>& models) {
    fmt::print("{:<32}{:>10}{:>10}{:>16}{:>16}{:>16}\n", "Model", "attempts", "changed", "billed",
               "by today", "difference");
    ModelDifference all;
    for (const auto& [name, model] : models) {
        fmt::print("{:<32}{:>10}{:>10}{:>16}{:>16}{:>16}\n", name, model.attempts, model.changed,
                   "$" + format_usd(model.billed), "$" + format_usd(model.recosted),
                   signed_usd(model.recosted - model.billed));
        if (model.newly_priced + model.still_unknown > 0)
            fmt::print("{:<32}{} had no price, {} have none yet\n", "",
                       model.newly_priced + model.still_unknown, model.still_unknown);
        all.billed += model.billed;
        all.recosted += model.recosted;
    }
    fmt::print("Billed ${}, by today's prices ${}: {}\n", format_usd(all.billed),
               format_usd(all.recosted), signed_usd(all.recosted - all.billed));
}

}  // namespace

int recost(const RecostOptions& options) {
    const auto config = load_with_ledger();
    if (!config) return kExitConfig;
    RangeOptions wanted;
    wanted.since = options.since;
    const auto when = range_of(wanted);
    if (!when) {
        fmt::print(stderr, "--since: {}\n", when.error().message);
        return kExitUsage;
    }
    std::optional<storage::RecostStore> store;
    if (!options.dry_run) {
        auto opened = storage::RecostStore::open(config->db_path);
        if (!opened) {
            fmt::print(stderr, "{}\n", opened.error().message);
            return kExitFailure;
        }
        store.emplace(std::move(*opened));
    }
    const auto prices = routing::load_prices(config->prices_file);
    if (!prices) {
        fmt::print(stderr, "error: LLM_PRICES_FILE: {}\n", prices.error().message);
        return kExitConfig;
    }
    const std::int64_t now = utc_ms();
    std::map<std::string, ModelDifference> models;
    std::optional<Error> failed;
    auto done =
        storage::scan_rows(config->db_path, when->range, [&](const storage::RowBatch& batch) {
            std::vector<Recost> recosts;
            for (const AttemptRow& row : batch.rows) {
                auto recost = priced_again(row, *prices, *config);
                if (!recost) continue;
                models[row.model].add(row, *recost);
                recosts.push_back(std::move(*recost));
            }
            if (!store || recosts.empty()) return true;
            if (auto written = store->write(recosts, now); !written) failed = written.error();
            return !failed;
        });
    if (!done) failed = done.error();
    if (failed) {
        fmt::print(stderr, "{}\n", failed->message);
        return kExitFailure;
    }
    print_differences(models);
    return kExitOk;
}

}  // namespace llmr::daemon::commands
