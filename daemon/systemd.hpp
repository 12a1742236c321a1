#pragma once

#include <string_view>

namespace llmr::daemon::systemd {

/// sd_notify; does nothing when not started by systemd.
void ready(std::string_view status);
void reloading();
void stopping();

}  // namespace llmr::daemon::systemd
