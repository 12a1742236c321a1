#include "daemon/endpoints.hpp"

#include <algorithm>

#include "daemon/handlers/handlers.hpp"
#include "daemon/percent.hpp"

namespace llmr::daemon {
namespace {

using boost::beast::http::verb;
using enum Access;
constexpr Dialect openai = Dialect::openai_chat;
constexpr Dialect responses = Dialect::openai_responses;
constexpr Dialect ollama = Dialect::ollama;
constexpr Dialect anthropic = Dialect::anthropic;

/// The HTTP surface, most asked first.
constexpr Endpoint kEndpoints[] = {
    {"/v1/chat/completions", verb::post, keyed, openai, handlers::chat},
    {"/v1/completions", verb::post, keyed, openai, handlers::complete},
    {"/v1/embeddings", verb::post, keyed, openai, handlers::embed},
    {"/v1/models", verb::get, keyed, openai, handlers::openai_models, true},
    {"/v1/models/*", verb::get, keyed, openai, handlers::openai_model, true},
    {"/v1/responses", verb::post, keyed, responses, handlers::chat},
    {"/v1/responses/*", verb::get, keyed, responses, handlers::stored_response},
    {"/v1/responses/*", verb::delete_, keyed, responses, handlers::delete_response},
    {"/v1/messages", verb::post, keyed, anthropic, handlers::chat},
    {"/v1/messages/count_tokens", verb::post, keyed, anthropic, handlers::count_tokens},

    {"/api/chat", verb::post, keyed, ollama, handlers::chat},
    {"/api/generate", verb::post, keyed, ollama, handlers::generate},
    {"/api/embed", verb::post, keyed, ollama, handlers::embed},
    {"/api/embeddings", verb::post, keyed, ollama, handlers::legacy_embed},
    {"/api/tags", verb::get, keyed, ollama, handlers::ollama_tags},
    {"/api/ps", verb::get, keyed, ollama, handlers::ollama_ps},
    {"/api/show", verb::post, keyed, ollama, handlers::ollama_show},
    {"/api/version", verb::get, keyed, ollama, handlers::ollama_version},
    {"/api/status", verb::get, keyed, ollama, handlers::ollama_status},
    {"/api/pull", verb::post, keyed, ollama, handlers::ollama_pull},
    {"/api/create", verb::post, keyed, ollama, handlers::no_model_management},
    {"/api/push", verb::post, keyed, ollama, handlers::no_model_management},
    {"/api/copy", verb::post, keyed, ollama, handlers::no_model_management},
    {"/api/delete", verb::delete_, keyed, ollama, handlers::no_model_management},
    {"/api/blobs/*", verb::post, keyed, ollama, handlers::no_model_management},
    {"/api/blobs/*", verb::head, keyed, ollama, handlers::no_model_management},

    {"/router/explain", verb::post, keyed, openai, handlers::explain},
    {"/router/feedback", verb::post, keyed, openai, handlers::feedback},
    {"/router/stats", verb::get, keyed, openai, handlers::stats},
    {"/router/stats/timeseries", verb::get, keyed, openai, handlers::timeseries},
    {"/router/stats/projection", verb::get, keyed, openai, handlers::projection},
    {"/router/queries", verb::get, keyed, openai, handlers::queries},
    {"/router/events", verb::get, keyed, openai, handlers::events},
    {"/router/status", verb::get, keyed, openai, handlers::status},
    {"/router/replay", verb::get, keyed, openai, handlers::replay},
    {"/router/tuning", verb::get, keyed, openai, handlers::tuning},
    {"/router/tuning", verb::put, Access::admin, openai, handlers::tune},
    {"/dashboard", verb::get, open, openai, handlers::dashboard},
    {"/dashboard/*", verb::get, open, openai, handlers::dashboard},
    {"/metrics", verb::get, keyed, openai, handlers::metrics},
    {"/health", verb::get, open, openai, handlers::health},
    {"/ready", verb::get, open, openai, handlers::ready},
    {"/openapi.json", verb::get, open, openai, handlers::openapi},
    {"/", verb::get, open, ollama, handlers::root},
};

/// Prefixes that clients put before paths we know.
struct Prefix {
    std::string_view from;
    std::string_view to;
};
constexpr Prefix kPrefixes[] = {
    {"/v1/api/", "/api/"},    // a base URL with /v1 in an Ollama client
    {"/api/v1/", "/v1/"},     // and one with /api in an OpenAI client
    {"/openai/v1/", "/v1/"},  // Azure's newer surface
    {"/openai/models", "/v1/models"},
    {"/openai/responses", "/v1/responses"},
};

constexpr std::string_view kDeployments = "/openai/deployments/";
/// What Azure has below a deployment; the longer ending first, as it holds the other.
constexpr std::string_view kOfDeployment[] = {"/chat/completions", "/completions", "/embeddings"};

/// The path of a row with `*`, without it.
std::string_view stem(const Endpoint& endpoint) {
    return endpoint.path.substr(0, endpoint.path.size() - 1);
}

bool is_at(const Endpoint& endpoint, std::string_view path) {
    if (!endpoint.path.ends_with('*')) return endpoint.path == path;
    return path.size() > stem(endpoint).size() && path.starts_with(stem(endpoint));
}

bool serves(const Endpoint& endpoint, verb asked) {
    return endpoint.verb == asked || (asked == verb::head && endpoint.verb == verb::get);
}

std::string_view methods(const Endpoint& endpoint) {
    switch (endpoint.verb) {
        case verb::get:
            return "GET, HEAD";
        case verb::head:
            return "HEAD";
        case verb::delete_:
            return "DELETE";
        case verb::put:
            return "PUT";
        default:
            return "POST";
    }
}

bool is_served(std::string_view path) {
    return std::any_of(std::begin(kEndpoints), std::end(kEndpoints),
                       [path](const Endpoint& endpoint) { return is_at(endpoint, path); });
}

/// Without query, doubled slashes and trailing slash.
std::string clean_path(std::string_view target) {
    target = target.substr(0, target.find('?'));
    std::string path;
    path.reserve(target.size());
    for (const char c : target) {
        if (c == '/' && !path.empty() && path.back() == '/') continue;
        path.push_back(c);
    }
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

/// Azure's classic paths carry the model: its name is all up to the operation.
bool read_deployment(RequestPath& asked) {
    if (!asked.path.starts_with(kDeployments)) return false;
    const std::string_view rest = std::string_view(asked.path).substr(kDeployments.size());
    for (const std::string_view operation : kOfDeployment) {
        if (rest.size() <= operation.size() || !rest.ends_with(operation)) continue;
        asked.model = percent_decoded(rest.substr(0, rest.size() - operation.size()));
        asked.path = "/v1" + std::string(operation);
        return true;
    }
    return false;
}

}  // namespace

std::span<const Endpoint> all_endpoints() {
    return kEndpoints;
}

EndpointMatch find_endpoint(std::string_view path, verb asked) {
    EndpointMatch match;
    match.dialect = path.starts_with("/api/")          ? ollama
                    : path.starts_with("/v1/messages") ? anthropic
                                                       : openai;
    for (const Endpoint& endpoint : kEndpoints) {
        if (!is_at(endpoint, path)) continue;
        match.dialect = endpoint.dialect;
        if (serves(endpoint, asked)) {
            match.endpoint = &endpoint;
            match.allow.clear();
            if (endpoint.path.ends_with('*'))
                match.tail = percent_decoded(path.substr(stem(endpoint).size()));
            return match;
        }
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += methods(endpoint);
    }
    return match;
}

RequestPath read_path(std::string_view target) {
    RequestPath asked;
    asked.path = clean_path(target);
    if (is_served(asked.path) || read_deployment(asked)) return asked;
    for (const Prefix& prefix : kPrefixes) {
        if (!asked.path.starts_with(prefix.from)) continue;
        asked.path.replace(0, prefix.from.size(), prefix.to);
        return asked;
    }
    // Not for "/api/...": those would be "/v1/api/...", which is the same again.
    const std::string versioned = "/v1" + asked.path;
    if (is_served(versioned)) asked.path = versioned;
    return asked;
}

std::string normalise_path(std::string_view target) {
    return read_path(target).path;
}

}  // namespace llmr::daemon
