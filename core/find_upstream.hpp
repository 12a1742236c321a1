#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/config.hpp"

namespace llmr {

/// Where the upstream of that name is in Config::upstreams. Nothing: there is none.
std::optional<std::size_t> find_upstream(const Config& config, std::string_view name);

}  // namespace llmr
