#include "daemon/query/budget_access.hpp"

#include <algorithm>
#include <limits>

#include "core/json.hpp"
#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

/// Does the provider read more for this part than stands in the body? Of sound it does not.
bool is_unseen(const ContentPart& part) {
    return part.kind == ContentPart::Kind::other && get_string(part.raw, "type") != "input_audio";
}

/// `n`; where it is no integer, the most that OpenAI allows: others may read it in their own way.
std::int64_t answers_of(const ChatRequest& request) {
    constexpr std::int64_t kMostAnswers = 128;
    if (!get_value(request.root, "n")) return 1;
    return get_int(request.root, "n").value_or(kMostAnswers);
}

/// Where a client states both limits, some upstreams know one of them only.
std::optional<std::int64_t> output_limit_of(const ChatRequest& request) {
    const auto legacy = get_int(request.root, "max_tokens");
    if (!request.max_output_tokens || !legacy) return request.max_output_tokens;
    return std::max(*request.max_output_tokens, *legacy);
}

/// What bounds the tokens of `request`, whose views must be valid.
routing::RequestSize size_of(const ChatRequest& request, std::string_view body) {
    routing::RequestSize size;
    size.body_bytes = std::ssize(body);
    size.images = static_cast<std::int64_t>(request.image_count);
    for (const Message& message : request.messages)
        size.unseen_sources += std::count_if(message.parts.begin(), message.parts.end(), is_unseen);
    for (const char* search : {"web_search_options", "plugins"})
        size.unseen_sources += get_value(request.root, search).has_value();
    size.embedding = is_embedding(request.operation);
    size.answers = answers_of(request);
    size.output_limit = output_limit_of(request);
    size.predicts_output = get_value(request.root, "prediction").has_value();
    return size;
}

/// The context of a model that an Ollama server describes; nothing for others.
std::optional<std::int64_t> context_of(std::string_view model, std::size_t upstream,
                                       const routing::ModelCatalog& catalog) {
    for (const routing::LocalModel* known : catalog.find(model)) {
        if (known->upstream_index == upstream && known->context_length > 0)
            return known->context_length;
    }
    return std::nullopt;
}

constexpr std::string_view kEveryKey = "*";

void add_caps(const Config& config, const std::map<std::string, PicoUsd>& amounts,
              routing::BudgetPeriod period, routing::BudgetLimits& limits) {
    const auto place = static_cast<std::size_t>(period);
    for (const auto& [name, amount] : amounts) {
        if (name == kEveryKey) limits.each_key[place] = amount;
        for (const auto& [key_id, key_name] : config.key_names)
            if (key_name == name) limits.keys[key_id][place] = amount;
    }
}

}  // namespace

std::optional<WorstCase> worst_case(Worker& worker, const Config& config,
                                    const ChatRequest& request, std::string_view body,
                                    std::size_t upstream_index, std::string_view model,
                                    std::int64_t now_ms) {
    const auto* price =
        routing::find_price(*worker.services().prices, config, config.upstreams.at(upstream_index),
                            std::string(model), {}, now_ms);
    if (!price) return std::nullopt;
    const auto tokens = worst_tokens(worker, request, body, upstream_index, model);
    return WorstCase{routing::most_cost(*price, tokens), std::string(price->id)};
}

routing::TokenBound worst_tokens(Worker& worker, const ChatRequest& request, std::string_view body,
                                 std::size_t upstream_index, std::string_view model) {
    routing::RequestSize size = size_of(request, body);
    size.context_length = context_of(model, upstream_index, worker.landscape()->catalog);
    return routing::most_tokens(size);
}

Error budget_error(const routing::BudgetVerdict& verdict, std::int64_t now_ms) {
    Error error(Errc::budget_exceeded, routing::describe(verdict));
    const std::int64_t seconds = (verdict.retry_ms - now_ms + 999) / 1000;
    error.retry_after_seconds =
        static_cast<int>(std::clamp<std::int64_t>(seconds, 1, std::numeric_limits<int>::max()));
    return error;
}

Result<routing::BudgetSpent> budget_spent(storage::LedgerReader& reader, std::int64_t now_ms) {
    routing::BudgetSpent spent;
    for (const auto period : {routing::BudgetPeriod::day, routing::BudgetPeriod::month}) {
        const routing::PeriodBounds bounds = routing::bounds_of(period, now_ms);
        const auto keys = reader.by_key({bounds.start_ms, bounds.end_ms});
        if (!keys) return keys.error();
        const auto place = static_cast<std::size_t>(period);
        for (const storage::GroupTotals& key : *keys) {
            spent.all.of[place] += key.cost_pico;
            if (!key.name.empty()) spent.keys[key.name].of[place] = key.cost_pico;
        }
    }
    return spent;
}

routing::BudgetLimits budget_limits(const Config& config) {
    routing::BudgetLimits limits;
    limits.all = {config.budget_day, config.budget_month};
    limits.forecast = config.budget_forecast;
    add_caps(config, config.key_budgets_day, routing::BudgetPeriod::day, limits);
    add_caps(config, config.key_budgets_month, routing::BudgetPeriod::month, limits);
    // A key with a cap for one period has the common one for the other.
    for (auto& [key_id, caps] : limits.keys)
        for (std::size_t period = 0; period < caps.size(); ++period)
            if (!caps[period]) caps[period] = limits.each_key[period];
    return limits;
}

}  // namespace llmr::daemon
