#include "daemon/cli.hpp"

#include <functional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/config.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/version.hpp"

namespace llmr::daemon {
namespace {

using Command = std::function<int()>;

void add_serve(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::ServeOptions>();
    auto* command = app.add_subcommand("serve", "Run the router daemon");
    command->add_flag("--demo", options->demo,
                      "Answer from the built-in simulator, with a ledger of its own");
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::serve(*options); }; });
}

void add_simulate(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::SimulateOptions>();
    auto* command = app.add_subcommand(
        "simulate", "Run a simulated Ollama, OpenAI-compatible server, Anthropic and Gemini");
    command->add_option("--host", options->host, "Address to listen on")->capture_default_str();
    command->add_option("--ollama-port", options->ollama_port, "Port of the Ollama API; 0: any")
        ->capture_default_str();
    command->add_option("--openai-port", options->openai_port, "Port of the OpenAI API; 0: any")
        ->capture_default_str();
    command->add_option("--anthropic-port", options->anthropic_port,
                        "Port of the Anthropic API; 0: any. Without it there is none");
    command->add_option(
        "--gemini-port", options->gemini_port,
        "Port of the Gemini API and of Vertex AI; 0: any. Without it there is none");
    command->add_option("--threads", options->threads, "Threads")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command
        ->add_option("--max-loaded", options->max_loaded,
                     "Models that fit into the Ollama's memory; others wait to be loaded (with "
                     "--behaviour load_ms=3000). 0: all")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    command->add_option("--api-key", options->api_key,
                        "The OpenAI, Anthropic and Gemini sides refuse other keys");
    command
        ->add_option(
            "--behaviour", options->behaviours,
            "Switches, for all models or one: first_token_ms=200,tokens_per_second=20 or "
            "codellama:13b:error_status=500 (repeatable). answer=TEXT is what every answer "
            "says; it comes last and takes all the rest")
        ->allow_extra_args(false);
    command
        ->add_option("--model", options->models,
                     "A further model of the Ollama and what it can: llava:7b=completion,vision "
                     "(repeatable)")
        ->allow_extra_args(false);
    command
        ->add_option("--openai-model", options->openai_models,
                     "A further chat model of the OpenAI side (repeatable)")
        ->allow_extra_args(false);
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::simulate(*options); }; });
}

void add_classify(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::ClassifyOptions>();
    auto* command = app.add_subcommand("classify", "Show how a query would be classified");
    command->add_option("text", options->text, "The query; - reads standard input")->required();
    auto* explain = command->add_flag("--explain", options->explain,
                                      "Also what was seen, the allowance, and every candidate with "
                                      "its reason: of the router that "
                                      "runs, or else of one begun for this question");
    command->add_option("--model", options->model, "The model that a client would ask for")
        ->needs(explain)
        ->capture_default_str();
    command->add_flag("--json", options->json, "Machine-readable output");
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::classify(*options); }; });
}

void add_range(CLI::App& command, commands::RangeOptions& options) {
    command.add_option("--since", options.since, "24h, 7d, 90m, a date (2026-01-31) or all");
    command.add_option("--from", options.from, "First instant: a date, a time or milliseconds");
    command.add_option("--to", options.to, "The instant after the last");
    command.add_option("--tz", options.tz, "Time zone of dates: an IANA name (default UTC)");
}

void add_stats(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::StatsOptions>();
    auto* command = app.add_subcommand("stats", "Show what the ledger knows");
    add_range(*command, *options);
    command->add_option("--group-by", options->group_by, "model, type, upstream, key, day or hour");
    command->add_flag("--json", options->json, "The answer of /router/stats");
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::stats(*options); }; });
}

void add_export(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::ExportOptions>();
    auto* command = app.add_subcommand("export", "Write the ledger as CSV or JSON Lines");
    add_range(*command, *options);
    command->add_option("--what", options->what, "queries or stats")
        ->check(CLI::IsMember({"queries", "stats"}))
        ->capture_default_str();
    command->add_option("--format", options->format, "csv or jsonl")
        ->check(CLI::IsMember({"csv", "jsonl"}))
        ->capture_default_str();
    command
        ->add_option("--group-by", options->group_by,
                     "Of stats: model, type, upstream, key, day, hour")
        ->capture_default_str();
    command->add_option("--output", options->output, "A new file; - is standard output")
        ->capture_default_str();
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::export_ledger(*options); }; });
}

void add_ledger_commands(CLI::App& app, Command& chosen) {
    auto target = std::make_shared<std::string>();
    auto* backup =
        app.add_subcommand("backup", "Copy the ledger to a new file, also while serving");
    backup->add_option("file", *target, "The copy")->required();
    backup->callback(
        [&chosen, target] { chosen = [target] { return commands::backup(*target); }; });

    auto bill = std::make_shared<commands::ReconcileOptions>();
    auto* reconcile = app.add_subcommand(
        "reconcile", "Compare with a usage or cost export of OpenAI or Anthropic, day by day");
    reconcile->add_option("file", bill->file, "The provider's CSV file")->required();
    reconcile->add_option("--upstream", bill->upstream, "Only what went to this upstream");
    reconcile->callback(
        [&chosen, bill] { chosen = [bill] { return commands::reconcile(*bill); }; });

    auto again = std::make_shared<commands::RecostOptions>();
    auto* recost = app.add_subcommand(
        "recost", "Price history again with today's prices, beside what was billed");
    recost->add_option("--since", again->since, "A date (2026-01-31), a span (7d) or all")
        ->required();
    recost->add_flag("--dry-run", again->dry_run, "Show the difference only");
    recost->callback([&chosen, again] { chosen = [again] { return commands::recost(*again); }; });
}

void add_prices(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::PricesOptions>();
    constexpr std::int64_t kMost = 1'000'000'000;
    auto* command = app.add_subcommand("prices", "Show what models cost");
    command->add_option("model", options->model, "One model, as a client or an upstream names it");
    command->add_option("--input", options->input, "Prompt tokens of the example call")
        ->check(CLI::Range(std::int64_t{0}, kMost))
        ->capture_default_str();
    command->add_option("--output", options->output, "Tokens of its answer")
        ->check(CLI::Range(std::int64_t{0}, kMost))
        ->capture_default_str();
    command->add_option("--cached", options->cached, "How many of the prompt tokens are cached")
        ->check(CLI::Range(std::int64_t{0}, kMost))
        ->capture_default_str();
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::prices(*options); }; });
}

void add_config_commands(CLI::App& app, Command& chosen) {
    app.add_subcommand("check-config", "Check the environment and say what is wrong with it")
        ->callback([&chosen] { chosen = commands::check_config; });
    app.add_subcommand("print-config", "Print every setting, its value and where it came from")
        ->callback([&chosen] { chosen = commands::print_config; });
    app.add_subcommand("version", "Print the version")->callback([&chosen] {
        chosen = [] {
            fmt::print("llm-router {}\n", kVersion);
            return kExitOk;
        };
    });
}

}  // namespace

int run_cli(int argc, char** argv) {
    CLI::App app("llm-router: local-first LLM router. Point any LLM client's base URL at it.",
                 "llm-router");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("llm-router ") + kVersion);
    app.footer([] { return "Environment variables:\n" + config_help(); });
    app.get_formatter()->column_width(28);
    Command chosen;
    add_serve(app, chosen);
    add_simulate(app, chosen);
    add_classify(app, chosen);
    add_stats(app, chosen);
    add_export(app, chosen);
    add_ledger_commands(app, chosen);
    add_prices(app, chosen);
    add_config_commands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? kExitOk : kExitUsage;
    }
    return chosen();
}

}  // namespace llmr::daemon
