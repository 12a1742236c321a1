#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/config.hpp"

namespace llmr::daemon {

/// The settings that may be changed while the router runs, until it restarts or reloads.
struct Tuning {
    double local_threshold = 95;   ///< LLM_LOCAL_THRESHOLD
    int complexity_threshold = 7;  ///< LLM_COMPLEXITY_THRESHOLD
    bool operator==(const Tuning&) const = default;
};

inline Tuning tuning_of(const Config& config) {
    return {config.local_threshold, config.complexity_threshold};
}
/// `config` with these values.
Config tuned(Config config, const Tuning& tuning);

/// A request to change them; what is not given stays.
struct TuningChange {
    std::optional<double> local_threshold;
    std::optional<int> complexity_threshold;
    bool reset = false;  ///< first back to what is configured

    Tuning applied_to(const Tuning& running, const Tuning& configured) const;
};
/// {"local_threshold", "complexity_threshold", "reset"}. Errors: invalid_json;
/// unsupported_parameter for another member; invalid_parameter out of range; missing_parameter if
/// nothing is asked.
Result<TuningChange> read_tuning_change(std::string_view body);

/// The body of GET /router/tuning. `why_not`: why this caller may not change it; empty if it may.
std::string tuning_json(const Tuning& running, const Tuning& configured, std::string_view why_not);

}  // namespace llmr::daemon
