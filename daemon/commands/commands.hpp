#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What the sub-commands do, apart from how they are spelled on the command line. Each returns the
/// process's exit code.
namespace llmr::daemon::commands {

struct ServeOptions {
    bool demo = false;
};
int serve(const ServeOptions& options);

struct SimulateOptions {
    std::string host = "127.0.0.1";
    std::uint16_t ollama_port = 11434;
    std::uint16_t openai_port = 11436;
    int threads = 1;
    std::string api_key;
    std::vector<std::string> behaviours;  ///< "[MODEL:]key=value,..."
};
int simulate(const SimulateOptions& options);

struct ClassifyOptions {
    std::string text;  ///< "-": standard input
    bool json = false;
};
int classify(const ClassifyOptions& options);

struct StatsOptions {
    std::string since = "all";
    bool json = false;
};
int stats(const StatsOptions& options);

struct PricesOptions {
    std::string model;  ///< empty: all
    std::int64_t input = 1000;
    std::int64_t output = 500;
    std::int64_t cached = 0;  ///< of the input
};
int prices(const PricesOptions& options);

int check_config();
int print_config();

}  // namespace llmr::daemon::commands
