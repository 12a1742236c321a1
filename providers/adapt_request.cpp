#include "providers/adapt_request.hpp"

#include <array>
#include <string>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/forced_call.hpp"
#include "providers/model_facts.hpp"
#include "providers/request_options.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

/// One request body, changed member by member. `get` reads what the client sent, `now` what has
/// become of it.
class Body {
public:
    Body(UpstreamRequest& upstream, Dialect client) : upstream_(upstream), client_(client) {
        const auto root = parser_.parse(upstream.body);
        if (root && root->is_object()) root_ = *root;
    }
    bool usable() const { return root_.has_value(); }
    std::optional<element> get(std::string_view key) const { return get_value(*root_, key); }
    bool has(std::string_view key) const { return get(key).has_value(); }
    std::optional<std::string_view> now(std::string_view key) const {
        return find_member(upstream_.body, key);
    }

    void set(std::string_view key, std::string_view json) {
        if (auto changed = replace_member(upstream_.body, key, json))
            upstream_.body = std::move(*changed);
    }
    void remove(std::string_view key) {
        if (auto changed = remove_member(upstream_.body, key)) upstream_.body = std::move(*changed);
    }
    /// Leaves a member out and says so.
    void drop(std::string_view key) {
        if (!has(key)) return;
        remove(key);
        upstream_.ignored.push_back(client_name(client_, key));
    }
    void rename(std::string_view from, std::string_view to) {
        const auto value = get(from);
        if (!value) return;
        if (!has(to)) set(to, to_json(*value));
        remove(from);
    }

private:
    UpstreamRequest& upstream_;
    Dialect client_;
    JsonParser parser_;
    std::optional<element> root_;
};

std::optional<std::string> demote_developer(const std::string& message, element sent) {
    if (get_string(sent, "role").value_or("") != "developer") return std::nullopt;
    return replace_member(message, "role", R"("system")");
}

/// Turns that call tools must carry their reasoning, which most clients lose; an empty one will do.
std::optional<std::string> give_reasoning_back(const std::string& message, element sent) {
    const bool calls = get_value(sent, "tool_calls").has_value();
    if (!calls || get_value(sent, "reasoning_content")) return std::nullopt;
    return replace_member(message, "reasoning_content", R"("")");
}

void adapt_messages(Body& body, bool demotes, bool gives_reasoning) {
    const auto messages = body.get("messages");
    simdjson::dom::array items;
    if (!messages || messages->get(items) != simdjson::SUCCESS) return;
    std::string text = "[";
    bool changed = false;
    const auto take = [&changed](std::string& message, std::optional<std::string> other) {
        if (!other) return;
        message = std::move(*other);
        changed = true;
    };
    for (const element item : items) {
        std::string message = to_json(item);
        if (demotes) take(message, demote_developer(message, item));
        if (gives_reasoning) take(message, give_reasoning_back(message, item));
        if (text.size() > 1) text += ',';
        text += message;
    }
    if (changed) body.set("messages", text + "]");
}

void name_token_limit(Body& body, const RequestRules& rules, const ModelFacts& facts) {
    if (!rules.max_completion_tokens)
        body.rename("max_completion_tokens", "max_tokens");
    else if (facts.max_completion_tokens)
        body.rename("max_tokens", "max_completion_tokens");
}

/// A schema that allows any object says what json_object says.
void write_json_object_as_schema(Body& body) {
    body.set(
        "response_format",
        R"({"type":"json_schema","json_schema":{"name":"object","schema":{"type":"object"}}})");
}

/// The schema as a sentence, and the format that the server has.
void write_schema_as_text(Body& body, element format) {
    const auto inner = get_value(format, "json_schema");
    const auto schema = inner ? get_value(*inner, "schema") : std::nullopt;
    const auto messages = body.now("messages");
    if (!schema || !messages) return;
    body.set("messages",
             with_instruction(*messages, "Answer with a JSON object that fits this schema: " +
                                             to_json(*schema)));
    body.set("response_format", R"({"type":"json_object"})");
}

void adapt_format(Body& body, const RequestRules& rules) {
    const auto format = body.get("response_format");
    if (!format || !format->is_object()) return;
    const std::string_view type = get_string(*format, "type").value_or("");
    if (type == "json_object" && !rules.json_object) write_json_object_as_schema(body);
    if (type == "json_schema" && !rules.json_schema) write_schema_as_text(body, *format);
}

/// "required", with no other tool to choose from.
void narrow_tools(Body& body) {
    const auto choice = body.get("tool_choice");
    const auto tools = body.get("tools");
    simdjson::dom::array items;
    if (!choice || !choice->is_object() || !tools || tools->get(items) != simdjson::SUCCESS) return;
    const auto function = get_value(*choice, "function");
    const auto name = function ? get_string(*function, "name") : std::nullopt;
    if (!name) return;
    std::string kept = "[";
    for (const element tool : items) {
        const auto declared = get_value(tool, "function");
        if (!declared || get_string(*declared, "name") != name) continue;
        if (kept.size() > 1) kept += ',';
        kept += to_json(tool);
    }
    if (kept.size() == 1) return;
    body.set("tools", kept + "]");
    body.set("tool_choice", R"("required")");
}

/// A client that left the choice to us could not know that the model refuses them.
void drop_sampling(Body& body) {
    constexpr std::array<std::string_view, 6> kRefused{"temperature",      "top_p",
                                                       "presence_penalty", "frequency_penalty",
                                                       "logprobs",         "top_logprobs"};
    for (const std::string_view key : kRefused)
        body.drop(key);
}

std::string models_json(const Target& target) {
    std::string text;
    JsonWriter out(text);
    out.begin_array().value(target.model);
    for (const std::string& model : target.fallback_models)
        if (model != target.model) out.value(model);
    out.end_array();
    return text;
}

void add_openrouter(Body& body, const Target& target) {
    if (!target.fallback_models.empty() && !body.has("models"))
        body.set("models", models_json(target));
    if (!target.route.empty() && !body.has("route")) body.set("route", json_quote(target.route));
}

void adapt_chat(Body& body, const ChatRequest& request, const Target& target) {
    const RequestRules& rules = target.provider->rules;
    const ModelFacts facts = model_facts(target.model);
    const bool gives_reasoning = facts.wants_reasoning_back && target.provider->name == "deepseek";
    if (!rules.developer_role || gives_reasoning)
        adapt_messages(body, !rules.developer_role, gives_reasoning);
    name_token_limit(body, rules, facts);
    adapt_format(body, rules);
    if (!rules.named_tool) narrow_tools(body);
    if (!rules.local_sampling)
        for (const char* const key : {"top_k", "min_p", "repetition_penalty"})
            body.drop(key);
    if (!rules.store) body.drop("store");
    if (facts.reasons && target.routed) drop_sampling(body);
    if (!target.stream_usage && request.stream) body.remove("stream_options");
    add_openrouter(body, target);
}

}  // namespace

void adapt_request(UpstreamRequest& upstream, const ChatRequest& request, const Target& target) {
    if (target.provider == nullptr || target.dialect != Dialect::openai_chat) return;
    if (is_embedding(request.operation)) return;
    Body body(upstream, request.dialect);
    if (body.usable()) adapt_chat(body, request, target);
}

}  // namespace llmr::providers
