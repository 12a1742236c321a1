// Who may ask OpenRouter for which models, as openrouter.ai/docs describes it.
#include "simulator/dialects/openrouter.hpp"

#include "simulator/dialects/dialects.hpp"
#include "simulator/dialects/openrouter_prices.hpp"
#include "simulator/json_view.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

DialectTraits traits_of(const DialectSettings& settings) {
    DialectTraits traits;
    traits.name = "openrouter";
    traits.bases = {"/api/v1"};
    traits.client_base = "/api/v1";
    traits.models = {"openai/gpt-4o-mini", "anthropic/claude-sonnet-4.5", "deepseek/deepseek-r1",
                     "meta-llama/llama-3.3-70b-instruct:free", "openai/text-embedding-3-small"};
    traits.context_length = settings.context_length > 0 ? settings.context_length : 131'072;
    traits.reasoning_names = {"-r1", ":thinking", "openai/o1", "openai/o3", "openai/gpt-5"};
    traits.reasoning_key = "reasoning";
    traits.open_models = true;
    traits.json_word = false;
    traits.usage_always = true;
    traits.usage_null = false;
    traits.html_gateway = false;
    traits.retry_after_seconds = 5;
    return traits;
}

/// The member `reasoning`: whether to think, and whether to show it.
bool wants_reasoning(element root, bool usually) {
    const auto reasoning = get_value(root, "reasoning");
    if (!reasoning || !reasoning->is_object()) {
        return usually;
    }
    const bool none = get_string(*reasoning, "effort") == "none";
    return usually && !none && get_bool(*reasoning, "enabled").value_or(true) &&
           !get_bool(*reasoning, "exclude").value_or(false);
}

}  // namespace

std::optional<OpenAiError> OpenRouter::authorize(const HttpRequest& request,
                                                 const KeyRing& keys) const {
    const auto key = credential(request);
    if (keys.accepts(key)) {
        return std::nullopt;
    }
    return OpenAiError{401, key.empty() ? "No auth credentials found" : "User not found.", "", ""};
}

/// A variant that is not listed (":nitro", ":floor") is the model without it.
const OpenAiModel* OpenRouter::resolve(const std::vector<OpenAiModel>& models,
                                       std::string_view name) const {
    const auto* exact = Dialect::resolve(models, name);
    return exact ? exact : Dialect::resolve(models, name.substr(0, name.find(':')));
}

/// `model`, then `models`: falling back needs no `route` any more, which used to say so.
std::vector<std::string_view> OpenRouter::candidates(element root, const Call& call) const {
    std::vector<std::string_view> names;
    if (const auto first = get_string(root, "model"); first || !call.model.empty()) {
        names.push_back(first.value_or(call.model));
    }
    const auto others = get_value(root, "models");
    if (others && others->is_array()) {
        for (const element other : array_of(*others)) {
            if (other.is_string()) {
                names.push_back(string_of(other));
            }
        }
    }
    if (names.empty()) {
        names.emplace_back();
    }
    return names;
}

std::optional<OpenAiError> OpenRouter::adapt(element root, const OpenAiModel&,
                                             OpenAiRequest& asked) const {
    asked.prompt.think = wants_reasoning(root, asked.prompt.think);
    return std::nullopt;
}

/// Only what writes text, as the real list without a query.
Reply OpenRouter::list_models(const std::vector<OpenAiModel>& models) const {
    std::string body;
    std::int64_t count = 0;
    JsonWriter writer(body);
    writer.begin_object().key("data").begin_array();
    for (const auto& model : models) {
        if (model.embedding_length == 0) {
            write_model(writer, model);
            ++count;
        }
    }
    writer.end_array().field("total_count", count);
    writer.key("links").begin_object().key("next").null().end_object().end_object();
    return json_reply(std::move(body));
}

void OpenRouter::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    const auto price = openrouter_price(model.name);
    writer.begin_object().field("id", model.name).field("canonical_slug", model.name);
    writer.field("name", model.name).field("created", model.created);
    writer.field("context_length", model.context_length);
    writer.key("architecture").begin_object();
    writer.key("input_modalities").begin_array().value("text").end_array();
    writer.key("output_modalities").begin_array().value("text").end_array();
    writer.field("tokenizer", "Other").end_object();
    writer.key("pricing").begin_object();
    writer.field("prompt", decimal_text(price.prompt));
    writer.field("completion", decimal_text(price.completion));
    for (const auto* name : {"request", "image", "web_search", "internal_reasoning"}) {
        writer.field(name, "0");
    }
    writer.end_object().key("top_provider").begin_object();
    writer.field("context_length", model.context_length).field("max_completion_tokens", 16'384);
    writer.field("is_moderated", false).end_object();
    writer.key("supported_parameters").begin_array();
    for (const auto* name : {"max_tokens", "temperature", "tools", "response_format"}) {
        writer.value(name);
    }
    writer.end_array().key("per_request_limits").null().end_object();
}

std::unique_ptr<Dialect> make_openrouter(const DialectSettings& settings) {
    return std::make_unique<OpenRouter>(traits_of(settings));
}

}  // namespace llmr::simulator
