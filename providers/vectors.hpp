#pragma once

#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "core/json.hpp"

namespace llmr::providers {

using Vector = std::vector<float>;

/// An embedding as an array of numbers or as OpenAI's base64. Nothing if it is neither.
std::optional<Vector> read_vector(simdjson::dom::element value);
/// Each number in the shortest form that reads back as the same float32.
void write_floats(JsonWriter& out, const Vector& vector);
/// Little-endian float32, standard base64 with padding.
std::string vector_base64(const Vector& vector);

}  // namespace llmr::providers
