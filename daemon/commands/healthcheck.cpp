#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "daemon/cli.hpp"
#include "daemon/commands/ask_router.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {
namespace {

int unhealthy(const std::string& why) {
    fmt::print("unhealthy: {}\n", why);
    return kExitFailure;
}

}  // namespace

/// Containers know two answers, 0 and 1: a configuration that does not load is the second.
int healthcheck(const HealthcheckOptions& options) {
    const auto config = load_or_complain();
    if (!config) return kExitFailure;
    const std::string path = options.ready ? "/ready" : "/health";
    for (const ListenAddress& address : config->listen) {
        const auto status =
            probe_router(address, path, std::chrono::milliseconds(options.timeout_ms));
        if (!status) continue;
        if (!*status) return unhealthy(status->error().message);
        if (**status != 200) return unhealthy(fmt::format("{} answers {}", path, **status));
        fmt::print("healthy\n");
        return kExitOk;
    }
    return unhealthy("nobody listens at the configured addresses");
}

}  // namespace llmr::daemon::commands
