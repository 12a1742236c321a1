#include <algorithm>
#include <cstdio>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config.hpp"
#include "core/log.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/experience.hpp"
#include "daemon/stats_service.hpp"
#include "daemon/upstream_check.hpp"
#include "daemon/worker.hpp"
#include "net/tls.hpp"
#include "routing/price_file.hpp"

namespace llmr::daemon::commands {
namespace {

/// What the checks need of a daemon: connections and prices, and nothing that listens or writes.
class Bench {
public:
    /// Nothing after the fault was printed.
    static std::unique_ptr<Bench> make(std::shared_ptr<const Config> config) {
        auto bench = std::unique_ptr<Bench>(new Bench);
        auto prices = routing::read_price_file(config->prices_file);
        auto tls = net::make_client_tls(config->ca_file);
        if (!prices || !tls) {
            const Error& error = prices ? tls.error() : prices.error();
            fmt::print(stderr, "error: {}: {}\n", prices ? "LLM_CA_FILE" : "LLM_PRICES_FILE",
                       error.message);
            return nullptr;
        }
        bench->prices_ = std::move(*prices);
        bench->services_.tls = std::move(*tls);
        bench->services_.prices = &bench->prices_.book;
        for (std::size_t i = 0; i < config->upstreams.size(); ++i)
            bench->services_.credentials.push_back(std::make_unique<Credentials>());
        bench->worker_ = std::make_unique<Worker>(0, bench->services_, std::move(config));
        return bench;
    }

    UpstreamCheck check(std::size_t index, bool live) {
        UpstreamCheck result;
        net::asio::co_spawn(worker_->context(), check_upstream(*worker_, index, live),
                            [&](std::exception_ptr fault, UpstreamCheck done) {
                                if (!fault) result = std::move(done);
                                finished_ = true;
                            });
        finished_ = false;
        while (!finished_)
            worker_->context().run_one();
        return result;
    }

private:
    Bench() = default;

    routing::PriceFile prices_;
    Services services_;
    std::unique_ptr<Worker> worker_;
    bool finished_ = false;
};

void print_model(const ModelCheck& model) {
    std::string text = "  model    " + model.name;
    if (model.listed) text += *model.listed ? ", found" : ", NOT FOUND";
    if (!model.nearest.empty())
        text += fmt::format("; nearest: {}", fmt::join(model.nearest, ", "));
    if (!model.price.empty()) text += "; " + model.price;
    if (model.price_missing) text += "; NO PRICE KNOWN";
    fmt::print("{}\n", text);
    if (!model.advice.empty()) fmt::print("  change   {}\n", model.advice);
    if (!model.live.empty()) fmt::print("  live     {}\n", model.live);
    if (!model.live_error.empty()) fmt::print("  live     FAILED: {}\n", model.live_error);
}

void print(const UpstreamCheck& check) {
    fmt::print("{}  ({}, {})\n", check.name, check.title, check.locality);
    fmt::print("  url      {}\n  auth     {}\n", check.url, check.auth);
    if (check.barred) {
        fmt::print("  skipped  LLM_PRIVACY=local-only\n");
        return;
    }
    if (check.works && check.models_found > 0)
        fmt::print("  answers  {} models\n", check.models_found);
    else if (check.works)
        fmt::print("  answers  yes\n");
    else
        fmt::print("  FAILED   {}\n", check.error);
    if (!check.advice.empty()) fmt::print("  change   {}\n", check.advice);
    for (const ModelCheck& model : check.models)
        print_model(model);
}

bool is_sound(const UpstreamCheck& check) {
    if (check.barred) return true;
    return check.works &&
           std::all_of(check.models.begin(), check.models.end(), [](const ModelCheck& model) {
               return model.listed.value_or(true) && model.live_error.empty();
           });
}

}  // namespace

int check(const CheckOptions& options) {
    log::init("error");
    const ConfigResult loaded = load_config(process_environment());
    for (const std::string& warning : loaded.warnings)
        fmt::print("warning: {}\n", warning);
    for (const std::string& error : loaded.errors)
        fmt::print("error: {}\n", error);
    if (!loaded.config) return kExitConfig;
    const auto bench = Bench::make(loaded.config);
    if (!bench) return kExitConfig;
    bool sound = true;
    bool any = false;
    for (std::size_t i = 0; i < loaded.config->upstreams.size(); ++i) {
        const std::string& name = loaded.config->upstreams[i].name;
        if (!options.upstream.empty() && name != options.upstream) continue;
        any = true;
        const UpstreamCheck result = bench->check(i, options.live);
        print(result);
        std::fflush(stdout);
        sound = is_sound(result) && sound;
    }
    if (!any) {
        fmt::print("error: there is no upstream {}\n", options.upstream);
        return kExitUsage;
    }
    fmt::print("{}\n", sound ? "everything works" : "something is wrong, see above");
    return sound ? kExitOk : kExitFailure;
}

}  // namespace llmr::daemon::commands
