#pragma once

#include <optional>
#include <string_view>

#include "core/types.hpp"

namespace llmr::storage {

/// The enumerator that to_string() calls `name`. Enums count from 0, and a number that names none
/// has a name that is never stored.
template <class Enum>
std::optional<Enum> enum_named(std::string_view name) {
    constexpr int kMoreThanAnyEnum = 32;
    for (int value = 0; value < kMoreThanAnyEnum; ++value)
        if (to_string(static_cast<Enum>(value)) == name) return static_cast<Enum>(value);
    return std::nullopt;
}

}  // namespace llmr::storage
