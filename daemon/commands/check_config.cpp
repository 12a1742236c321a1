#include <cstdio>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/config_pages.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/price_notes.hpp"
#include "net/tls.hpp"
#include "routing/price_file.hpp"

namespace llmr::daemon::commands {

int check_config() {
    const ConfigResult loaded = load_config(process_environment());
    for (const std::string& warning : loaded.warnings)
        fmt::print("warning: {}\n", warning);
    for (const std::string& error : loaded.errors)
        fmt::print("error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    const auto prices = routing::read_price_file(loaded.config->prices_file);
    if (!prices) {
        fmt::print("error: LLM_PRICES_FILE: {}\n", prices.error().message);
        return kExitConfig;
    }
    if (const auto& ca_file = loaded.config->ca_file; !ca_file.empty()) {
        if (const auto tls = net::make_client_tls(ca_file); !tls) {
            fmt::print("error: LLM_CA_FILE: {}\n", tls.error().message);
            return kExitConfig;
        }
    }
    if (const auto note = left_out_note(*prices)) fmt::print("warning: {}\n", *note);
    for (const std::string& note : price_notes(*loaded.config, prices->book, utc_ms()).missing) {
        fmt::print("warning: {}\n", note);
    }
    fmt::print("configuration ok\n");
    return kExitOk;
}

int print_config() {
    const Environment environment = process_environment();
    const ConfigResult loaded = load_config(environment);
    for (const std::string& error : loaded.errors)
        fmt::print(stderr, "error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    fmt::print("{}", llmr::print_config(environment, *loaded.config));
    return kExitOk;
}

int print_template() {
    fmt::print("{}", config_template());
    return kExitOk;
}

}  // namespace llmr::daemon::commands
