#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"

namespace llmr::daemon {

/// A listening socket that the process was started with. Whoever passed it keeps it open as well,
/// so connections wait in it while no router runs.
struct PassedSocket {
    int descriptor = -1;
    ListenAddress address;
};

/// What LISTEN_FDS and LISTEN_PID of `environment` give to process `self` by sd_listen_fds(3):
/// nothing if they are not there or meant for another process. Errors (invalid_parameter): the
/// variables are malformed, or a descriptor is not a listening TCP socket.
Result<std::vector<PassedSocket>> passed_sockets(const Environment& environment, pid_t self);

/// Their addresses, as LLM_ROUTER_LISTEN would name them.
std::string addresses_of(const std::vector<PassedSocket>& sockets);

}  // namespace llmr::daemon
