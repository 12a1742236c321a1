#include "daemon/query/stored_conversation.hpp"

#include <utility>

#include "core/json.hpp"
#include "providers/sse.hpp"

namespace llmr::daemon {
namespace {

constexpr const char* kPrevious = "previous_response_id";

}  // namespace

std::string input_items(simdjson::dom::element input) {
    std::string items;
    std::string_view text;
    simdjson::dom::array list;
    if (input.get(text) == simdjson::SUCCESS) {
        JsonWriter(items).begin_object().field("role", "user").field("content", text).end_object();
    } else if (input.get(list) == simdjson::SUCCESS) {
        for (const simdjson::dom::element item : list)
            items.append(items.empty() ? "" : ",").append(to_json(item));
    }
    return items;
}

Result<std::optional<std::string>> with_previous_items(simdjson::dom::element root,
                                                       std::string_view body, ResponseStore& store,
                                                       std::string_view key_id) {
    const auto previous = get_string(root, kPrevious);
    const auto input = get_value(root, "input");
    if (!previous || !input) return std::optional<std::string>();
    auto stored = store.find(*previous, key_id);
    if (!stored) {
        return Error(Errc::invalid_parameter,
                     "Previous response with id '" + std::string(*previous) + "' not found.",
                     kPrevious);
    }
    std::string items = std::move(stored->items);
    const std::string fresh = input_items(*input);
    if (!items.empty() && !fresh.empty()) items.push_back(',');
    items.append(fresh);
    auto changed = remove_member(body, kPrevious);
    if (changed) changed = replace_member(*changed, "input", "[" + items + "]");
    if (!changed) return Error(Errc::bad_request, "the request body must be a JSON object");
    return std::optional(std::move(*changed));
}

std::optional<std::string> final_response(std::string_view tail, bool stream) {
    if (!stream) return std::string(tail);
    providers::SseSplitter events;
    events.feed(tail);
    providers::SseEvent event;
    std::optional<std::string> response;
    while (events.next(event)) {
        if (event.name != "response.completed" && event.name != "response.incomplete") continue;
        if (const auto found = find_member(event.data, "response")) response = std::string(*found);
    }
    return response;
}

}  // namespace llmr::daemon
