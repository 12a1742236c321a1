#include "daemon/power_meter.hpp"

#include <algorithm>
#include <dlfcn.h>
#include <fstream>

namespace llmr::daemon {
namespace fs = std::filesystem;
namespace {

std::optional<std::int64_t> read_number(const fs::path& path) {
    std::ifstream file(path);
    std::int64_t value = 0;
    if (!(file >> value)) return std::nullopt;
    return value;
}

/// "intel-rapl:0" is a package; "intel-rapl:0:1" is a part of one and counted there.
bool is_package(const std::string& name) {
    constexpr std::string_view kPrefix = "intel-rapl:";
    return name.starts_with(kPrefix) && name.find(':', kPrefix.size()) == name.npos;
}

}  // namespace

/// The few functions needed of a library that most machines do not have.
class PowerMeter::Nvml {
public:
    static std::unique_ptr<Nvml> load(const std::string& name) {
        if (name.empty()) return nullptr;
        void* const library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) return nullptr;
        auto nvml = std::make_unique<Nvml>(library);
        return nvml->devices_.empty() ? nullptr : std::move(nvml);
    }

    explicit Nvml(void* library) : library_(library) {
        const auto init = find<int (*)()>("nvmlInit_v2");
        const auto count = find<int (*)(unsigned*)>("nvmlDeviceGetCount_v2");
        const auto device = find<int (*)(unsigned, Device*)>("nvmlDeviceGetHandleByIndex_v2");
        power_ = find<int (*)(Device, unsigned*)>("nvmlDeviceGetPowerUsage");
        if (!init || !count || !device || !power_ || init() != 0) return;
        unsigned devices = 0;
        if (count(&devices) != 0) return;
        for (unsigned i = 0; i < devices; ++i) {
            Device handle = nullptr;
            if (device(i, &handle) == 0) devices_.push_back(handle);
        }
    }
    ~Nvml() { dlclose(library_); }
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;

    std::optional<std::int64_t> milliwatts() const {
        std::int64_t sum = 0;
        bool any = false;
        for (Device device : devices_) {
            unsigned now = 0;
            if (power_(device, &now) != 0) continue;
            sum += now;
            any = true;
        }
        return any ? std::optional(sum) : std::nullopt;
    }

private:
    using Device = void*;

    template <class Function>
    Function find(const char* name) const {
        return reinterpret_cast<Function>(dlsym(library_, name));
    }

    void* library_;
    int (*power_)(Device, unsigned*) = nullptr;
    std::vector<Device> devices_;
};

PowerMeter::PowerMeter(const Sources& sources) : nvml_(Nvml::load(sources.nvml)) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(sources.powercap, ignored)) {
        if (!is_package(entry.path().filename().string())) continue;
        Package package;
        package.counter = entry.path() / "energy_uj";
        package.range = read_number(entry.path() / "max_energy_range_uj").value_or(0);
        if (read_number(package.counter)) packages_.push_back(std::move(package));
    }
}

PowerMeter::~PowerMeter() = default;

bool PowerMeter::available() const {
    return !packages_.empty() || nvml_ != nullptr;
}

std::optional<std::int64_t> PowerMeter::milliwatts(SteadyTime now) {
    const auto packages = package_milliwatts(now);
    const auto cards = nvml_ ? nvml_->milliwatts() : std::nullopt;
    if (!packages && !cards) return std::nullopt;
    return packages.value_or(0) + cards.value_or(0);
}

std::optional<std::int64_t> PowerMeter::package_milliwatts(SteadyTime now) {
    const std::int64_t elapsed_us = micros_between(last_, now);
    last_ = now;
    std::int64_t microjoules = 0;
    bool measured = false;
    for (Package& package : packages_) {
        const auto count = read_number(package.counter);
        if (count && package.last) {
            const std::int64_t gone = *count - *package.last;
            microjoules += gone >= 0 ? gone : gone + package.range;
            measured = true;
        }
        package.last = count;
    }
    if (!measured || elapsed_us <= 0) return std::nullopt;
    return std::max<std::int64_t>(microjoules, 0) * 1000 / elapsed_us;  // uJ per us are watts
}

}  // namespace llmr::daemon
