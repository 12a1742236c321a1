#pragma once

#include <string_view>

#include <simdjson.h>

namespace llmr::simulator {

/// Values of an element that is known to be an array, object or string. By value, because what
/// simdjson's value_unsafe() refers to is gone at the end of the statement, or of a range-for's
/// head.
inline simdjson::dom::array array_of(simdjson::dom::element element) {
    const auto result = element.get_array();
    return result.value_unsafe();
}

inline simdjson::dom::object object_of(simdjson::dom::element element) {
    const auto result = element.get_object();
    return result.value_unsafe();
}

inline std::string_view string_of(simdjson::dom::element element) {
    const auto result = element.get_string();
    return result.value_unsafe();
}

/// The first element of an array that has one.
inline simdjson::dom::element first_of(simdjson::dom::array array) {
    return *array.begin();
}

}  // namespace llmr::simulator
