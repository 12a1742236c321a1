#include "daemon/systemd.hpp"

#include <charconv>
#include <cstdint>
#include <ctime>
#include <dlfcn.h>
#include <string>

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "core/config.hpp"
#include "core/log.hpp"

namespace llmr::daemon::systemd {
namespace {

using Notify = decltype(&sd_notify);

/// libsystemd is loaded only by a service: it and the libraries it needs are a MiB that nobody else
/// has to carry.
Notify load_notify() {
    if (!process_environment().contains("NOTIFY_SOCKET")) return nullptr;
    void* const library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        log::warn("systemd waits to be told that this service is ready, but {}", dlerror());
        return nullptr;
    }
    return reinterpret_cast<Notify>(dlsym(library, "sd_notify"));
}

void notify(const std::string& state) {
    static const Notify send = load_notify();
    if (send != nullptr) send(0, state.c_str());
}

}  // namespace

void ready(std::string_view status) {
    notify(fmt::format("READY=1\nSTATUS={}", status));
}

void reloading() {
    std::timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long micros = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
    notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", micros));
}

void stopping() {
    notify("STOPPING=1");
}

void alive() {
    notify("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> watchdog_time(const Environment& environment, pid_t self) {
    const auto number = [&](const char* name) -> std::optional<std::int64_t> {
        const auto found = environment.find(name);
        if (found == environment.end()) return std::nullopt;
        const std::string& text = found->second;
        std::int64_t value = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (fault != std::errc() || end != text.data() + text.size()) return 0;
        return value;
    };
    const auto micros = number("WATCHDOG_USEC");
    if (!micros || *micros <= 0 || number("WATCHDOG_PID").value_or(self) != self)
        return std::nullopt;
    return std::chrono::microseconds(*micros);
}

}  // namespace llmr::daemon::systemd
