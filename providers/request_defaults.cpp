// What the operator wants of requests that say nothing of it themselves.
#include <algorithm>
#include <string>

#include "core/json.hpp"
#include "providers/adapt_request.hpp"
#include "providers/model_facts.hpp"

namespace llmr::providers {
namespace {

/// Where each default goes in one dialect: the object that holds it ("": the body) and the names.
struct Places {
    std::string_view holder;
    std::string_view temperature;
    std::string_view top_p;
    std::string_view top_k;
    std::string_view max_tokens;
    std::string_view dimensions;
};
constexpr Places kOpenaiPlaces{"", "temperature", "top_p", "top_k", "max_tokens", "dimensions"};
constexpr Places kResponsesPlaces{"", "temperature", "top_p", "", "max_output_tokens", ""};
constexpr Places kAnthropicPlaces{"", "temperature", "top_p", "top_k", "max_tokens", ""};
constexpr Places kOllamaPlaces{"options", "temperature", "top_p", "top_k", "num_predict", ""};
constexpr Places kGeminiPlaces{
    "generationConfig", "temperature", "topP", "topK", "maxOutputTokens", ""};

const Places& places_of(Dialect dialect) {
    switch (dialect) {
        case Dialect::openai_chat:
            break;
        case Dialect::openai_responses:
            return kResponsesPlaces;
        case Dialect::ollama:
            return kOllamaPlaces;
        case Dialect::anthropic:
            return kAnthropicPlaces;
        case Dialect::gemini:
            return kGeminiPlaces;
    }
    return kOpenaiPlaces;
}

/// The members of one object, to which those that are missing are added.
class Holder {
public:
    explicit Holder(std::string json) : json_(std::move(json)) {}
    bool has(std::string_view key) const { return find_member(json_, key).has_value(); }
    void add(std::string_view key, std::string_view value) {
        if (key.empty() || value.empty() || has(key)) return;
        set(key, value);
    }
    void set(std::string_view key, std::string_view value) {
        auto changed = replace_member(json_, key, value);
        if (!changed) return;
        json_ = std::move(*changed);
        changed_ = true;
    }
    bool changed() const { return changed_; }
    const std::string& json() const { return json_; }

private:
    std::string json_;
    bool changed_ = false;
};

std::string number(std::int64_t value) {
    return value == 0 ? std::string() : std::to_string(value);
}

/// Anthropic's scale ends at 1.
std::string temperature_for(Dialect dialect, const std::string& text) {
    return dialect == Dialect::anthropic && !text.empty() && std::stod(text) > 1.0 ? "1" : text;
}

void add_limit(Holder& holder, const Places& places, const ChatRequest& request,
               const Target& target) {
    if (request.max_output_tokens) return;
    const std::string limit = number(target.defaults->max_tokens);
    if (limit.empty()) return;
    // A translation to Anthropic has a limit already: one that we made up.
    if (target.dialect == Dialect::anthropic) return holder.set(places.max_tokens, limit);
    if (!holder.has("max_completion_tokens")) holder.add(places.max_tokens, limit);
}

void add_sampling(Holder& holder, const Places& places, const Target& target) {
    const GenerationDefaults& defaults = *target.defaults;
    // Models that reason refuse these, whoever wants them.
    if (model_facts(target.model).reasons) return;
    const bool had_temperature = holder.has(places.temperature);
    const bool had_top_p = holder.has(places.top_p);
    const bool one_of_them = target.dialect == Dialect::anthropic;
    if (!(one_of_them && had_top_p))
        holder.add(places.temperature, temperature_for(target.dialect, defaults.temperature));
    // Newer Claude models refuse both at once.
    const bool has_temperature = had_temperature || !defaults.temperature.empty();
    if (!(one_of_them && has_temperature)) holder.add(places.top_p, defaults.top_p);
    const bool knows_top_k = target.dialect != Dialect::openai_chat || target.provider == nullptr ||
                             target.provider->rules.local_sampling;
    if (knows_top_k) holder.add(places.top_k, number(defaults.top_k));
}

/// Models that are known to shorten their vectors.
bool shortens(const Target& target) {
    return target.dialect == Dialect::ollama ||
           target.model.find("text-embedding-3") != std::string_view::npos;
}

void add_chat_defaults(UpstreamRequest& upstream, const ChatRequest& request,
                       const Target& target) {
    const Places& places = places_of(target.dialect);
    const bool nested = !places.holder.empty();
    std::string json = upstream.body;
    if (nested) json = std::string(find_member(upstream.body, places.holder).value_or("{}"));
    if (json == "null") json = "{}";
    Holder holder(std::move(json));
    add_limit(holder, places, request, target);
    add_sampling(holder, places, target);
    const bool stores =
        target.dialect == Dialect::openai_chat && target.provider && target.provider->rules.store;
    if (stores && target.defaults->store) holder.add("store", "true");
    if (!holder.changed()) return;
    if (!nested) {
        upstream.body = holder.json();
    } else if (auto changed = replace_member(upstream.body, places.holder, holder.json())) {
        upstream.body = std::move(*changed);
    }
}

}  // namespace

void add_defaults(UpstreamRequest& upstream, const ChatRequest& request, const Target& target) {
    if (target.defaults == nullptr || target.defaults->empty() || request.load_only) return;
    if (!is_embedding(request.operation)) return add_chat_defaults(upstream, request, target);
    const std::string dimensions = number(target.defaults->dimensions);
    const bool legacy = request.operation == Operation::legacy_embed;
    if (dimensions.empty() || legacy || !shortens(target)) return;
    Holder body(upstream.body);
    body.add("dimensions", dimensions);
    if (body.changed()) upstream.body = body.json();
}

}  // namespace llmr::providers
