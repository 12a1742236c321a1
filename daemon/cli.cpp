#include "daemon/cli.hpp"

#include <functional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/config.hpp"
#include "core/config_pages.hpp"
#include "daemon/cli_outline.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/version.hpp"

namespace llmr::daemon {
namespace {

using Command = std::function<int()>;

/// The day of the version: 2026-01-31.
constexpr const char* kReleaseDate = LLMR_RELEASE_DATE;

void add_serve(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::ServeOptions>();
    auto* command = app.add_subcommand("serve", "Run the router daemon");
    command->add_flag("--demo", options->demo,
                      "Answer from the built-in simulator, with a ledger of its own");
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::serve(*options); }; });
}

/// A further option that may be repeated.
void add_texts(CLI::App& command, const char* name, std::vector<std::string>& texts,
               const char* help) {
    command.add_option(name, texts, help)->allow_extra_args(false);
}

void add_simulated_providers(CLI::App& command, commands::SimulateOptions& options) {
    auto& texts = options.providers;
    add_texts(command, "--provider", texts.ports,
              "A further server and its port (0: any), NAME=PORT: azure, openrouter, deepseek, "
              "lm_studio, vllm, litellm, identity (repeatable)");
    add_texts(command, "--provider-key", texts.keys,
              "A key that it accepts, NAME=KEY; without one, any (repeatable, openai too)");
    add_texts(command, "--provider-model", texts.models,
              "A model instead of its usual ones, NAME=MODEL; azure=DEPLOYMENT=MODEL (repeatable)");
    add_texts(command, "--provider-context", texts.contexts,
              "The window of its chat models in tokens, NAME=TOKENS (repeatable)");
    add_texts(command, "--limit-key", texts.limits,
              "A key for N requests, then 429: NAME:KEY=N (repeatable, openai too)");
}

void add_simulated_identity(CLI::App& command, commands::SimulateOptions& options) {
    auto& identity = options.identity;
    command.add_option("--identity-tenant", identity.tenant, "Entra: no other tenant");
    command.add_option("--identity-client", identity.client_id, "No other client_id");
    command.add_option("--identity-secret", identity.client_secret, "No other client_secret");
    command.add_option("--identity-assertion", identity.client_assertion,
                       "Entra: no other client_assertion");
    command.add_option("--identity-header", identity.identity_header,
                       "App Service: no other X-IDENTITY-HEADER");
    command.add_option("--identity-google-email", identity.google_email,
                       "Google: no other service account");
    command.add_option("--identity-google-key", options.google_public_key_file,
                       "Google: file with the service account's public key (PEM)");
    command.add_option("--identity-refresh-token", identity.google_refresh_token,
                       "Google: no other refresh_token");
    command
        .add_option("--identity-fail", identity.fail_count, "The first N token requests fail ...")
        ->check(CLI::Range(0, 1'000'000));
    command.add_option("--identity-fail-status", identity.fail_status, "... with this status")
        ->check(CLI::Range(400, 599))
        ->capture_default_str();
    command.add_option("--token-seconds", options.token_seconds, "How long its tokens are good")
        ->check(CLI::Range(0, 86'400))
        ->capture_default_str();
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
    add_simulated_providers(*command, *options);
    add_simulated_identity(*command, *options);
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::simulate(*options); }; });
}

void add_classify(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::ClassifyOptions>();
    auto* command = app.add_subcommand("classify", "Show how a query would be classified");
    auto* text = command->add_option("text", options->text, "The query; - reads standard input");
    auto* lines = command->add_flag(
        "--jsonl", options->lines,
        "Reads lines {\"prompt\": ...} or {\"messages\": [...]} on standard input and writes one "
        "line for each: type, complexity, score, tokens");
    lines->excludes(text);
    auto* explain = command->add_flag("--explain", options->explain,
                                      "Also what was seen, the allowance, and every candidate with "
                                      "its reason: of the router that "
                                      "runs, or else of one begun for this question");
    command->add_option("--model", options->model, "The model that a client would ask for")
        ->needs(explain)
        ->capture_default_str();
    command->add_flag("--json", options->json, "Machine-readable output")->excludes(lines);
    explain->excludes(lines);
    command->callback([&chosen, options, text, lines] {
        if (text->count() + lines->count() == 0) throw CLI::RequiredError("text or --jsonl");
        chosen = [options] {
            return options->lines ? commands::classify_lines() : commands::classify(*options);
        };
    });
}

void add_evaluate(CLI::App& app, Command& chosen) {
    auto file = std::make_shared<std::string>();
    auto* command = app.add_subcommand(
        "evaluate", "Measure the classifier on your own queries, labelled by you");
    command
        ->add_option("file", *file,
                     "JSON Lines: \"prompt\" or \"messages\", and \"type\", or \"weak_score\" and "
                     "\"strong_score\" (0 to 1: how good the local and the strong model's answers "
                     "were), or both")
        ->required();
    command->callback([&chosen, file] { chosen = [file] { return commands::evaluate(*file); }; });
}

void add_feedback(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::FeedbackOptions>();
    auto* command = app.add_subcommand("feedback", "Say whether an answer was good");
    command->add_option("request-id", options->request_id, "The answer's x-router-request-id")
        ->required();
    command->add_option("verdict", options->verdict, "good or bad")
        ->required()
        ->check(CLI::IsMember({"good", "bad"}));
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::feedback(*options); }; });
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

void add_replay(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::ReplayOptions>();
    auto* command = app.add_subcommand(
        "replay", "What recorded queries would have done and cost by other settings");
    add_range(*command, *options);
    command->add_option("--threshold", options->threshold, "LLM_LOCAL_THRESHOLD, in percent")
        ->check(CLI::Range(0.0, 100.0));
    command->add_option("--complexity", options->complexity, "LLM_COMPLEXITY_THRESHOLD")
        ->check(CLI::Range(1, 10));
    add_texts(*command, "--model", options->models,
              "Another model for a type of query, TYPE=MODEL: complex=openai/gpt-4o for those that "
              "leave, simple=llama3.2:3b for those that stay (repeatable)");
    command->add_flag("--json", options->json, "The answer of /router/replay");
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::replay(*options); }; });
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

void add_healthcheck(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::HealthcheckOptions>();
    auto* command = app.add_subcommand(
        "healthcheck", "Ask the running router for /health, for containers and supervisors");
    command->add_flag("--ready", options->ready,
                      "Ask for /ready: unhealthy, too, while no upstream answers");
    command->add_option("--timeout-ms", options->timeout_ms, "How long it may take")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
    command->callback(
        [&chosen, options] { chosen = [options] { return commands::healthcheck(*options); }; });
}

void add_config_commands(CLI::App& app, Command& chosen) {
    auto options = std::make_shared<commands::CheckOptions>();
    auto* check = app.add_subcommand(
        "check", "Try every upstream: URL, credentials, models, prices, and what to change");
    check->add_option("upstream", options->upstream, "Only this one");
    check->add_flag("--live", options->live,
                    "Also ask every configured model for one token, which costs what it costs");
    check->callback(
        [&chosen, options] { chosen = [options] { return commands::check(*options); }; });
    app.add_subcommand("check-config", "Check the environment and say what is wrong with it")
        ->callback([&chosen] { chosen = commands::check_config; });
    auto as_template = std::make_shared<bool>(false);
    auto* print =
        app.add_subcommand("print-config", "Print every setting, its value and where it came from");
    print->add_flag("--template", *as_template,
                    "Instead a settings file to begin with: every variable and what it means, in "
                    "comments");
    print->callback([&chosen, as_template] {
        chosen = *as_template ? commands::print_template : commands::print_config;
    });
    app.add_subcommand("version", "Print the version")->callback([&chosen] {
        chosen = [] {
            fmt::print("llm-router {}\n", kVersion);
            return kExitOk;
        };
    });
}

/// What packages install beside the program.
void add_pages(CLI::App& app, Command& chosen) {
    auto shell = std::make_shared<std::string>();
    auto* completion = app.add_subcommand("completion", "Print a completion script for a shell");
    completion->add_option("shell", *shell, "The shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->callback([&app, &chosen, shell] {
        chosen = [&app, shell] {
            const CommandOutline program = outline_of(app);
            fmt::print("{}", *shell == "bash"  ? bash_completion(program)
                             : *shell == "zsh" ? zsh_completion(program)
                                               : fish_completion(program));
            return kExitOk;
        };
    });
    auto page = std::make_shared<std::string>();
    auto* man = app.add_subcommand("man", "Print a man page")->group("");
    man->add_option("page", *page, "llm-router or llm-router.env")
        ->required()
        ->check(CLI::IsMember({"llm-router", "llm-router.env"}));
    man->callback([&app, &chosen, page] {
        chosen = [&app, page] {
            fmt::print("{}", *page == "llm-router"
                                 ? man_page(outline_of(app), kVersion, kReleaseDate)
                                 : config_man_page(kVersion, kReleaseDate));
            return kExitOk;
        };
    });
}

void add_commands(CLI::App& app, Command& chosen) {
    add_serve(app, chosen);
    add_simulate(app, chosen);
    add_classify(app, chosen);
    add_evaluate(app, chosen);
    add_feedback(app, chosen);
    add_stats(app, chosen);
    add_export(app, chosen);
    add_ledger_commands(app, chosen);
    add_replay(app, chosen);
    add_prices(app, chosen);
    add_healthcheck(app, chosen);
    add_config_commands(app, chosen);
    add_pages(app, chosen);
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
    add_commands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? kExitOk : kExitUsage;
    }
    return chosen();
}

}  // namespace llmr::daemon
