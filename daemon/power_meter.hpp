#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"

namespace llmr::daemon {

/// The power this machine draws, as far as it measures it: RAPL counters of the processor packages
/// (Intel and AMD, readable by root or by who was given the right) and NVIDIA's management library
/// (https://docs.nvidia.com/deploy/nvml-api). One thread.
class PowerMeter {
public:
    struct Sources {
        std::filesystem::path powercap = "/sys/class/powercap";
        std::string nvml = "libnvidia-ml.so.1";  ///< loaded at run time; empty: not asked
    };
    explicit PowerMeter(const Sources& sources);
    ~PowerMeter();

    /// Whether there is anything to measure with.
    bool available() const;
    /// The average since the call before for processors, the power now for graphics cards. Nothing
    /// on the first call where it takes two, and where nothing can be read any more.
    std::optional<std::int64_t> milliwatts(SteadyTime now);

private:
    class Nvml;
    /// A package's counter of microjoules, which begins again at `range`.
    struct Package {
        std::filesystem::path counter;
        std::int64_t range = 0;
        std::optional<std::int64_t> last;
    };
    std::optional<std::int64_t> package_milliwatts(SteadyTime now);

    std::vector<Package> packages_;
    SteadyTime last_{};
    std::unique_ptr<Nvml> nvml_;
};

}  // namespace llmr::daemon
