// Who may ask Azure OpenAI for what, classic and v1, as learn.microsoft.com/azure/ai-foundry/openai
// describes it.
#include "simulator/dialects/azure.hpp"

#include <algorithm>
#include <array>

#include "simulator/dialects/dialects.hpp"
#include "simulator/form.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

constexpr std::string_view kDeployments = "/openai/deployments/";
constexpr std::string_view kV1 = "/openai/v1/";

/// The versions of the classic surface.
constexpr std::array<std::string_view, 20> kVersions{
    "2022-12-01",         "2023-05-15",         "2023-06-01-preview", "2023-12-01-preview",
    "2024-02-01",         "2024-02-15-preview", "2024-03-01-preview", "2024-04-01-preview",
    "2024-05-01-preview", "2024-06-01",         "2024-07-01-preview", "2024-08-01-preview",
    "2024-09-01-preview", "2024-10-01-preview", "2024-10-21",         "2024-12-01-preview",
    "2025-01-01-preview", "2025-02-01-preview", "2025-03-01-preview", "2025-04-01-preview"};
/// The first that knows stream_options.
constexpr std::string_view kStreamOptions = "2024-09-01";

constexpr std::array<std::string_view, 2> kAudiences{"https://cognitiveservices.azure.com",
                                                     "https://ai.azure.com"};

DialectTraits traits_of(const DialectSettings& settings) {
    DialectTraits traits;
    traits.name = "azure";
    traits.bases = {"/openai/v1", "/openai"};
    traits.client_base = "";
    traits.models = {"gpt-4o-prod=gpt-4o-2024-11-20", "gpt-4o-mini=gpt-4o-mini-2024-07-18",
                     "embeddings=text-embedding-3-small"};
    traits.context_length = settings.context_length;
    traits.reasoning_names = {"o1", "o3", "o4", "gpt-5"};
    traits.retry_after_seconds = 6;
    traits.retry_after_ms = true;
    return traits;
}

bool is_v1(std::string_view path) {
    return path.starts_with(kV1);
}

}  // namespace

std::optional<Call> Azure::find_call(std::string_view path) const {
    if (!path.starts_with(kDeployments)) {
        auto call = Dialect::find_call(path);
        // Without a deployment the classic surface has lists only.
        const bool allowed = call && (is_v1(path) || call->endpoint == Endpoint::models ||
                                      call->endpoint == Endpoint::one_model);
        return allowed ? call : std::nullopt;
    }
    const auto rest = path.substr(kDeployments.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto tail = rest.substr(slash);
    auto call = Dialect::find_call("/openai" + std::string(tail));
    if (!call || call->endpoint == Endpoint::models || call->endpoint == Endpoint::one_model) {
        return std::nullopt;
    }
    call->model = percent_decode(rest.substr(0, slash));
    return call;
}

std::string_view Azure::credential(const HttpRequest& request) const {
    const auto key = request.header("api-key");
    return key.empty() ? bearer_of(request.authorization) : key;
}

/// Exactly one of key and token. The v1 surface takes the key as a Bearer token, too.
std::optional<OpenAiError> Azure::authorize(const HttpRequest& request, const KeyRing& keys) const {
    const auto key = request.header("api-key");
    const auto token = bearer_of(request.authorization);
    if (key.empty() == token.empty()) {
        return azure_access_denied();
    }
    if (!key.empty()) {
        return keys.accepts(key) ? std::nullopt : std::optional(azure_access_denied());
    }
    const bool known_key = !keys.open() && keys.accepts(token);
    if (known_key && is_v1(request.path)) {
        return std::nullopt;
    }
    return tokens_ || !keys.open() ? check_token(token) : std::nullopt;
}

std::optional<OpenAiError> Azure::check_token(std::string_view token) const {
    if (tokens_ && tokens_->state(token) == TokenState::valid) {
        const auto audience = tokens_->audience(token);
        if (std::find(kAudiences.begin(), kAudiences.end(), audience) != kAudiences.end()) {
            return std::nullopt;
        }
    }
    return azure_gateway_error(401, "401",
                               "Unauthorized. Access token is missing, invalid, audience is "
                               "incorrect (https://cognitiveservices.azure.com), or have expired.");
}

std::optional<OpenAiError> Azure::refuse(const HttpRequest& request, const Call&) const {
    const auto version = form_value(request.query, "api-version").value_or("");
    if (is_v1(request.path) ||
        std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end()) {
        return std::nullopt;
    }
    return azure_gateway_error(404, "404", "Resource not found");
}

std::optional<OpenAiError> Azure::refuse_body(const HttpRequest& request, element root) const {
    const auto version = form_value(request.query, "api-version").value_or("");
    if (is_v1(request.path) || version >= kStreamOptions || !get_value(root, "stream_options")) {
        return std::nullopt;
    }
    return OpenAiError{400, "Unrecognized request argument supplied: stream_options", "", ""};
}

/// "DEPLOYMENT=BASE MODEL"; without "=" both are called the same.
OpenAiModel Azure::model(std::string_view text) const {
    const auto equals = text.find('=');
    const auto deployment = text.substr(0, equals);
    const auto base = equals == std::string_view::npos ? text : text.substr(equals + 1);
    auto model = Dialect::model(base);
    model.snapshot = base;
    model.name = deployment;
    return model;
}

const OpenAiModel* Azure::resolve(const std::vector<OpenAiModel>& models,
                                  std::string_view name) const {
    const auto found = std::find_if(models.begin(), models.end(),
                                    [&](const auto& known) { return known.name == name; });
    return found == models.end() ? nullptr : &*found;
}

/// Base models, not deployments.
void Azure::write_model(JsonWriter& writer, const OpenAiModel& model) const {
    const bool embeds = model.embedding_length > 0;
    writer.begin_object().field("id", model.snapshot).field("object", "model");
    writer.field("created_at", model.created).field("status", "succeeded");
    writer.key("capabilities").begin_object().field("inference", true);
    writer.field("chat_completion", !embeds).field("completion", false);
    writer.field("embeddings", embeds).field("fine_tune", false).end_object();
    writer.field("lifecycle_status", "generally-available").end_object();
}

std::unique_ptr<Dialect> make_azure(const DialectSettings& settings) {
    return std::make_unique<Azure>(traits_of(settings), settings.tokens);
}

}  // namespace llmr::simulator
