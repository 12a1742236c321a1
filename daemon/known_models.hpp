#pragma once

#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "daemon/worker.hpp"
#include "providers/models.hpp"

namespace llmr::daemon {

/// What model lists show: virtual models first, then what is installed, each name once.
std::vector<providers::ModelEntry> listed_models(Worker& worker);

/// A model that a query may name: listed, `provider/model` of an upstream, or a priced name. Its
/// entry has the name as it was asked for; `tags_json` is set if it is installed.
/// Error: model_not_found with the nearest names.
Result<providers::ModelEntry> known_model(Worker& worker, std::string_view name);

}  // namespace llmr::daemon
