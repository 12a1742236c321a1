#pragma once

#include <string>

namespace llmr {

/// 26 characters of Crockford base 32: 48 bits of UTC milliseconds, then 80 random bits (the ULID
/// layout), so ids sort by time. Thread-safe.
std::string new_request_id();

/// `length` lower-case alphanumeric characters, for tool-call and completion ids. Thread-safe.
std::string random_alnum(std::size_t length);

}  // namespace llmr
