#include "daemon/upstream_status.hpp"

namespace llmr::daemon {
namespace {

std::string_view status_of(const UpstreamHealth& seen) {
    if (seen.barred) return "not used";
    if (!seen.checked) return "unchecked";
    return seen.up ? "up" : "down";
}

}  // namespace

UpstreamHealth health_of(const Landscape& landscape, std::size_t upstream_index) {
    if (upstream_index >= landscape.upstreams.size()) return {};
    return landscape.upstreams[upstream_index];
}

void write_upstream_state(JsonWriter& json, const UpstreamConfig& upstream,
                          const UpstreamHealth& seen) {
    json.field("name", upstream.name)
        .field("dialect", to_string(upstream.dialect))
        .field("local", upstream.locality == Locality::local)
        .field("status", status_of(seen));
    if (!seen.version.empty()) json.field("version", seen.version);
    if (!seen.error.empty()) json.field("error", seen.error);
}

}  // namespace llmr::daemon
