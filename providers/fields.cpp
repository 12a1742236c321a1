#include "providers/fields.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"

namespace llmr::providers {

using simdjson::dom::element_type;

std::string_view describe_type(simdjson::dom::element value) {
    switch (value.type()) {
        case element_type::ARRAY:
            return "an array";
        case element_type::OBJECT:
            return "an object";
        case element_type::STRING:
            return "a string";
        case element_type::BOOL:
            return "a boolean";
        case element_type::NULL_VALUE:
            return "null";
        default:
            return "a number";
    }
}

simdjson::dom::element empty_object() {
    static simdjson::dom::parser parser;
    static const simdjson::dom::element empty = parser.parse(std::string_view("{}")).value();
    return empty;
}

std::string indexed(std::string_view path, std::size_t index) {
    return fmt::format("{}[{}]", path, index);
}

Error wrong_type(std::string param, std::string_view expected, simdjson::dom::element value) {
    std::string message =
        fmt::format("'{}' must be {}, not {}", param, expected, describe_type(value));
    return {Errc::invalid_parameter, std::move(message), std::move(param)};
}

Error unsupported(std::string param, std::string_view why) {
    std::string message = fmt::format("'{}' is not supported: {}", param, why);
    return {Errc::unsupported_parameter, std::move(message), std::move(param)};
}

std::string Fields::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void Fields::fail(std::string_view key, std::string_view expected) const {
    const auto value = get_value(object_, key);
    if (!error_ && value) error_ = wrong_type(path_of(key), expected, *value);
}

std::optional<simdjson::dom::element> Fields::any(std::string_view key) const {
    return get_value(object_, key);
}

std::optional<std::string_view> Fields::string(std::string_view key) const {
    const auto value = any(key);
    if (!value) return std::nullopt;
    std::string_view text;
    if (value->get(text) == simdjson::SUCCESS) return text;
    fail(key, "a string");
    return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view key) const {
    const auto value = any(key);
    if (!value) return std::nullopt;
    bool flag = false;
    if (value->get(flag) == simdjson::SUCCESS) return flag;
    fail(key, "a boolean");
    return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key) const {
    const auto value = any(key);
    if (!value) return std::nullopt;
    if (value->is_number()) {
        if (const auto number = get_int(object_, key)) return number;
    }
    fail(key, "an integer");
    return std::nullopt;
}

std::optional<double> Fields::number(std::string_view key) const {
    const auto value = any(key);
    if (!value) return std::nullopt;
    double number = 0;
    if (value->get(number) == simdjson::SUCCESS) return number;
    fail(key, "a number");
    return std::nullopt;
}

std::optional<simdjson::dom::element> Fields::object(std::string_view key) const {
    const auto value = any(key);
    if (!value || value->is_object()) return value;
    fail(key, "an object");
    return std::nullopt;
}

std::optional<simdjson::dom::array> Fields::array(std::string_view key) const {
    const auto value = any(key);
    if (!value) return std::nullopt;
    simdjson::dom::array items;
    if (value->get(items) == simdjson::SUCCESS) return items;
    fail(key, "an array");
    return std::nullopt;
}

}  // namespace llmr::providers
