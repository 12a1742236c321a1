#pragma once

#include <optional>
#include <string_view>

namespace llmr {

/// Line and column (both from 1, columns in bytes) where a text stops being JSON.
struct JsonFault {
    std::size_t line;
    std::size_t column;
};

/// Where `text`, which a parser has refused, goes wrong. Nothing if its syntax is in order, as with
/// a number that is out of range. Linear time; for messages to people, the parser decides.
std::optional<JsonFault> find_json_fault(std::string_view text);

}  // namespace llmr
