#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace llmr::simulator {

/// "%2F" as "/"; what is no valid escape stays.
std::string percent_decode(std::string_view text);

/// The first value of a name in a query or an application/x-www-form-urlencoded body, decoded;
/// nothing if it is not there.
std::optional<std::string> form_value(std::string_view form, std::string_view name);

}  // namespace llmr::simulator
