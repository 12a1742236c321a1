#pragma once

#include <string>

#include "core/local_only.hpp"
#include "daemon/query/decide.hpp"
#include "daemon/services.hpp"

namespace llmr::daemon {

/// The answer of /router/explain: what was seen in the query, what follows from it, the state of
/// the allowance, and every candidate with its reason. The plan has at least one candidate.
std::string explanation(const Decision& decision, const Services& services, const Config& config,
                        LocalOnly local_only);

}  // namespace llmr::daemon
