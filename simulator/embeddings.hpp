#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace llmr::simulator {

/// The unit vector of a text: the same for the same model and text, unrelated for any other text.
/// `kept` of the `length` dimensions are kept and normalised again.
std::vector<float> embedding(std::string_view model, std::string_view text, int length, int kept);

/// The same vector before it is normalised, in double, as Ollama's legacy endpoint gives it.
std::vector<double> raw_embedding(std::string_view model, std::string_view text, int length);

/// An array of the shortest decimals that read back as the same floats.
void write_floats(JsonWriter& writer, const std::vector<float>& vector);

/// Little-endian IEEE float32, as OpenAI puts it into base64.
std::string float_bytes(const std::vector<float>& vector);

}  // namespace llmr::simulator
