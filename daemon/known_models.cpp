#include "daemon/known_models.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/find_upstream.hpp"
#include "daemon/privacy.hpp"
#include "routing/model_name.hpp"

namespace llmr::daemon {
namespace {

/// What a virtual model can promise: the largest window an installed chat model offers.
std::int64_t largest_context(const routing::ModelCatalog& catalog) {
    std::int64_t largest = 4096;
    for (const routing::LocalModel& model : catalog.models()) {
        if (model.completion) largest = std::max(largest, model.context_length);
    }
    return largest;
}

bool any_sees(const routing::ModelCatalog& catalog) {
    const auto& models = catalog.models();
    return std::any_of(models.begin(), models.end(), [](const routing::LocalModel& model) {
        return model.completion && model.vision;
    });
}

/// An entry for what is not installed, without its name.
providers::ModelEntry virtual_entry(Worker& worker) {
    const routing::ModelCatalog& catalog = worker.landscape()->catalog;
    providers::ModelEntry entry;
    entry.owned_by = "llm-router";
    entry.modified_ms = worker.services().started_ms;
    entry.context_length = largest_context(catalog);
    if (any_sees(catalog)) entry.capabilities.emplace_back("vision");
    return entry;
}

providers::ModelEntry installed_entry(const routing::LocalModel& model) {
    providers::ModelEntry entry;
    entry.name = model.name;
    entry.owned_by = "library";
    entry.modified_ms = model.modified_ms;
    entry.tags_json = model.tags_json;
    return entry;
}

/// Models of servers other than Ollama, under the names that clients can ask for.
void add_external(Worker& worker, std::vector<providers::ModelEntry>& entries) {
    const Config& config = *worker.config();
    std::vector<ExternalModel> models = config.external_models;
    if (config.embedding_model) models.push_back(*config.embedding_model);
    for (const ExternalModel& model : models) {
        const auto index = find_upstream(config, model.upstream);
        if (!index || is_barred(config, config.upstreams[*index])) continue;
        providers::ModelEntry entry;
        entry.name = model.upstream + "/" + model.model;
        entry.owned_by = provider_of(config.upstreams[*index]).name;
        entry.modified_ms = worker.services().started_ms;
        if (config.embedding_model == model) entry.capabilities = {"embedding"};
        entries.push_back(std::move(entry));
    }
}

/// auto-embedding does nothing else, and clients offer for chats what says it completes.
void set_embedding(providers::ModelEntry& entry) {
    const auto meant = routing::virtual_type(entry.name);
    if (meant == QueryType::embedding) entry.capabilities = {"embedding"};
}

}  // namespace

std::vector<providers::ModelEntry> listed_models(Worker& worker) {
    std::vector<providers::ModelEntry> entries;
    const providers::ModelEntry virtual_model = virtual_entry(worker);
    for (std::string& name : routing::virtual_models()) {
        entries.push_back(virtual_model);
        entries.back().name = std::move(name);
        set_embedding(entries.back());
    }
    std::set<std::string> seen;
    for (const routing::LocalModel& model : worker.landscape()->catalog.models()) {
        if (seen.insert(model.name).second) entries.push_back(installed_entry(model));
    }
    add_external(worker, entries);
    return entries;
}

Result<providers::ModelEntry> known_model(Worker& worker, std::string_view name) {
    const routing::ModelCatalog& catalog = worker.landscape()->catalog;
    const auto meant =
        routing::interpret_model(name, *worker.config(), catalog, *worker.services().prices);
    if (!meant) return meant.error();
    const auto installed = catalog.find(meant->exact_model);
    providers::ModelEntry entry = meant->exact_model.empty() || installed.empty()
                                      ? virtual_entry(worker)
                                      : installed_entry(*installed.front());
    entry.name = name;
    set_embedding(entry);
    return entry;
}

}  // namespace llmr::daemon
