#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"
#include "daemon/recorded_queries.hpp"
#include "routing/price_book.hpp"
#include "routing/replay.hpp"

namespace llmr::daemon {

/// The settings to replay recorded queries by; what is not given stays as it is configured.
struct WhatIf {
    std::optional<double> local_threshold;
    std::optional<int> complexity_threshold;
    /// TYPE=MODEL: provider/model answers the external queries of that type, any other name its
    /// local ones.
    std::map<QueryType, ExternalModel> external_models;
    std::map<QueryType, std::string> local_models;
};

/// Reads "TYPE=MODEL" into `what_if`; provider/model is external if that provider is configured as
/// such, or if the model has a price. Errors (invalid_parameter): no such type, no model, an
/// external model for a type that never leaves.
Result<void> add_model(WhatIf& what_if, std::string_view assignment, const Config& config,
                       const routing::PriceBook& prices);

struct WhatIfReport {
    struct Model {
        std::int64_t recorded = 0;  ///< queries it answered
        std::int64_t replayed = 0;  ///< queries it would have answered
    };
    double local_threshold = 0;
    int complexity_threshold = 0;
    routing::ReplayResult result;
    std::map<std::string, Model> models;
    std::vector<std::string> notes;  ///< what the figures leave out, in words
};

/// Replays `recorded` (which it sorts) by `config` with the changes of `what_if`. Pure.
WhatIfReport replay_what_if(RecordedQueries& recorded, const WhatIf& what_if, Config config,
                            const routing::PriceBook& prices);

/// The body of GET /router/replay. Money is exact decimal USD.
std::string what_if_json(const WhatIfReport& report);
/// The same as a table for people.
std::string what_if_text(const WhatIfReport& report);

}  // namespace llmr::daemon
