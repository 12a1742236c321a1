#pragma once

#include <optional>
#include <stdexcept>
#include <string>
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

/// The same of a value in table `attempts`. Throws runtime_error if there is none.
template <class Enum>
Enum stored_enum(std::string_view name) {
    if (const auto found = enum_named<Enum>(name)) return *found;
    throw std::runtime_error("table attempts holds a value this program does not know: " +
                             std::string(name));
}

}  // namespace llmr::storage
