#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"
#include "core/types.hpp"
#include "routing/local_model.hpp"

namespace llmr::routing {

/// Which model fills a role, and why if it is not the default.
struct RoleChoice {
    const LocalModel* model = nullptr;  ///< null: nothing installed can fill the role
    bool replaced = false;              ///< the default was missing
    std::string note;                   ///< for the log and /health when replaced or unfilled
};

/// An immutable snapshot of what is installed everywhere. Thread-safe to read; replaced as a whole
/// by discovery. Can be moved but not copied: roles point into the models.
class ModelCatalog {
public:
    ModelCatalog() = default;
    /// Resolves the roles of `config`. A model the operator named and that is missing (or cannot do
    /// the work of the role) is listed in errors(), with the nearest names, and its role stays
    /// unfilled: nothing else is served in its name. Contexts are those that may be used here
    /// (LLM_NUM_CTX_MAX). Models on an upstream that computes elsewhere
    /// count as external.
    ModelCatalog(std::vector<LocalModel> models, const Config& config);
    ModelCatalog(ModelCatalog&&) = default;
    ModelCatalog& operator=(ModelCatalog&&) = default;
    ModelCatalog(const ModelCatalog&) = delete;
    ModelCatalog& operator=(const ModelCatalog&) = delete;
    ~ModelCatalog() = default;

    const std::vector<LocalModel>& models() const { return models_; }
    /// By name: tag defaults to latest, case-insensitive, "library/" does not matter. Several
    /// servers may have it: all of them, local ones first, then those that hold it in memory.
    std::vector<const LocalModel*> find(std::string_view name) const;
    const RoleChoice& role(QueryType type) const;
    const std::vector<std::string>& errors() const { return errors_; }
    /// Names of what is installed, each once, sorted.
    std::vector<std::string> names() const;

private:
    RoleChoice resolve(QueryType type, const RoleModel& wanted);

    std::vector<LocalModel> models_;
    std::vector<std::string> keys_;  ///< canonical names, in the order of models_
    std::map<QueryType, RoleChoice> roles_;
    std::vector<std::string> errors_;
};

}  // namespace llmr::routing
