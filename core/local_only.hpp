#pragma once

#include <cstdint>
#include <string_view>

namespace llmr {

/// What demands that a query stay on this machine and its network (core/host_class). Where several
/// do, the first in this order is named.
enum class LocalOnly : std::uint8_t {
    no,
    by_setting,  ///< LLM_PRIVACY: every query
    by_key,      ///< LLM_LOCAL_ONLY_KEYS: those of some clients
    by_header    ///< x-router-privacy: this one
};

/// What the operator or the client would have to change: "LLM_PRIVACY=local-only"; empty for `no`.
constexpr std::string_view to_string(LocalOnly rule) {
    switch (rule) {
        case LocalOnly::no:
            break;
        case LocalOnly::by_setting:
            return "LLM_PRIVACY=local-only";
        case LocalOnly::by_key:
            return "LLM_LOCAL_ONLY_KEYS";
        case LocalOnly::by_header:
            return "x-router-privacy: local-only";
    }
    return {};
}

}  // namespace llmr
