#include "daemon/price_notes.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/find_upstream.hpp"
#include "routing/model_name.hpp"
#include "routing/model_tag.hpp"
#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

constexpr std::int64_t kExampleTokens = 1000;

std::string example(const std::string& model, const routing::Price& price) {
    return fmt::format("price of {} ({}): {}", model, price.id, example_cost(price));
}

std::string complaint(const std::string& model, const UpstreamConfig& upstream) {
    return fmt::format("no price is known for {} at {}: its costs are recorded as unknown; {}",
                       model, upstream.name, price_advice(upstream));
}

/// A model that queries can be sent to, and where; in the order of the configuration, each once.
class Targets {
public:
    Targets(const Config& config, const routing::PriceBook& book) : config_(config) {
        for (const ExternalModel& model : config.external_models)
            add_external(model);
        if (config.embedding_model) add_external(*config.embedding_model);
        for (const auto& [alias, target] : config.model_aliases)
            add_named(target, book);
        for (const auto& [deployment, model] : config.azure_deployment_models)
            add_deployment(deployment);
        for (const auto& [type, role] : config.role_models)
            add_cloud(role.model);
    }
    using Target = std::pair<const UpstreamConfig*, std::string>;
    const std::vector<Target>& all() const { return targets_; }

private:
    void add(const UpstreamConfig& upstream, const std::string& model) {
        Target target(&upstream, model);
        if (std::find(targets_.begin(), targets_.end(), target) == targets_.end())
            targets_.push_back(std::move(target));
    }

    void add_external(const ExternalModel& model) {
        if (model.upstream.empty()) return add_cloud(model.model);
        const auto index = find_upstream(config_, model.upstream);
        if (!index) return;
        const UpstreamConfig& upstream = config_.upstreams[*index];
        if (upstream.locality == Locality::external) add(upstream, model.model);
    }

    /// "provider/model", or a model that Ollama runs in its cloud. What is installed is not known
    /// yet, but for those only their names matter.
    void add_named(const std::string& name, const routing::PriceBook& book) {
        add_cloud(name);
        const auto request = routing::interpret_model(name, config_, routing::ModelCatalog(), book);
        if (!request || !request->upstream_index || request->exact_model.empty()) return;
        const UpstreamConfig& upstream = config_.upstreams[*request->upstream_index];
        if (upstream.locality == Locality::external) add(upstream, request->exact_model);
    }

    void add_deployment(const std::string& deployment) {
        for (const UpstreamConfig& upstream : config_.upstreams) {
            if (routing::seller_of(upstream).starts_with("azure")) add(upstream, deployment);
        }
    }

    void add_cloud(const std::string& name) {
        if (!routing::is_cloud_name(name)) return;
        for (const UpstreamConfig& upstream : config_.upstreams) {
            if (upstream.dialect == Dialect::ollama) return add(upstream, name);
        }
    }

    const Config& config_;
    std::vector<Target> targets_;
};

}  // namespace

std::string example_cost(const routing::Price& price) {
    Usage usage;
    usage.input_uncached = kExampleTokens;
    usage.output_visible = kExampleTokens;
    return fmt::format("1,000 tokens in and 1,000 out cost ${}", format_usd(cost_of(usage, price)));
}

std::string_view price_advice(const UpstreamConfig& upstream) {
    if (routing::seller_of(upstream).starts_with("azure"))
        return "name what it runs in LLM_AZURE_DEPLOYMENT_MODELS, or give it a price in "
               "LLM_PRICES_FILE";
    return "LLM_PRICES_FILE can give it one";
}

PriceNotes price_notes(const Config& config, const routing::PriceBook& book, std::int64_t now_ms) {
    PriceNotes notes;
    const Targets targets(config, book);
    for (const auto& [upstream, model] : targets.all()) {
        if (const auto* price = routing::find_price(book, config, *upstream, model, {}, now_ms))
            notes.known.push_back(example(model, *price));
        else
            notes.missing.push_back(complaint(model, *upstream));
    }
    return notes;
}

std::optional<std::string> left_out_note(const routing::PriceFile& file) {
    if (file.left_out == 0) return std::nullopt;
    return fmt::format("LLM_PRICES_FILE: {} entries give no price by token and are left out: {}{}",
                       file.left_out, fmt::join(file.first_left_out, ", "),
                       file.left_out > file.first_left_out.size() ? ", ..." : "");
}

}  // namespace llmr::daemon
