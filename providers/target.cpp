#include "providers/target.hpp"

#include "providers/azure_path.hpp"

namespace llmr::providers {

Target target_at(const UpstreamConfig& upstream, std::string_view model) {
    Target target;
    target.dialect = upstream.dialect;
    target.model = model;
    target.provider = &provider_of(upstream);
    target.vertex = target.provider->name == "vertex_ai";
    target.stream_usage = azure_knows_stream_options(upstream.api_version);
    return target;
}

std::string path_at(const UpstreamConfig& upstream, std::string_view model, std::string_view path) {
    if (!has_deployment_paths(upstream)) return std::string(path);
    return azure_path(path, model, upstream.api_version);
}

}  // namespace llmr::providers
