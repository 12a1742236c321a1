#include "providers/foreign_history.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

/// Members of an assistant turn that hold reasoning, or what only its own model can read of it.
constexpr std::array<std::string_view, 5> kReasoning{"thinking", "reasoning", "reasoning_content",
                                                     "reasoning_details", "extra_content"};
constexpr std::array<std::string_view, 3> kReasoningParts{"thinking", "redacted_thinking",
                                                          "reasoning"};

/// FNV-1a, and the finalizer of SplitMix64, since ids often differ in their last character alone.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
    return hash ^ (hash >> 31);
}

std::set<std::string_view> foreign_call_ids(const ChatRequest& request, std::size_t foreign) {
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < std::min(foreign, request.messages.size()); ++i) {
        for (const ToolCall& call : request.messages[i].tool_calls) {
            if (!call.id.empty()) ids.insert(call.id);
        }
    }
    return ids;
}

bool is_reasoning_part(element part) {
    const std::string_view type = get_string(part, "type").value_or("");
    return std::find(kReasoningParts.begin(), kReasoningParts.end(), type) != kReasoningParts.end();
}

/// One message, taken apart member by member.
class Rewrite {
public:
    explicit Rewrite(element message) : message_(message), json_(to_json(message)) {}

    void drop_reasoning() {
        for (const std::string_view key : kReasoning)
            remove(key);
        const auto content = get_value(message_, "content");
        if (!content || !content->is_array()) return;
        std::string kept;
        JsonWriter out(kept);
        out.begin_array();
        bool any = false;
        bool dropped = false;
        const simdjson::dom::array parts = content->get_array().value_unsafe();
        for (const element part : parts) {
            const bool reasoning = is_reasoning_part(part);
            dropped = dropped || reasoning;
            any = any || !reasoning;
            if (!reasoning) out.value(part);
        }
        out.end_array();
        // An empty list of parts is refused by some; an empty text by none.
        if (dropped) replace("content", any ? kept : R"("")");
    }

    void make_call_ids_portable() {
        const auto calls = get_value(message_, "tool_calls");
        if (!calls || !calls->is_array()) return;
        std::string changed;
        JsonWriter out(changed);
        out.begin_array();
        const simdjson::dom::array all_calls = calls->get_array().value_unsafe();
        for (const element call : all_calls)
            out.raw(portable_call(call));
        out.end_array();
        replace("tool_calls", changed);
    }

    void make_result_id_portable() {
        const auto id = get_string(message_, "tool_call_id");
        if (id) replace("tool_call_id", json_quote(portable_tool_id(*id)));
    }

    bool changed() const { return changed_; }
    const std::string& json() const { return json_; }

private:
    static std::string portable_call(element call) {
        std::string json = to_json(call);
        const std::string_view id = get_string(call, "id").value_or("");
        if (!id.empty()) {
            json = replace_member(json, "id", json_quote(portable_tool_id(id))).value_or(json);
        }
        return remove_member(json, "extra_content").value_or(json);
    }

    void remove(std::string_view key) {
        if (!find_member(json_, key)) return;
        json_ = remove_member(json_, key).value_or(json_);
        changed_ = true;
    }

    void replace(std::string_view key, std::string_view value) {
        json_ = replace_member(json_, key, value).value_or(json_);
        changed_ = true;
    }

    element message_;
    std::string json_;
    bool changed_ = false;
};

}  // namespace

std::string portable_tool_id(std::string_view id) {
    constexpr std::string_view kDigits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string text(9, '0');
    std::uint64_t rest = hash_of(id);
    for (char& c : text) {
        c = kDigits[rest % kDigits.size()];
        rest /= kDigits.size();
    }
    return text;
}

std::optional<std::string> without_foreign_parts(const ChatRequest& request, std::size_t foreign) {
    const auto messages = get_value(request.root, "messages");
    if (request.operation != Operation::chat || !messages || !messages->is_array()) return {};
    const std::set<std::string_view> foreign_ids = foreign_call_ids(request, foreign);
    std::string json;
    JsonWriter out(json);
    out.begin_array();
    bool any_changed = false;
    std::size_t index = 0;
    const simdjson::dom::array all_messages = messages->get_array().value_unsafe();
    for (const element raw : all_messages) {
        Rewrite rewrite(raw);
        const bool assistant =
            index < request.messages.size() && request.messages[index].role == Role::assistant;
        if (assistant && index < foreign) {
            rewrite.drop_reasoning();
            rewrite.make_call_ids_portable();
        }
        if (foreign_ids.contains(get_string(raw, "tool_call_id").value_or(""))) {
            rewrite.make_result_id_portable();
        }
        out.raw(rewrite.json());
        any_changed = any_changed || rewrite.changed();
        ++index;
    }
    out.end_array();
    if (!any_changed) return {};
    return json;
}

}  // namespace llmr::providers
