#include "daemon/what_if.hpp"

#include <fmt/format.h>

#include "core/find_upstream.hpp"
#include "core/text.hpp"
#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

using routing::RecordedQuery;

/// Prices and names what a replayed query would have met.
class Models {
public:
    Models(const RecordedQueries& recorded, const WhatIf& what_if, const Config& config,
           const routing::PriceBook& prices)
        : recorded_(recorded), what_if_(what_if), config_(config), prices_(prices) {}

    std::optional<PicoUsd> price_outside(const RecordedQuery& query) const {
        const bool as_recorded = query.choice == routing::Choice::named ||
                                 what_if_.external_models.count(query.type) == 0;
        if (query.external && as_recorded) {
            if (query.cost_unknown) return std::nullopt;
            return query.cost;
        }
        const ExternalModel* const model = external_of(query.type);
        if (model == nullptr) return std::nullopt;
        const routing::Price* const price = price_of(*model, query.started_ms);
        if (price == nullptr) return std::nullopt;
        return routing::cost_of(query.usage, *price);
    }

    std::string name_of(const routing::ReplayedQuery& done) const {
        const RecordedQuery& query = *done.query;
        const std::string& recorded = recorded_.model_name(query.model);
        if (query.choice == routing::Choice::named) return recorded;
        if (done.external) {
            const bool other = done.moved || what_if_.external_models.count(query.type) > 0;
            const ExternalModel* const model = external_of(query.type);
            if (!other) return recorded;
            return model == nullptr ? "(no external model)" : model->model;
        }
        const auto asked = what_if_.local_models.find(query.type);
        if (asked != what_if_.local_models.end()) return asked->second;
        if (!done.moved) return recorded;
        const auto role = config_.role_models.find(query.type);
        return role == config_.role_models.end() ? "(local)" : role->second.model;
    }

private:
    const ExternalModel* external_of(QueryType type) const {
        const auto asked = what_if_.external_models.find(type);
        if (asked != what_if_.external_models.end()) return &asked->second;
        return config_.external_models.empty() ? nullptr : &config_.external_models.front();
    }

    const routing::Price* price_of(const ExternalModel& model, std::int64_t at_ms) const {
        if (const auto index = find_upstream(config_, model.upstream))
            return routing::find_price(prices_, config_, config_.upstreams[*index], model.model, {},
                                       at_ms);
        return prices_.find(model.model, model.upstream, at_ms);
    }

    const RecordedQueries& recorded_;
    const WhatIf& what_if_;
    const Config& config_;
    const routing::PriceBook& prices_;
};

/// provider/model of a configured external server, or one with a known price. Nothing: a local
/// name.
std::optional<ExternalModel> outside_model(const std::string& name, const Config& config,
                                           const routing::PriceBook& prices) {
    const std::size_t slash = name.find('/');
    if (slash == name.npos) return std::nullopt;
    const std::string provider = name.substr(0, slash);
    const std::string model = name.substr(slash + 1);
    if (const auto upstream = find_upstream(config, provider)) {
        if (config.upstreams[*upstream].locality == Locality::local) return std::nullopt;
        return ExternalModel{provider, model};
    }
    if (prices.find(model, provider) == nullptr) return std::nullopt;
    return ExternalModel{provider, model};
}

void add_notes(WhatIfReport& report, const Config& config) {
    auto& notes = report.notes;
    const auto& result = report.result;
    if (result.moved_to_external > 0 && config.external_models.empty())
        notes.emplace_back("no external model is configured: what would leave has no price");
    if (result.moved_to_external > 0)
        notes.emplace_back(
            "queries that move outside are priced by the tokens their local model counted");
    if (result.replayed.unpriced > 0)
        notes.push_back(fmt::format("{} queries have no known price and count nothing in the cost",
                                    result.replayed.unpriced));
    if (config.privacy == Privacy::local_only)
        notes.emplace_back(
            "LLM_PRIVACY=local-only keeps every query local, whatever is shown here");
    notes.emplace_back("the share begins empty; spend caps and conversations are not played again");
}

}  // namespace

Result<void> add_model(WhatIf& what_if, std::string_view assignment, const Config& config,
                       const routing::PriceBook& prices) {
    const auto fail = [&](std::string message) {
        return Error(Errc::invalid_parameter, std::move(message), "model");
    };
    const std::size_t mark = assignment.find('=');
    const std::string_view name = trim(assignment.substr(0, mark));
    const auto type = parse_query_type(name);
    if (!type) {
        std::string types;
        for (const QueryType known : kAllQueryTypes)
            types += (types.empty() ? "" : ", ") + std::string(to_string(known));
        return fail(fmt::format("\"{}\" is no type of query; known are {}", name, types));
    }
    const std::string model(mark == assignment.npos ? "" : trim(assignment.substr(mark + 1)));
    if (model.empty()) return fail(fmt::format("{}= names no model", name));
    const auto outside = outside_model(model, config, prices);
    if (!outside) {
        what_if.local_models[*type] = model;
        return {};
    }
    if (*type == QueryType::embedding || *type == QueryType::code)
        return fail(fmt::format("{} queries never leave, so {} cannot answer them", name, model));
    what_if.external_models[*type] = *outside;
    return {};
}

WhatIfReport replay_what_if(RecordedQueries& recorded, const WhatIf& what_if, Config config,
                            const routing::PriceBook& prices) {
    config.local_threshold = what_if.local_threshold.value_or(config.local_threshold);
    config.complexity_threshold =
        what_if.complexity_threshold.value_or(config.complexity_threshold);
    const Models models(recorded, what_if, config, prices);
    WhatIfReport report;
    report.local_threshold = config.local_threshold;
    report.complexity_threshold = config.complexity_threshold;
    report.result = routing::replay(
        recorded.queries(), config,
        [&](const RecordedQuery& query) { return models.price_outside(query); },
        [&](const routing::ReplayedQuery& done) {
            ++report.models[recorded.model_name(done.query->model)].recorded;
            ++report.models[models.name_of(done)].replayed;
        });
    add_notes(report, config);
    return report;
}

}  // namespace llmr::daemon
