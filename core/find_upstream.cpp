#include "core/find_upstream.hpp"

namespace llmr {

std::optional<std::size_t> find_upstream(const Config& config, std::string_view name) {
    for (std::size_t i = 0; i < config.upstreams.size(); ++i)
        if (config.upstreams[i].name == name) return i;
    return std::nullopt;
}

}  // namespace llmr
