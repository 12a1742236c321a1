#include "daemon/power_meter.hpp"

#include <chrono>
#include <fstream>

#include <doctest/doctest.h>

#include "core/ids.hpp"

using namespace llmr;
using namespace llmr::daemon;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr SteadyTime kStart{1000s};

/// A directory in the shape of /sys/class/powercap.
class Powercap {
public:
    Powercap() : path(fs::temp_directory_path() / ("llm-router-rapl-" + random_alnum(12))) {
        fs::create_directories(path);
    }
    ~Powercap() { fs::remove_all(path); }
    void set(const std::string& zone, std::int64_t microjoules,
             std::int64_t range = 1'000'000'000) {
        fs::create_directories(path / zone);
        std::ofstream(path / zone / "energy_uj") << microjoules << "\n";
        std::ofstream(path / zone / "max_energy_range_uj") << range << "\n";
    }
    PowerMeter meter() const { return PowerMeter({path, ""}); }

    fs::path path;
};

}  // namespace

TEST_SUITE("power meter") {
    TEST_CASE("processor packages add up, their parts are not counted twice") {
        Powercap zones;
        zones.set("intel-rapl:0", 5'000'000);
        zones.set("intel-rapl:1", 100);
        zones.set("intel-rapl:0:0", 1);
        PowerMeter meter = zones.meter();
        CHECK(meter.available());
        CHECK_FALSE(meter.milliwatts(kStart).has_value());
        zones.set("intel-rapl:0", 5'000'000 + 90'000'000);
        zones.set("intel-rapl:1", 100 + 10'000'000);
        zones.set("intel-rapl:0:0", 900'000'000);
        CHECK(meter.milliwatts(kStart + 2s) == 50'000);
    }

    TEST_CASE("a counter that begins again is no loss") {
        Powercap zones;
        zones.set("intel-rapl:0", 999'000'000);
        PowerMeter meter = zones.meter();
        CHECK_FALSE(meter.milliwatts(kStart).has_value());
        zones.set("intel-rapl:0", 4'000'000);
        CHECK(meter.milliwatts(kStart + 1s) == 5'000);
    }

    TEST_CASE("without counters there is nothing to measure with") {
        Powercap zones;
        PowerMeter meter = zones.meter();
        CHECK_FALSE(meter.available());
        CHECK_FALSE(meter.milliwatts(kStart).has_value());
        CHECK_FALSE(PowerMeter({"/nowhere", "libno-such-library.so"}).available());
    }

    TEST_CASE("graphics cards are asked through NVIDIA's library") {
        Powercap zones;
        PowerMeter meter({zones.path, LLMR_FAKE_NVML});
        CHECK(meter.available());
        CHECK(meter.milliwatts(kStart) == 220'500);
    }
}
