#pragma once

#include <string>

#include "core/config.hpp"
#include "core/error.hpp"

namespace llmr::daemon::commands {

/// What /router/explain answers for a query.
struct Explained {
    std::string json;
    /// No router was running: the decision is that of one begun for this question, on the same
    /// upstreams, with an empty ledger.
    bool of_new_router = false;
};

/// Asks the router that runs at the configured address, or else one of its own. Blocks. Errors:
/// those of /router/explain; internal if neither can be asked.
Result<Explained> explain_query(const Config& config, const std::string& text,
                                const std::string& model);

}  // namespace llmr::daemon::commands
