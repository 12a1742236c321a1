#include "providers/format_instruction.hpp"

#include "core/json.hpp"

namespace llmr::providers {

void add_format_instruction(std::string& system, const RequestOptions& options) {
    if (options.format == RequestOptions::Format::text) return;
    if (!system.empty()) system.append("\n\n");
    system.append("Answer with nothing but a JSON object");
    if (options.format == RequestOptions::Format::schema)
        system.append(" that matches this JSON schema: ").append(to_json(options.schema));
}

}  // namespace llmr::providers
