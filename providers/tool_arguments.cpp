#include "providers/tool_arguments.hpp"

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::providers {
namespace {

// Not the thread's common parser: the document that holds the text lives there.
JsonParser& nested_parser() {
    thread_local JsonParser parser;
    return parser;
}

}  // namespace

std::optional<std::string> arguments_object(std::string_view text) {
    if (trim(text).empty()) return "{}";
    const auto parsed = nested_parser().parse(text);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    return to_json(*parsed);
}

std::optional<std::string> arguments_object(simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return arguments_object(text);
    if (value.is_null()) return "{}";
    if (!value.is_object()) return std::nullopt;
    return to_json(value);
}

std::string arguments_text(simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    return to_json(value);
}

}  // namespace llmr::providers
