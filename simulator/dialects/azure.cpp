// Azure OpenAI, classic and v1, as learn.microsoft.com/azure/ai-foundry/openai describes it.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/ids.hpp"
#include "simulator/dialects/azure_filter.hpp"
#include "simulator/dialects/dialects.hpp"
#include "simulator/form.hpp"
#include "simulator/http_head.hpp"

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

/// What stands in front of the models refuses in fewer words: code and message.
OpenAiError gateway_error(int status, std::string code, std::string message) {
    return {status, std::move(message), "", std::move(code), ""};
}

OpenAiError access_denied() {
    return gateway_error(401, "401",
                         "Access denied due to invalid subscription key or wrong API endpoint. "
                         "Make sure to provide a valid key for an active subscription and use a "
                         "correct regional API endpoint for your resource.");
}

class Azure : public Dialect {
public:
    Azure(DialectTraits traits, const TokenBook* tokens)
        : Dialect(std::move(traits)), tokens_(tokens) {}

    std::optional<Call> find_call(std::string_view path) const override;
    std::string_view credential(const HttpRequest& request) const override;
    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    std::optional<OpenAiError> refuse(const HttpRequest& request, const Call& call) const override;
    std::optional<OpenAiError> refuse_body(const HttpRequest& request, element root) const override;
    OpenAiModel model(std::string_view text) const override;
    const OpenAiModel* resolve(const std::vector<OpenAiModel>& models,
                               std::string_view name) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    OpenAiError usual_error(int status, std::string_view kind) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    void write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                             std::string_view finish_reason, ChoicePart part) const override;
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string before_stream() const override;
    std::string after_finish(const CompletionFrame& frame) const override;
    std::string lines(const Served& served) const override;

private:
    std::optional<OpenAiError> check_token(std::string_view token) const;

    const TokenBook* tokens_;
};

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
        return access_denied();
    }
    if (!key.empty()) {
        return keys.accepts(key) ? std::nullopt : std::optional(access_denied());
    }
    const bool known_key = !keys.open() && keys.accepts(token);
    if (known_key && is_v1(request.path)) {
        return std::nullopt;
    }
    return tokens_ || !keys.open() ? check_token(token) : std::nullopt;
}

std::optional<OpenAiError> Azure::check_token(std::string_view token) const {
    const auto state = tokens_ ? tokens_->state(token) : TokenState::unknown;
    if (state != TokenState::valid) {
        return gateway_error(401, "401",
                             "Unauthorized. Access token is missing, invalid, audience is "
                             "incorrect (https://cognitiveservices.azure.com), or have expired.");
    }
    const auto audience = tokens_->audience(token);
    const bool right =
        std::find(kAudiences.begin(), kAudiences.end(), audience) != kAudiences.end();
    return right ? std::nullopt
                 : std::optional(gateway_error(
                       401, "401",
                       "Unauthorized. Access token is missing, invalid, audience is incorrect "
                       "(https://cognitiveservices.azure.com), or have expired."));
}

std::optional<OpenAiError> Azure::refuse(const HttpRequest& request, const Call&) const {
    const auto version = form_value(request.query, "api-version").value_or("");
    if (is_v1(request.path) ||
        std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end()) {
        return std::nullopt;
    }
    return gateway_error(404, "404", "Resource not found");
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

Reply Azure::error(const OpenAiError& error) const {
    if (error.code == "content_filter") {
        return blocked_prompt(error.message);
    }
    const bool gateway = error.type.empty() || error.status == 401 || error.status == 404;
    if (!gateway) {
        return openai_error(error);
    }
    auto reply = json_reply({});
    reply.status = error.status;
    const auto code = error.code.empty() ? std::to_string(error.status) : error.code;
    JsonWriter writer(reply.body);
    writer.begin_object().key("error").begin_object().field("code", code);
    writer.field("message",
                 error.code.empty() && error.status == 404 ? "Resource not found" : error.message);
    writer.end_object().end_object();
    return reply;
}

OpenAiError Azure::usual_error(int status, std::string_view kind) const {
    if (kind == "content_filter") {
        return {400, std::string(kBlockedPrompt), "prompt", "content_filter"};
    }
    switch (status) {
        case 401:
            return access_denied();
        case 403:
            return gateway_error(403, "PermissionDenied",
                                 "The principal lacks the required data action to perform the "
                                 "operation.");
        case 404:
            return unknown_model("");
        case 429:
            return gateway_error(429, "429",
                                 "Requests to the ChatCompletions_Create Operation have exceeded "
                                 "the call rate limit of your current pricing tier. Please retry "
                                 "after 6 seconds.");
        default:
            return Dialect::usual_error(status, kind);
    }
}

OpenAiError Azure::unknown_model(std::string_view) const {
    return gateway_error(404, "DeploymentNotFound",
                         "The API deployment for this resource does not exist. If you created the "
                         "deployment within the last 5 minutes, please wait a moment and try "
                         "again.");
}

void Azure::write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                                std::string_view finish_reason, ChoicePart part) const {
    if (frame.filter_frames && part != ChoicePart::whole) {
        return;  // the filter judges later
    }
    writer.key("content_filter_results");
    if (part == ChoicePart::finish && finish_reason != "content_filter") {
        writer.begin_object().end_object();
    } else {
        write_filter_results(writer, finish_reason == "content_filter");
    }
}

void Azure::write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const {
    Dialect::write_extras(writer, frame, whole);
    if (whole) {
        write_prompt_filter_results(writer);
    }
}

std::string Azure::before_stream() const {
    std::string event = "data: ";
    JsonWriter writer(event);
    writer.begin_object().key("choices").begin_array().end_array().field("created", 0);
    writer.field("id", "").field("model", "").field("object", "");
    write_prompt_filter_results(writer);
    writer.end_object();
    return event + "\n\n";
}

std::string Azure::after_finish(const CompletionFrame& frame) const {
    return frame.filter_frames ? filter_frame(frame.choices) : std::string();
}

/// Resets are whole seconds.
std::string Azure::lines(const Served& served) const {
    auto out = header_line("x-ms-region", "Sweden Central") +
               header_line("apim-request-id", random_alnum(32)) +
               header_line("x-request-id", random_alnum(32));
    if (served.allowance) {
        const auto& allowance = *served.allowance;
        const auto reset = std::chrono::ceil<std::chrono::seconds>(allowance.reset).count();
        out += header_line("x-ratelimit-limit-requests", allowance.request_limit) +
               header_line("x-ratelimit-limit-tokens", allowance.token_limit) +
               header_line("x-ratelimit-remaining-requests", allowance.requests_left) +
               header_line("x-ratelimit-remaining-tokens", allowance.tokens_left) +
               header_line("x-ratelimit-reset-requests", std::int64_t{reset}) +
               header_line("x-ratelimit-reset-tokens", std::int64_t{reset});
    }
    if (served.model) {
        out += header_line("azureml-model-session", "d001-simulated") +
               header_line("x-ms-deployment-name", served.model->name);
    }
    return out;
}

}  // namespace

std::unique_ptr<Dialect> make_azure(const DialectSettings& settings) {
    return std::make_unique<Azure>(traits_of(settings), settings.tokens);
}

}  // namespace llmr::simulator
