#include "daemon/endpoints.hpp"

#include <algorithm>

#include "daemon/handlers/handlers.hpp"

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
    {"/v1/embeddings", verb::post, keyed, openai, handlers::embed},
    {"/v1/models", verb::get, keyed, openai, handlers::openai_models},
    {"/v1/responses", verb::post, keyed, responses, handlers::chat},
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

    {"/router/explain", verb::post, keyed, openai, handlers::explain},
    {"/router/stats", verb::get, keyed, openai, handlers::stats},
    {"/router/stats/timeseries", verb::get, keyed, openai, handlers::timeseries},
    {"/router/stats/projection", verb::get, keyed, openai, handlers::projection},
    {"/router/queries", verb::get, keyed, openai, handlers::queries},
    {"/metrics", verb::get, keyed, openai, handlers::metrics},
    {"/health", verb::get, open, openai, handlers::health},
    {"/ready", verb::get, open, openai, handlers::ready},
    {"/", verb::get, open, ollama, handlers::root},
};

/// OpenAI paths that clients also ask for at the root, or under other prefixes.
struct Alias {
    std::string_view from;
    std::string_view to;
};
constexpr Alias kAliases[] = {
    {"/chat/completions", "/v1/chat/completions"},
    {"/embeddings", "/v1/embeddings"},
    {"/models", "/v1/models"},
    {"/responses", "/v1/responses"},
    {"/messages", "/v1/messages"},
};

bool serves(const Endpoint& endpoint, verb asked) {
    return endpoint.verb == asked || (asked == verb::head && endpoint.verb == verb::get);
}

}  // namespace

EndpointMatch find_endpoint(std::string_view path, verb asked) {
    EndpointMatch match;
    match.dialect = path.starts_with("/api/") ? ollama : openai;
    for (const Endpoint& endpoint : kEndpoints) {
        if (endpoint.path != path) continue;
        match.dialect = endpoint.dialect;
        if (serves(endpoint, asked)) {
            match.endpoint = &endpoint;
            match.allow.clear();
            return match;
        }
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += endpoint.verb == verb::get ? "GET, HEAD" : "POST";
    }
    return match;
}

std::string normalise_path(std::string_view target) {
    target = target.substr(0, target.find('?'));
    std::string path;
    path.reserve(target.size());
    for (const char c : target) {
        if (c == '/' && !path.empty() && path.back() == '/') continue;
        path.push_back(c);
    }
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    if (path.starts_with("/v1/api/")) path.erase(0, 3);
    for (const Alias& alias : kAliases) {
        if (path == alias.from) return std::string(alias.to);
    }
    return path;
}

}  // namespace llmr::daemon
