#include <utility>

#include "core/json.hpp"
#include "providers/answer_writer.hpp"

namespace llmr::providers {

AssembledCall& ToolCallAssembler::slot_for(const ToolCallPart& part) {
    if (!part.whole) {
        for (auto call = calls_.rbegin(); call != calls_.rend(); ++call) {
            if (call->index != part.index) continue;
            const bool another = !part.id.empty() && !call->id.empty() && part.id != call->id;
            if (!another) return *call;
            break;
        }
    }
    AssembledCall& fresh = calls_.emplace_back();
    fresh.index = part.index;
    return fresh;
}

void ToolCallAssembler::add(const ToolCallPart& part) {
    AssembledCall& call = slot_for(part);
    if (call.id.empty()) call.id = part.id;
    if (call.name.empty()) call.name = part.name;
    if (call.thought_signature.empty()) call.thought_signature = part.thought_signature;
    if (part.arguments_object)
        call.arguments = to_json(*part.arguments_object);
    else
        call.arguments.append(part.arguments);
}

std::vector<AssembledCall> ToolCallAssembler::take() {
    return std::exchange(calls_, {});
}

}  // namespace llmr::providers
