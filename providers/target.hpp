#pragma once

#include <string>
#include <string_view>

#include "core/upstream_config.hpp"
#include "providers/codec.hpp"

namespace llmr::providers {

/// A model at an upstream, with all that is known from the configuration of that upstream alone. A
/// view of both, which must outlive it.
Target target_at(const UpstreamConfig& upstream, std::string_view model);

/// The path and query that a request for `model` is sent to: UpstreamRequest::path, or what Azure's
/// dated API makes of it.
std::string path_at(const UpstreamConfig& upstream, std::string_view model, std::string_view path);

}  // namespace llmr::providers
