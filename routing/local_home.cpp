#include "routing/local_home.hpp"

#include <algorithm>

#include "routing/plan_parts.hpp"

namespace llmr::routing {
namespace {

const LocalModel* installed(const ModelPlace& place, const ModelCatalog& catalog) {
    for (const LocalModel* host : catalog.find(place.model)) {
        const bool same = host->upstream_index == place.upstream_index && host->name == place.model;
        if (same && host->locality == Locality::local && host->completion) return host;
    }
    return nullptr;
}

}  // namespace

Candidate home_candidate(const ConversationHome& home, const RouteContext& context) {
    const std::string why = "the conversation is with it";
    if (const LocalModel* const model = installed(home.place, context.catalog)) {
        return candidate_of(*model, context, why);
    }
    Candidate candidate;
    candidate.upstream = upstream_name(context, home.place.upstream_index);
    candidate.upstream_index = home.place.upstream_index;
    candidate.model = home.place.model;
    candidate.locality = home.locality;
    candidate.why = why;
    return candidate;
}

std::string why_leaves_local(const ConversationHome& home, int complexity, const LocalNeeds& needs,
                             const std::vector<Candidate>& locals, const RouteContext& context) {
    if (complexity >= home.complexity + kComplexityRise) {
        return "complexity rose from " + std::to_string(home.complexity) + " to " +
               std::to_string(complexity);
    }
    const LocalModel* const model = installed(home.place, context.catalog);
    const bool otherwise = std::any_of(locals.begin(), locals.end(), [&](const Candidate& local) {
        return local.upstream_index == home.place.upstream_index && local.model == home.place.model;
    });
    if (model == nullptr && !otherwise) return "it is not installed any more";
    if (model != nullptr) {
        if (const std::string unfit = unfit_because(*model, needs); !unfit.empty()) {
            return unfit;
        }
    }
    return is_healthy(context, home_candidate(home, context)) ? "" : "it is failing";
}

}  // namespace llmr::routing
