#include "routing/model_catalog.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/text.hpp"
#include "routing/model_tag.hpp"
#include "routing/role_ranking.hpp"

namespace llmr::routing {
namespace {

std::string variable_of(QueryType type) {
    std::string name = "LLM_MODEL_";
    for (const char c : to_string(type)) {
        name += c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    }
    return name;
}

std::string join(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Why an installed model cannot do the work of a role.
std::string inability(const LocalModel& model, QueryType type) {
    if (model.locality == Locality::external) return "is not computed locally";
    return type == QueryType::embedding ? "cannot embed" : "cannot complete text";
}

}  // namespace

ModelCatalog::ModelCatalog(std::vector<LocalModel> models, const Config& config)
    : models_(std::move(models)) {
    for (LocalModel& model : models_) {
        const bool known = model.upstream_index < config.upstreams.size();
        if (known && config.upstreams[model.upstream_index].locality == Locality::external) {
            model.locality = Locality::external;
        }
        if (model.locality == Locality::local && model.completion)
            model.context_length = std::min<std::int64_t>(model.context_length, config.num_ctx_max);
        keys_.push_back(canonical_name(model.name));
    }
    for (const QueryType type : kAllQueryTypes) {
        const auto wanted = config.role_models.find(type);
        const RoleModel none;
        roles_[type] = resolve(type, wanted == config.role_models.end() ? none : wanted->second);
    }
}

RoleChoice ModelCatalog::resolve(QueryType type, const RoleModel& wanted) {
    RoleChoice choice;
    const auto first_able = [type](const std::vector<const LocalModel*>& hosts) {
        const auto able = std::find_if(hosts.begin(), hosts.end(), [type](const LocalModel* host) {
            return can_fill(*host, type);
        });
        return able == hosts.end() ? nullptr : *able;
    };
    const std::vector<const LocalModel*> same_name = find(wanted.model);
    choice.model = first_able(same_name);
    if (choice.model) return choice;
    const std::string role(to_string(type));
    std::string fault = wanted.model.empty() ? "no model is configured" : wanted.model + " ";
    if (!wanted.model.empty()) {
        fault += same_name.empty() ? "is not installed" : inability(*same_name.front(), type);
    }
    if (wanted.named_by_operator) {
        const std::vector<std::string> nearest = nearest_names(wanted.model, names());
        std::string error = variable_of(type) + ": " + fault;
        if (same_name.empty() && !nearest.empty()) error += "; nearest: " + join(nearest);
        choice.note = std::move(error);
        errors_.push_back(choice.note);
        return choice;
    }
    const std::vector<const LocalModel*> ranked = ranked_for_role(models_, type);
    if (ranked.empty()) {
        choice.note = fault + "; nothing installed can stand in for " + role;
        return choice;
    }
    choice.model = first_able(find(ranked.front()->name));
    choice.replaced = true;
    choice.note = fault + "; using " + choice.model->name + " for " + role;
    return choice;
}

std::vector<const LocalModel*> ModelCatalog::find(std::string_view name) const {
    const std::string wanted = canonical_name(name);
    std::vector<const LocalModel*> found;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        if (keys_[i] == wanted) found.push_back(&models_[i]);
    }
    std::stable_sort(found.begin(), found.end(), [](const LocalModel* a, const LocalModel* b) {
        return std::make_tuple(a->locality, !a->resident, a->upstream_index) <
               std::make_tuple(b->locality, !b->resident, b->upstream_index);
    });
    return found;
}

const RoleChoice& ModelCatalog::role(QueryType type) const {
    static const RoleChoice kUnknown{nullptr, false, "no local models are known"};
    const auto found = roles_.find(type);
    return found == roles_.end() ? kUnknown : found->second;
}

std::vector<std::string> ModelCatalog::names() const {
    std::vector<std::string> result;
    for (const LocalModel& model : models_)
        result.push_back(model.name);
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

}  // namespace llmr::routing
