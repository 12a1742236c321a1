#include "providers/forced_call.hpp"

#include "core/json.hpp"
#include "providers/fields.hpp"

namespace llmr::providers {
namespace {

std::string schema_of(const ToolSpec& tool) {
    return tool.parameters ? to_json(*tool.parameters) : R"({"type":"object","properties":{}})";
}

std::string described(const ToolSpec& tool) {
    std::string text(tool.name);
    if (tool.description) text.append(": ").append(*tool.description);
    return text;
}

ForcedCall call_of(const ToolSpec& tool) {
    ForcedCall call;
    call.tool = tool.name;
    call.schema = schema_of(tool);
    call.instruction = "Call the function " + described(tool) +
                       "\nAnswer with nothing but its arguments, as JSON.";
    return call;
}

// {"name": ..., "arguments": ...}, one form for each tool.
ForcedCall call_of_any(const RequestOptions& options) {
    ForcedCall call;
    call.tool = "*";
    call.instruction =
        "Call one of these functions. Answer with nothing but JSON: its \"name\" and its "
        "\"arguments\".";
    JsonWriter out(call.schema);
    out.begin_object().key("anyOf").begin_array();
    for (const ToolSpec& tool : options.tools) {
        out.begin_object().field("type", "object").key("properties").begin_object();
        out.key("name").begin_object().field("type", "string").key("enum").begin_array();
        out.value(tool.name).end_array().end_object();
        out.raw_field("arguments", schema_of(tool)).end_object();
        out.key("required").begin_array().value("name").value("arguments").end_array();
        out.end_object();
        call.instruction.append("\n- ").append(described(tool));
    }
    out.end_array().end_object();
    return call;
}

}  // namespace

std::optional<ForcedCall> forced_call(const RequestOptions& options) {
    if (options.tools.empty()) return std::nullopt;
    if (options.tool_choice == ToolChoice::named) {
        for (const ToolSpec& tool : options.tools) {
            if (tool.name == options.chosen_tool) return call_of(tool);
        }
    }
    if (options.tool_choice != ToolChoice::required) return std::nullopt;
    return options.tools.size() == 1 ? call_of(options.tools.front()) : call_of_any(options);
}

std::string with_instruction(std::string_view messages, std::string_view instruction) {
    std::string json;
    JsonWriter out(json);
    out.begin_object().field("role", "system").field("content", instruction).end_object();
    messages.remove_prefix(1);
    return "[" + json + (messages == "]" ? "" : ",") + std::string(messages);
}

}  // namespace llmr::providers
