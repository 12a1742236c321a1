#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "daemon/time_param.hpp"
#include "simulator/identity/identity_options.hpp"
#include "simulator/simulated_provider.hpp"

/// What the sub-commands do, apart from how they are spelled on the command line. Each returns the
/// process's exit code.
namespace llmr::daemon::commands {

/// The configuration of the environment; null after its errors were printed.
std::shared_ptr<const Config> load_or_complain();
/// The same for commands that read the ledger: null, too, after saying that there is none.
std::shared_ptr<const Config> load_with_ledger();
/// Where the demo keeps its own ledger, beside the real one.
std::string demo_ledger(const std::string& db_path);
struct RangeOptions;
/// The range that the options name; errors name the option.
Result<RangeParams> range_of(const RangeOptions& options);

struct ServeOptions {
    bool demo = false;
};
int serve(const ServeOptions& options);

struct SimulateOptions {
    std::string host = "127.0.0.1";
    std::uint16_t ollama_port = 11434;
    std::uint16_t openai_port = 11436;
    std::optional<std::uint16_t> anthropic_port;  ///< nothing: no such server
    std::optional<std::uint16_t> gemini_port;     ///< the same
    int threads = 1;
    int max_loaded = 0;
    std::string api_key;
    std::vector<std::string> behaviours;  ///< "[MODEL:]key=value,..."
    std::vector<std::string> models;      ///< "NAME=CAPABILITY,..."
    std::vector<std::string> openai_models;
    simulator::ProviderTexts providers;
    simulator::IdentityOptions identity;
    std::string google_public_key_file;  ///< PEM
    int token_seconds = 3600;
};
int simulate(const SimulateOptions& options);

struct ClassifyOptions {
    std::string text;  ///< "-": standard input
    std::string model = "auto";
    bool explain = false;  ///< the whole decision, not only what the text is
    bool lines = false;    ///< JSON Lines on standard input instead of the text
    bool json = false;
};
int classify(const ClassifyOptions& options);
/// Reads JSON Lines on standard input and writes a line for each, in their order. Exit code 1: some
/// could not be read.
int classify_lines();

/// Figures of the classifier on a file of labelled queries.
int evaluate(const std::string& file);

struct FeedbackOptions {
    std::string request_id;
    std::string verdict;  ///< good or bad
};
int feedback(const FeedbackOptions& options);

/// Which part of the ledger: as the parameters of /router/stats.
struct RangeOptions {
    std::string since;
    std::string from;
    std::string to;
    std::string tz;
};

struct StatsOptions : RangeOptions {
    std::string group_by;
    bool json = false;
};
int stats(const StatsOptions& options);

struct ExportOptions : RangeOptions {
    std::string what = "queries";  ///< or stats
    std::string format = "csv";    ///< or jsonl
    std::string group_by = "day";  ///< of stats
    std::string output = "-";      ///< a new file, or standard output
};
int export_ledger(const ExportOptions& options);

int backup(const std::string& target);

struct ReconcileOptions {
    std::string file;
    std::string upstream;  ///< empty: all external ones
};
/// Exit code 1: there are differences.
int reconcile(const ReconcileOptions& options);

struct RecostOptions {
    std::string since;
    bool dry_run = false;
};
int recost(const RecostOptions& options);

struct ReplayOptions : RangeOptions {
    std::optional<double> threshold;  ///< nothing: as configured; so below
    std::optional<int> complexity;
    std::vector<std::string> models;  ///< TYPE=MODEL
    bool json = false;
};
int replay(const ReplayOptions& options);

struct CheckOptions {
    bool live = false;
    std::string upstream;  ///< only this one; empty: all
};
/// Tries every configured upstream and says what to change. Exits with 1 if one does not work.
int check(const CheckOptions& options);

struct PricesOptions {
    std::string model;  ///< empty: all
    std::int64_t input = 1000;
    std::int64_t output = 500;
    std::int64_t cached = 0;  ///< of the input
};
int prices(const PricesOptions& options);

struct HealthcheckOptions {
    bool ready = false;  ///< whether queries can be answered, not only whether it lives
    int timeout_ms = 3000;
};
/// Asks the router of this configuration, on this machine. 0: healthy, 1: not.
int healthcheck(const HealthcheckOptions& options);

int check_config();
int print_config();
int print_template();

}  // namespace llmr::daemon::commands
