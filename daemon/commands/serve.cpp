#include <signal.h>

#include <fmt/format.h>

#include "core/config.hpp"
#include "core/log.hpp"
#include "daemon/app.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/systemd.hpp"
#include "daemon/version.hpp"

namespace llmr::daemon::commands {
namespace {

/// The signals the main thread waits for; every other thread inherits them blocked.
sigset_t block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&set, number);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return set;
}

/// Null after the errors were logged.
std::shared_ptr<const Config> load(const ServeOptions& options, const Environment& environment) {
    ConfigResult loaded = load_config(environment);
    for (const std::string& warning : loaded.warnings)
        log::warn("{}", warning);
    for (const std::string& error : loaded.errors)
        log::error("{}", error);
    if (!loaded.config || !options.demo) return loaded.config;
    Config config = *loaded.config;
    config.demo = true;
    if (!config.db_path_given) {
        // Simulated answers never mix with the real record.
        config.db_path = demo_ledger(config.db_path);
    }
    return std::make_shared<const Config>(std::move(config));
}

void announce(const App& app, const Config& config, bool simulated) {
    for (const ListenAddress& address : app.addresses()) {
        const bool v6 = address.host.find(':') != address.host.npos;
        log::info("listening on {}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "",
                  address.port);
    }
    log::info("ledger {}", config.db_path);
    if (simulated) log::warn("simulated: every answer carries x-router-simulated: 1");
    log::info(
        "try: curl {}/v1/chat/completions -d "
        "'{{\"model\":\"auto\",\"messages\":[{{\"role\":\"user\",\"content\":\"What is "
        "2+2?\"}}]}}'",
        app.base_url());
}

void reload(App& app, const ServeOptions& options, const Environment& environment) {
    systemd::reloading();
    const std::shared_ptr<const Config> config = load(options, environment);
    if (!config) {
        log::error("reload refused: the running configuration stays");
    } else {
        for (const std::string& name : app.reload(*config)) {
            log::warn("reload: {} needs a restart to change", name);
        }
        log::info("configuration reloaded");
    }
    systemd::ready("serving");
}

}  // namespace

int serve(const ServeOptions& options) {
    log::init("info");
    const Environment environment = process_environment();
    const std::shared_ptr<const Config> config = load(options, environment);
    if (!config) return kExitConfig;
    forget_secrets_of_process();
    if (!config->core_dumps) forbid_core_dumps();
    log::init(config->log_level, config->log_format);
    const sigset_t signals = block_signals();
    log::info("llm-router {}", kVersion);

    App app(config);
    if (auto started = app.start(); !started) {
        log::error("{}", started.error().message);
        const Errc code = started.error().code;
        const bool wrong_file = code == Errc::ledger_unavailable ||
                                code == Errc::invalid_parameter || code == Errc::invalid_json;
        return wrong_file ? kExitConfig : kExitFailure;
    }
    announce(app, *config, app.services().simulated);
    systemd::ready("serving");

    for (;;) {
        int number = 0;
        if (sigwait(&signals, &number) != 0) continue;
        if (number == SIGHUP) {
            reload(app, options, environment);
            continue;
        }
        log::info("{}: draining", number == SIGTERM ? "SIGTERM" : "SIGINT");
        break;
    }
    systemd::stopping();
    const bool clean = app.stop();
    log::info("stopped");
    return clean ? kExitOk : kExitFailure;
}

}  // namespace llmr::daemon::commands
