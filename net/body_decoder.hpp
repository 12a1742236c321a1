#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace llmr::net {

/// A request body without its Content-Encoding: gzip (x-gzip), deflate (with or without zlib's
/// frame), zstd, identity; one coding, any case. Stops as soon as more than `limit` bytes come out,
/// so that a small body cannot fill the memory. Pure.
/// Errors: unsupported_parameter for another coding or several, bad_request for broken data,
/// body_too_large.
Result<std::string> decode_body(std::string_view coding, std::string_view body, std::size_t limit);

}  // namespace llmr::net
