#include <chrono>
#include <fstream>
#include <iterator>
#include <signal.h>

#include <fmt/format.h>

#include "core/log.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "simulator/behaviour_text.hpp"
#include "simulator/simulator.hpp"

namespace llmr::daemon::commands {
namespace {

/// Moves what the command line says of further servers into the settings. Errors:
/// invalid_parameter.
Result<void> add_providers(const SimulateOptions& options, simulator::SimulatorOptions& settings) {
    auto providers = simulator::parse_providers(options.providers);
    if (!providers) {
        return providers.error();
    }
    for (auto& provider : *providers) {
        if (provider.name == "openai") {
            settings.openai_keys = std::move(provider.keys);
            settings.openai_key_limits = std::move(provider.key_limits);
            settings.openai_models.insert(settings.openai_models.end(), provider.models.begin(),
                                          provider.models.end());
        } else {
            settings.providers.push_back(std::move(provider));
        }
    }
    settings.identity = options.identity;
    settings.identity.token_lifetime = std::chrono::seconds(options.token_seconds);
    if (options.google_public_key_file.empty()) {
        return {};
    }
    std::ifstream file(options.google_public_key_file);
    settings.identity.google_public_key.assign(std::istreambuf_iterator<char>(file), {});
    if (settings.identity.google_public_key.empty()) {
        return Error(Errc::invalid_parameter,
                     fmt::format("cannot read {}", options.google_public_key_file));
    }
    return {};
}

}  // namespace

int simulate(const SimulateOptions& options) {
    log::init("info");
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);

    simulator::SimulatorOptions settings;
    settings.host = options.host;
    settings.ollama_port = options.ollama_port;
    settings.openai_port = options.openai_port;
    settings.anthropic_port = options.anthropic_port;
    settings.gemini_port = options.gemini_port;
    settings.threads = options.threads;
    settings.max_loaded = options.max_loaded;
    settings.openai_api_key = options.api_key;
    settings.anthropic_api_key = options.api_key;
    settings.gemini_api_key = options.api_key;
    for (const std::string& text : options.behaviours) {
        auto parsed = simulator::parse_behaviour(text);
        if (!parsed) {
            fmt::print(stderr, "--behaviour {}: {}\n", text, parsed.error().message);
            return kExitUsage;
        }
        if (parsed->model.empty()) {
            settings.behaviour = parsed->behaviour;
        } else {
            settings.per_model[parsed->model] = parsed->behaviour;
        }
    }
    for (const std::string& text : options.models) {
        auto model = simulator::parse_model(text);
        if (!model) {
            fmt::print(stderr, "--model: {}\n", model.error().message);
            return kExitUsage;
        }
        settings.models.push_back(*std::move(model));
    }
    settings.openai_models.insert(settings.openai_models.end(), options.openai_models.begin(),
                                  options.openai_models.end());
    if (auto added = add_providers(options, settings); !added) {
        fmt::print(stderr, "{}\n", added.error().message);
        return kExitUsage;
    }
    std::vector<std::string> names;
    for (const auto& provider : settings.providers) {
        names.push_back(provider.name);
    }
    simulator::Simulator simulator(std::move(settings));
    if (auto started = simulator.start(); !started) {
        log::error("{}", started.error().message);
        return kExitFailure;
    }
    log::info("simulated Ollama on {}", simulator.ollama_url());
    log::info("simulated OpenAI on {}", simulator.openai_url());
    if (options.anthropic_port) log::info("simulated Anthropic on {}", simulator.anthropic_url());
    for (const auto& name : names) {
        log::info("simulated {} on {}", name, simulator.provider_url(name));
    }
    if (options.gemini_port) {
        log::info("simulated Gemini on {}", simulator.gemini_url());
        log::info("simulated Vertex AI on {}", simulator.vertex_url());
    }
    int number = 0;
    sigwait(&signals, &number);
    simulator.stop();
    return kExitOk;
}

}  // namespace llmr::daemon::commands
