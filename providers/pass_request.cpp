#include <utility>

#include "providers/option_parts.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

std::string_view openai_path(Operation operation) {
    if (operation == Operation::complete) return "/completions";
    return is_embedding(operation) ? "/embeddings" : "/chat/completions";
}

std::string_view ollama_path(Operation operation) {
    switch (operation) {
        case Operation::chat:
            return "/api/chat";
        case Operation::generate:
            return "/api/generate";
        case Operation::embed:
            return "/api/embed";
        case Operation::legacy_embed:
            return "/api/embeddings";
        case Operation::complete:
            break;
    }
    return "/api/chat";
}

Result<std::string> replace(std::string_view body, std::string_view key, std::string_view json) {
    auto changed = replace_member(body, key, json);
    if (!changed) return Error(Errc::bad_request, "the request body must be a JSON object");
    return std::move(*changed);
}

UpstreamRequest upstream_request(std::string_view path, std::string body) {
    UpstreamRequest request;
    request.path = path;
    request.body = std::move(body);
    return request;
}

// The client's stream_options with include_usage switched on.
std::string with_usage_asked(const ChatRequest& request) {
    const auto options = get_value(request.root, "stream_options");
    const std::string current = options && options->is_object() ? to_json(*options) : "{}";
    return replace_member(current, "include_usage", "true").value_or(R"({"include_usage":true})");
}

Result<UpstreamRequest> pass_openai_request(const ChatRequest& request, std::string_view body,
                                            const Target& target) {
    auto changed = replace(body, "model", json_quote(target.model));
    if (changed && request.stream && !request.include_usage)
        changed = replace(*changed, "stream_options", with_usage_asked(request));
    if (!changed) return changed.error();
    return upstream_request(openai_path(request.operation), std::move(*changed));
}

// A client that names a model hears from Ollama that it cannot think; one that left the choice to
// us could not have known.
bool asks_in_vain_to_think(const ChatRequest& request, const Target& target) {
    const auto think = get_value(request.root, "think");
    return target.routed && target.thinks == false && think && !says_nothing(*think);
}

// The pin wins over the client's number: a varying num_ctx makes Ollama reload the model.
std::optional<std::string> pinned_options(const ChatRequest& request, const Target& target) {
    const auto options = get_value(request.root, "options");
    const std::string current = options && options->is_object() ? to_json(*options) : "{}";
    return replace_member(current, "num_ctx", std::to_string(*target.num_ctx));
}

Result<UpstreamRequest> pass_ollama_request(const ChatRequest& request, std::string_view body,
                                            const Target& target) {
    auto changed = replace(body, "model", json_quote(target.model));
    if (changed && target.num_ctx) {
        if (const auto pinned = pinned_options(request, target))
            changed = replace(*changed, "options", *pinned);
    }
    const bool without_thinking = asks_in_vain_to_think(request, target);
    if (changed && without_thinking) changed = remove_member(*changed, "think").value_or(*changed);
    if (!changed) return changed.error();
    auto upstream = upstream_request(ollama_path(request.operation), std::move(*changed));
    if (without_thinking) upstream.ignored.emplace_back(thinking_name(Dialect::ollama));
    return upstream;
}

// Dialects with one path and nothing to change but the model.
Result<UpstreamRequest> pass_plain(std::string_view path, std::string_view body,
                                   const Target& target) {
    auto changed = replace(body, "model", json_quote(target.model));
    if (!changed) return changed.error();
    return upstream_request(path, std::move(*changed));
}

}  // namespace

Result<UpstreamRequest> pass_request(const ChatRequest& request, std::string_view body,
                                     const Target& target) {
    switch (target.dialect) {
        case Dialect::openai_chat:
            return pass_openai_request(request, body, target);
        case Dialect::openai_responses:
            return pass_plain("/responses", body, target);
        case Dialect::ollama:
            return pass_ollama_request(request, body, target);
        case Dialect::anthropic:
            return pass_plain("/v1/messages", body, target);
        case Dialect::gemini:  // no client speaks it
            break;
    }
    return Error(Errc::bad_request, "this dialect is not known");
}

}  // namespace llmr::providers
