#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/config.hpp"
#include "core/error.hpp"

namespace llmr::daemon::commands {

/// Posts JSON to a router, with the first client key if there are any. The answer's body, or the
/// router's own error; nothing if nobody listens there. Blocks up to 20 s.
std::optional<Result<std::string>> ask_router(const ListenAddress& address, const Config& config,
                                              const std::string& path, const std::string& body);

/// The same with the first of the configured addresses that somebody listens at.
std::optional<Result<std::string>> ask_running_router(const Config& config, const std::string& path,
                                                      const std::string& body);

/// The status that a router answers a GET with; nothing if nobody listens there. Blocks for
/// `patience` at most: who accepts and does not answer until then is an error.
std::optional<Result<int>> probe_router(const ListenAddress& address, const std::string& path,
                                        std::chrono::milliseconds patience);

}  // namespace llmr::daemon::commands
