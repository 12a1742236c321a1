#include "daemon/privacy.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace llmr::daemon {
namespace {

bool is_local_only_key(const Config& config, const std::string& key_id) {
    const auto name = config.key_names.find(key_id);
    if (name == config.key_names.end()) return false;
    const auto& keys = config.local_only_keys;
    return std::find(keys.begin(), keys.end(), name->second) != keys.end();
}

}  // namespace

LocalOnly local_only_of(const Config& config) {
    return config.privacy == Privacy::local_only ? LocalOnly::by_setting : LocalOnly::no;
}

bool is_barred(const Config& config, const UpstreamConfig& upstream) {
    return config.privacy == Privacy::local_only && upstream.locality == Locality::external;
}

LocalOnly local_only_of(const RequestContext& context) {
    const Config& config = *context.worker.config();
    if (local_only_of(config) != LocalOnly::no) return local_only_of(config);
    if (is_local_only_key(config, context.key_id)) return LocalOnly::by_key;
    const bool asked = !trim(context.header("x-router-privacy")).empty();
    return asked ? LocalOnly::by_header : LocalOnly::no;
}

}  // namespace llmr::daemon
