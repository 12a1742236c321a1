#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config.hpp"
#include "routing/local_model.hpp"
#include "routing/model_tag.hpp"

/// Small installations for the routing tests.
namespace llmr::routing::fixtures {

inline UpstreamConfig upstream(std::string name, Dialect dialect, Locality locality) {
    UpstreamConfig config;
    config.name = std::move(name);
    config.dialect = dialect;
    config.locality = locality;
    return config;
}

/// Two Ollamas and an external server: indices 0, 1 and 2. Roles as the defaults are.
inline Config config() {
    Config result;
    result.upstreams = {upstream("ollama", Dialect::ollama, Locality::local),
                        upstream("ollama-2", Dialect::ollama, Locality::local),
                        upstream("openai", Dialect::openai_chat, Locality::external)};
    result.external_models = {{"openai", "gpt-4o-mini"}};
    result.role_models = {
        {QueryType::embedding, {"nomic-embed-text:latest", false}},
        {QueryType::code, {"deepseek-coder:6.7b", false}},
        {QueryType::simple, {"mistral:7b", false}},
        {QueryType::summarization, {"mistral:7b", false}},
        {QueryType::extraction, {"mistral:7b", false}},
        {QueryType::medium, {"codellama:13b", false}},
        {QueryType::complex, {"codellama:13b", false}},
    };
    return result;
}

inline LocalModel model(std::string name, std::size_t upstream_index = 0) {
    LocalModel result;
    result.name = std::move(name);
    result.upstream_index = upstream_index;
    result.parameters_b = parameter_size_in_name(result.name);
    result.context_length = 32768;
    if (is_cloud_name(result.name)) result.locality = Locality::external;
    return result;
}

inline LocalModel embedder(std::string name, std::size_t upstream_index = 0) {
    LocalModel result = model(std::move(name), upstream_index);
    result.embedding = true;
    result.completion = false;
    return result;
}

inline LocalModel with_tools(LocalModel base) {
    base.tools = true;
    return base;
}

inline LocalModel with_vision(LocalModel base) {
    base.vision = true;
    return base;
}

inline LocalModel with_context(LocalModel base, std::int64_t tokens) {
    base.context_length = tokens;
    return base;
}

/// Every default model on the first Ollama.
inline std::vector<LocalModel> default_models() {
    return {embedder("nomic-embed-text:latest"), model("deepseek-coder:6.7b"), model("mistral:7b"),
            model("codellama:13b")};
}

inline std::vector<LocalModel> plus(std::vector<LocalModel> models, LocalModel extra) {
    models.push_back(std::move(extra));
    return models;
}

}  // namespace llmr::routing::fixtures
