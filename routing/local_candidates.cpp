#include "routing/local_candidates.hpp"

#include <algorithm>

#include "routing/role_ranking.hpp"

namespace llmr::routing {
namespace {

bool context_fits(const LocalModel& model, const LocalNeeds& needs) {
    return model.context_length == 0 || needs.input_tokens <= model.context_length;
}

/// The servers that have this model and can serve the needs.
std::vector<const LocalModel*> hosts_of(const LocalModel& model, const ModelCatalog& catalog,
                                        const LocalNeeds& needs) {
    std::vector<const LocalModel*> hosts;
    for (const LocalModel* host : catalog.find(model.name)) {
        if (can_fill(*host, needs.role) && unfit_because(*host, needs).empty()) {
            hosts.push_back(host);
        }
    }
    return hosts;
}

/// The first need, in the order vision, tools, context, that no model meets with those before it.
void explain_lack(const std::vector<const LocalModel*>& models, const LocalNeeds& needs,
                  LocalPick& pick) {
    bool sees = false;
    bool sees_and_calls = false;
    for (const LocalModel* model : models) {
        if (needs.images && !model->vision) continue;
        sees = true;
        if (needs.tools && !model->tools) continue;
        sees_and_calls = true;
        pick.longest_context = std::max(pick.longest_context, model->context_length);
    }
    pick.lack = !sees ? Lack::vision : !sees_and_calls ? Lack::tools : Lack::context;
}

}  // namespace

std::string unfit_because(const LocalModel& model, const LocalNeeds& needs) {
    if (needs.images && !model.vision) return "cannot see images";
    if (needs.tools && !model.tools) return "cannot call tools";
    if (!context_fits(model, needs)) {
        return "context of " + std::to_string(model.context_length) + " tokens is too short for " +
               std::to_string(needs.input_tokens);
    }
    return {};
}

LocalPick pick_local(const ModelCatalog& catalog, const LocalNeeds& needs) {
    LocalPick pick;
    const LocalModel* const own = catalog.role(needs.role).model;
    if (!own) {
        pick.lack = Lack::model;
        return pick;
    }
    std::vector<const LocalModel*> able{own};
    if (needs.role != QueryType::embedding) {
        const auto ranked = ranked_for_role(catalog.models(), needs.role);
        able.insert(able.end(), ranked.begin(), ranked.end());
    }
    for (const LocalModel* model : able) {
        if (model == own && pick.substitute) continue;
        pick.hosts = hosts_of(*model, catalog, needs);
        if (!pick.hosts.empty()) return pick;
        pick.passed_over.push_back({model, unfit_because(*model, needs)});
        pick.substitute = true;
    }
    pick.substitute = false;
    explain_lack(able, needs, pick);
    return pick;
}

}  // namespace llmr::routing
