#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <sys/types.h>

#include "core/config.hpp"

namespace llmr::daemon::systemd {

/// sd_notify; does nothing when not started by systemd.
void ready(std::string_view status);
void reloading();
void stopping();
/// For the watchdog.
void alive();

/// The time within which `alive` must be said again, by WATCHDOG_USEC and WATCHDOG_PID; nothing: no
/// watchdog waits for process `self`.
std::optional<std::chrono::microseconds> watchdog_time(const Environment& environment, pid_t self);

}  // namespace llmr::daemon::systemd
