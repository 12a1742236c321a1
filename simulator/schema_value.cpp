#include "simulator/schema_value.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "simulator/json_view.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

/// Recursive schemas end here, with null.
constexpr int kDeepest = 12;

class Filler {
public:
    Filler(element root, JsonWriter& writer) : root_(root), writer_(writer) {}

    void fill(element schema, std::string_view name, int depth);

private:
    bool fill_fixed(element schema);
    std::optional<element> branch(element schema) const;
    std::optional<element> referred(std::string_view reference) const;
    static std::string_view type_of(element schema);

    void fill_object(element schema, int depth);
    void fill_array(element schema, std::string_view name, int depth);
    void fill_string(element schema, std::string_view name);
    void fill_number(element schema, bool whole);

    element root_;
    JsonWriter& writer_;
};

bool Filler::fill_fixed(element schema) {
    for (const auto* key : {"const", "default"}) {
        if (const auto value = get_value(schema, key)) {
            writer_.value(*value);
            return true;
        }
    }
    const auto values = get_value(schema, "enum");
    if (values && values->is_array() && array_of(*values).size() > 0) {
        writer_.value(first_of(array_of(*values)));
        return true;
    }
    return false;
}

std::optional<element> Filler::referred(std::string_view reference) const {
    for (const auto* group : {"$defs", "definitions"}) {
        const std::string prefix = std::string("#/") + group + "/";
        if (reference.substr(0, prefix.size()) == prefix) {
            const auto definitions = get_value(root_, group);
            return definitions ? get_value(*definitions, reference.substr(prefix.size()))
                               : std::nullopt;
        }
    }
    return reference == "#" ? std::optional(root_) : std::nullopt;
}

std::optional<element> Filler::branch(element schema) const {
    if (const auto reference = get_string(schema, "$ref")) {
        return referred(*reference);
    }
    for (const auto* key : {"anyOf", "oneOf", "allOf"}) {
        const auto branches = get_value(schema, key);
        if (branches && branches->is_array() && array_of(*branches).size() > 0) {
            return first_of(array_of(*branches));
        }
    }
    return std::nullopt;
}

std::string_view Filler::type_of(element schema) {
    if (const auto type = get_string(schema, "type")) {
        return *type;
    }
    const auto types = get_value(schema, "type");
    if (types && types->is_array()) {
        for (const element type : array_of(*types)) {
            if (type.is_string() && string_of(type) != "null") {
                return string_of(type);
            }
        }
    }
    if (get_value(schema, "properties")) {
        return "object";
    }
    return get_value(schema, "items") ? "array" : "string";
}

void Filler::fill(element schema, std::string_view name, int depth) {
    if (depth > kDeepest) {
        writer_.null();
        return;
    }
    if (!schema.is_object()) {
        writer_.value(name);  // `true`: anything goes
        return;
    }
    if (fill_fixed(schema)) {
        return;
    }
    if (const auto other = branch(schema)) {
        fill(*other, name, depth + 1);
        return;
    }
    const auto type = type_of(schema);
    if (type == "object") {
        fill_object(schema, depth);
    } else if (type == "array") {
        fill_array(schema, name, depth);
    } else if (type == "integer" || type == "number") {
        fill_number(schema, type == "integer");
    } else if (type == "boolean") {
        writer_.value(true);
    } else if (type == "null") {
        writer_.null();
    } else {
        fill_string(schema, name);
    }
}

void Filler::fill_object(element schema, int depth) {
    writer_.begin_object();
    const auto properties = get_value(schema, "properties");
    if (properties && properties->is_object()) {
        std::vector<std::string_view> required;
        const auto names = get_value(schema, "required");
        if (names && names->is_array()) {
            for (const element name : array_of(*names)) {
                if (name.is_string()) {
                    required.push_back(string_of(name));
                }
            }
        }
        for (const auto property : object_of(*properties)) {
            if (required.empty() ||
                std::find(required.begin(), required.end(), property.key) != required.end()) {
                writer_.key(property.key);
                fill(property.value, property.key, depth + 1);
            }
        }
    }
    writer_.end_object();
}

void Filler::fill_array(element schema, std::string_view name, int depth) {
    constexpr std::int64_t kMostItems = 100;
    const auto items = get_value(schema, "items");
    const auto count =
        std::clamp<std::int64_t>(get_int(schema, "minItems").value_or(1),
                                 get_int(schema, "maxItems") == 0 ? 0 : 1, kMostItems);
    writer_.begin_array();
    for (std::int64_t i = 0; i < count; ++i) {
        if (items) {
            fill(*items, name, depth + 1);
        } else {
            writer_.value(name);
        }
    }
    writer_.end_array();
}

void Filler::fill_string(element schema, std::string_view name) {
    const auto format = get_string(schema, "format").value_or("");
    std::string text = "simulated";
    if (format == "date") {
        text = "2025-10-16";
    } else if (format == "date-time") {
        text = "2025-10-16T00:00:00Z";
    } else if (!name.empty()) {
        text += ' ';
        text += name;
    }
    // Lengths count characters: cut a name that is not ASCII nowhere, rather than inside one.
    constexpr std::int64_t kLongest = 4096;
    const auto low =
        std::clamp<std::int64_t>(get_int(schema, "minLength").value_or(0), 0, kLongest);
    const auto high = std::max(get_int(schema, "maxLength").value_or(kLongest), low);
    if (static_cast<std::int64_t>(text.size()) > high) {
        text = std::string("simulated").substr(0, static_cast<std::size_t>(high));
    }
    if (static_cast<std::int64_t>(text.size()) < low) {
        text.resize(static_cast<std::size_t>(low), 'x');
    }
    writer_.value(text);
}

void Filler::fill_number(element schema, bool whole) {
    const auto low = get_double(schema, "minimum");
    const auto above = get_double(schema, "exclusiveMinimum");
    const auto high = get_double(schema, "maximum");
    const auto below = get_double(schema, "exclusiveMaximum");
    double number = 1;
    if (low) {
        number = std::max(number, whole ? std::ceil(*low) : *low);
    }
    if (above && number <= *above) {
        number = std::floor(*above) + 1;
    }
    if (high && number > *high) {
        number = whole ? std::floor(*high) : *high;
    }
    if (below && number >= *below) {
        number = std::ceil(*below) - 1;
    }
    constexpr double kExact = 9e15;
    if (std::abs(number) < kExact && number == std::floor(number)) {
        writer_.value(static_cast<std::int64_t>(number));
    } else {
        writer_.value(number);
    }
}

}  // namespace

std::string schema_value(element schema) {
    std::string out;
    JsonWriter writer(out);
    Filler(schema, writer).fill(schema, "", 0);
    return out;
}

}  // namespace llmr::simulator
