#pragma once

#include <string>

#include <simdjson.h>

namespace llmr::simulator {

/// JSON text of a value that is valid for a JSON Schema, the same for the same schema: first enum
/// member, const, default, or a value by type; objects get their required members, or all if none
/// is required. Understands type (also a list), properties, items, anyOf, oneOf, allOf (first
/// branch), $ref to $defs and definitions, minItems, minLength, maxLength, minimum, maximum.
std::string schema_value(simdjson::dom::element schema);

}  // namespace llmr::simulator
