#include "providers/foreign_history.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <set>

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

/// Members of an assistant turn that hold reasoning, or what only its own model can read of it.
constexpr std::array<std::string_view, 5> kReasoning{"thinking", "reasoning", "reasoning_content",
                                                     "reasoning_details", "extra_content"};
constexpr std::array<std::string_view, 3> kReasoningParts{"thinking", "redacted_thinking",
                                                          "reasoning"};
/// Where a part of Anthropic's names a call: the call itself, and its result.
constexpr std::array<std::string_view, 2> kPartIds{"id", "tool_use_id"};

/// FNV-1a, and the finalizer of SplitMix64, since ids often differ in their last character alone.
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
    return hash ^ (hash >> 31);
}

bool is_reasoning_part(element part) {
    const std::string_view type = get_string(part, "type").value_or("");
    return std::find(kReasoningParts.begin(), kReasoningParts.end(), type) != kReasoningParts.end();
}

/// Ids of the calls that other models made.
using ForeignCalls = std::set<std::string_view>;

ForeignCalls foreign_calls(const ChatRequest& request, std::size_t foreign) {
    ForeignCalls ids;
    for (std::size_t i = 0; i < std::min(foreign, request.messages.size()); ++i) {
        for (const ToolCall& call : request.messages[i].tool_calls) {
            if (!call.id.empty()) ids.insert(call.id);
        }
    }
    return ids;
}

/// One message, taken apart member by member.
class Rewrite {
public:
    explicit Rewrite(element message) : message_(message), json_(to_json(message)) {}

    void drop_reasoning() {
        for (const std::string_view key : kReasoning)
            remove(key);
    }

    /// The parts of the content: without reasoning, if it is to go, and with portable ids where
    /// they name one of `foreign` (Anthropic's calls and results are parts).
    void clean_parts(bool without_reasoning, const ForeignCalls& foreign) {
        const auto content = get_value(message_, "content");
        if (!content || !content->is_array()) return;
        std::string kept;
        JsonWriter out(kept);
        out.begin_array();
        bool any = false;
        bool changed = false;
        const simdjson::dom::array parts = content->get_array().value_unsafe();
        for (const element part : parts) {
            if (without_reasoning && is_reasoning_part(part)) {
                changed = true;
                continue;
            }
            Rewrite rewrite(part);
            for (const std::string_view key : kPartIds) {
                if (foreign.contains(get_string(part, key).value_or("")))
                    rewrite.make_id_portable(key);
            }
            out.raw(rewrite.json());
            changed = changed || rewrite.changed();
            any = true;
        }
        out.end_array();
        // An empty list of parts is refused by some; an empty text by none.
        if (changed) replace("content", any ? kept : R"("")");
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

    void make_id_portable(std::string_view key) {
        const auto id = get_string(message_, key);
        if (id && !id->empty()) replace(key, json_quote(portable_tool_id(*id)));
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

/// How many entries of the client's list the first `foreign` messages were read from.
std::size_t foreign_entries(const ChatRequest& request, std::size_t foreign) {
    return foreign < request.messages.size() ? request.messages[foreign].source
                                             : std::numeric_limits<std::size_t>::max();
}

void clean(Rewrite& rewrite, element raw, bool is_foreign, const ForeignCalls& calls) {
    const bool foreign_turn =
        is_foreign && iequals(get_string(raw, "role").value_or(""), "assistant");
    if (foreign_turn) {
        rewrite.drop_reasoning();
        rewrite.make_call_ids_portable();
    }
    rewrite.clean_parts(foreign_turn, calls);
    for (const std::string_view key : {"tool_call_id", "call_id"}) {
        if (calls.contains(get_string(raw, key).value_or(""))) rewrite.make_id_portable(key);
    }
}

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

std::string_view history_key(const ChatRequest& request) {
    return request.dialect == Dialect::openai_responses ? "input" : "messages";
}

std::optional<std::string> without_foreign_parts(const ChatRequest& request, std::size_t foreign) {
    const auto history = get_value(request.root, history_key(request));
    if (request.operation != Operation::chat || !history || !history->is_array()) return {};
    const std::size_t end = foreign_entries(request, foreign);
    const ForeignCalls calls = foreign_calls(request, foreign);
    std::string json;
    JsonWriter out(json);
    out.begin_array();
    bool any_changed = false;
    std::size_t index = 0;
    const simdjson::dom::array entries = history->get_array().value_unsafe();
    for (const element raw : entries) {
        const bool is_foreign = index++ < end;
        if (is_foreign && is_reasoning_part(raw)) {  // an item of its own in Responses
            any_changed = true;
            continue;
        }
        Rewrite rewrite(raw);
        clean(rewrite, raw, is_foreign, calls);
        out.raw(rewrite.json());
        any_changed = any_changed || rewrite.changed();
    }
    out.end_array();
    if (!any_changed) return {};
    return json;
}

}  // namespace llmr::providers
