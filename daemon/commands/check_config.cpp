#include <cstdio>

#include <fmt/format.h>

#include "core/config.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {

int check_config() {
    const ConfigResult loaded = load_config(process_environment());
    for (const std::string& warning : loaded.warnings) fmt::print("warning: {}\n", warning);
    for (const std::string& error : loaded.errors) fmt::print("error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    fmt::print("configuration ok\n");
    return kExitOk;
}

int print_config() {
    const Environment environment = process_environment();
    const ConfigResult loaded = load_config(environment);
    for (const std::string& error : loaded.errors) fmt::print(stderr, "error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    fmt::print("{}", llmr::print_config(environment, *loaded.config));
    return kExitOk;
}

}  // namespace llmr::daemon::commands
