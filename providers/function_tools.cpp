#include "core/json.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {

void write_function_tools(JsonWriter& out, const RequestOptions& options, bool with_strict) {
    if (options.tools.empty()) return;
    out.key("tools").begin_array();
    for (const ToolSpec& tool : options.tools) {
        out.begin_object().field("type", "function").key("function").begin_object();
        out.field("name", tool.name);
        optional_field(out, "description", tool.description);
        optional_field(out, "parameters", tool.parameters);
        if (with_strict) optional_field(out, "strict", tool.strict);
        out.end_object().end_object();
    }
    out.end_array();
}

}  // namespace llmr::providers
