#include "routing/plan_parts.hpp"

#include <utility>

namespace llmr::routing {

std::string upstream_name(const RouteContext& context, std::size_t index) {
    const auto& upstreams = context.config.upstreams;
    return index < upstreams.size() ? upstreams[index].name : std::string();
}

bool is_healthy(const RouteContext& context, const Candidate& candidate) {
    return !context.healthy || context.healthy(candidate.upstream_index, candidate.model);
}

Candidate candidate_of(const LocalModel& model, const RouteContext& context, std::string why) {
    Candidate candidate;
    candidate.upstream = upstream_name(context, model.upstream_index);
    candidate.upstream_index = model.upstream_index;
    candidate.model = model.name;
    candidate.locality = model.locality;
    candidate.context_length = model.context_length;
    candidate.why = std::move(why);
    return candidate;
}

Skipped skipped_of(const Candidate& candidate, std::string why) {
    Skipped skipped;
    skipped.upstream = candidate.upstream;
    skipped.model = candidate.model;
    skipped.why = std::move(why);
    return skipped;
}

std::optional<Candidate> external_target(const RouteContext& context) {
    const Config& config = context.config;
    if (config.external_model.empty()) return std::nullopt;
    for (const LocalModel* host : context.catalog.find(config.external_model)) {
        if (host->locality == Locality::external && host->completion) {
            return candidate_of(*host, context, {});
        }
    }
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
        const UpstreamConfig& upstream = config.upstreams[i];
        if (upstream.locality != Locality::external || upstream.dialect == Dialect::ollama)
            continue;
        Candidate candidate;
        candidate.upstream = upstream.name;
        candidate.upstream_index = i;
        candidate.model = config.external_model;
        candidate.locality = Locality::external;
        return candidate;
    }
    return std::nullopt;
}

std::optional<Candidate> local_stand_in(const RouteContext& context) {
    const Config& config = context.config;
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
        const UpstreamConfig& upstream = config.upstreams[i];
        if (upstream.locality != Locality::local || upstream.dialect == Dialect::ollama) continue;
        if (config.external_model.empty()) return std::nullopt;
        Candidate candidate;
        candidate.upstream = upstream.name;
        candidate.upstream_index = i;
        candidate.model = config.external_model;
        candidate.why = "no Ollama model can fill the role";
        return candidate;
    }
    return std::nullopt;
}

Error context_exceeded(std::int64_t longest_context, std::int64_t input_tokens) {
    return Error(Errc::context_length_exceeded,
                 "This model's maximum context length is " + std::to_string(longest_context) +
                     " tokens. However, your messages resulted in " + std::to_string(input_tokens) +
                     " tokens.",
                 "messages");
}

}  // namespace llmr::routing
