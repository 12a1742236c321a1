#include "routing/plan_parts.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/find_upstream.hpp"
#include "routing/retry_hint.hpp"

namespace llmr::routing {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// A configured model of a server other than Ollama, if the server is there and of that locality.
std::optional<Candidate> configured(const ExternalModel& model, Locality locality,
                                    const Config& config) {
    const auto index = find_upstream(config, model.upstream);
    if (!index || config.upstreams[*index].locality != locality) return std::nullopt;
    Candidate candidate;
    candidate.upstream = model.upstream;
    candidate.upstream_index = *index;
    candidate.model = model.model;
    candidate.locality = locality;
    return candidate;
}

/// A model that an Ollama runs elsewhere.
std::optional<Candidate> in_the_cloud(const ExternalModel& model, const RouteContext& context) {
    for (const LocalModel* host : context.catalog.find(model.model)) {
        if (host->locality == Locality::external && host->completion)
            return candidate_of(*host, context, {});
    }
    return std::nullopt;
}

std::string too_late(microseconds wait, milliseconds left) {
    return "it is expected to begin in " +
           std::to_string(duration_cast<milliseconds>(wait).count()) +
           " ms, and the deadline is in " + std::to_string(left.count()) + " ms";
}

}  // namespace

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

std::vector<Candidate> external_targets(const RouteContext& context) {
    std::vector<Candidate> targets;
    for (const ExternalModel& model : context.config.external_models) {
        auto target = in_the_cloud(model, context);
        if (!target) target = configured(model, Locality::external, context.config);
        if (target) targets.push_back(std::move(*target));
    }
    return targets;
}

std::optional<Candidate> local_stand_in(const RouteContext& context) {
    for (const ExternalModel& model : context.config.external_models) {
        auto candidate = configured(model, Locality::local, context.config);
        if (!candidate) continue;
        candidate->why = "no Ollama model can fill the role";
        return candidate;
    }
    return std::nullopt;
}

void order_hosts(std::vector<const LocalModel*>& hosts, const RouteContext& context) {
    if (!context.view || hosts.size() < 2) return;
    struct Entry {
        const LocalModel* host;
        ModelView view;
    };
    std::vector<Entry> entries;
    for (const LocalModel* host : hosts)
        entries.push_back({host, context.view(host->upstream_index, host->name)});
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::make_tuple(a.host->locality, !a.view.loaded,
                               a.view.in_flight + a.view.waiting) <
               std::make_tuple(b.host->locality, !b.view.loaded, b.view.in_flight + b.view.waiting);
    });
    for (std::size_t i = 0; i < hosts.size(); ++i)
        hosts[i] = entries[i].host;
}

std::optional<Error> drop_late(std::vector<Candidate>& candidates, const RouteQuery& query,
                               const RouteContext& context, RoutePlan& plan) {
    if (!query.time_left || !context.view || candidates.empty()) return std::nullopt;
    std::vector<Candidate> in_time;
    microseconds soonest = microseconds::max();
    for (Candidate& candidate : candidates) {
        microseconds wait{0};
        if (candidate.locality == Locality::local) {
            wait = context.view(candidate.upstream_index, candidate.model).wait;
        }
        if (wait <= *query.time_left) {
            in_time.push_back(std::move(candidate));
            continue;
        }
        soonest = std::min(soonest, wait);
        plan.skipped.push_back(skipped_of(candidate, too_late(wait, *query.time_left)));
    }
    candidates = std::move(in_time);
    if (!candidates.empty()) return std::nullopt;
    Error error(Errc::deadline_exceeded,
                "no local model can begin in time: " + too_late(soonest, *query.time_left));
    error.retry_after_seconds = retry_hint_seconds(soonest);
    return error;
}

std::string because_of(LocalOnly rule) {
    if (rule == LocalOnly::no) return {};
    return " (" + std::string(to_string(rule)) + ")";
}

Error context_exceeded(std::int64_t longest_context, std::int64_t input_tokens) {
    return Error(Errc::context_length_exceeded,
                 "This model's maximum context length is " + std::to_string(longest_context) +
                     " tokens. However, your messages resulted in " + std::to_string(input_tokens) +
                     " tokens.",
                 "messages");
}

}  // namespace llmr::routing
