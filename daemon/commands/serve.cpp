#include <cerrno>
#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/config.hpp"
#include "core/config_source.hpp"
#include "core/log.hpp"
#include "daemon/app.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/passed_sockets.hpp"
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
    log::info("dashboard: {}/dashboard", app.base_url());
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

/// The environment that counts, now and at each reload. What a unit's EnvironmentFile copied from
/// the settings file is left to the file, so that a reload takes its changes. Sockets that were
/// passed stand in for the addresses.
Environment effective_environment(const std::vector<PassedSocket>& sockets) {
    Environment environment = config::without_repeats_of_file(process_environment());
    if (!sockets.empty()) environment["LLM_ROUTER_LISTEN"] = addresses_of(sockets);
    return environment;
}

/// Waits for signals, and feeds systemd's watchdog as long as every I/O thread answers.
class SignalLoop {
public:
    SignalLoop(App& app, const sigset_t& signals) : app_(app), signals_(signals) {
        const auto time = systemd::watchdog_time(process_environment(), getpid());
        if (!time) return;
        // Asked and answered takes two rounds, and systemd must hear of it before its time is up.
        pause_ = *time / 4;
        app_.beat();
    }

    /// The next signal.
    int wait() {
        for (;;) {
            const int number = pause_.count() > 0 ? wait_once() : sigwaitinfo(&signals_, nullptr);
            feed();
            if (number > 0) return number;
        }
    }

private:
    int wait_once() const {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(pause_);
        timespec time{};
        time.tv_sec = seconds.count();
        time.tv_nsec = std::chrono::nanoseconds(pause_ - seconds).count();
        return sigtimedwait(&signals_, nullptr, &time);
    }

    void feed() {
        if (pause_.count() == 0 || !app_.alive()) return;
        systemd::alive();
        app_.beat();
    }

    App& app_;
    sigset_t signals_;
    std::chrono::microseconds pause_{0};  ///< 0: no watchdog
};

}  // namespace

int serve(const ServeOptions& options) {
    log::init("info");
    const auto sockets = passed_sockets(process_environment(), getpid());
    if (!sockets) {
        log::error("{}", sockets.error().message);
        return kExitConfig;
    }
    const Environment environment = effective_environment(*sockets);
    const std::shared_ptr<const Config> config = load(options, environment);
    if (!config) return kExitConfig;
    forget_secrets_of_process();
    if (!config->core_dumps) forbid_core_dumps();
    log::init(config->log_level, config->log_format);
    const sigset_t signals = block_signals();
    log::info("llm-router {}", kVersion);

    if (!sockets->empty())
        log::info("listening on sockets that were passed, not on LLM_ROUTER_LISTEN");
    App app(config, *sockets);
    if (auto started = app.start(); !started) {
        log::error("{}", started.error().message);
        const Errc code = started.error().code;
        const bool wrong_file = code == Errc::ledger_unavailable ||
                                code == Errc::invalid_parameter || code == Errc::invalid_json;
        return wrong_file ? kExitConfig : kExitFailure;
    }
    announce(app, *config, app.services().simulated);
    systemd::ready("serving");

    SignalLoop loop(app, signals);
    for (;;) {
        const int number = loop.wait();
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
