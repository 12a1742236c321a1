#include "simulator/anthropic_request.hpp"

#include <algorithm>
#include <array>

#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/json_view.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<AnthropicError>;

constexpr std::int64_t kImageTokens = 1600;  // of about a megapixel
constexpr std::size_t kMostBreaks = 4;
constexpr std::int64_t kLeastBudget = 1024;
constexpr std::size_t kLongestToolName = 128;

constexpr std::array<std::string_view, 22> kMembers{
    "model",       "messages",      "max_tokens", "system",        "metadata",
    "stream",      "temperature",   "top_k",      "top_p",         "stop_sequences",
    "tools",       "tool_choice",   "thinking",   "service_tier",  "container",
    "mcp_servers", "output_config", "betas",      "inference_geo", "context_management",
    "speed",       "cache_control"};

Refusal bad(std::string message) {
    return AnthropicError{400, std::move(message), {}};
}

Refusal check_members(element root) {
    for (const auto [key, value] : object_of(root)) {
        if (std::find(kMembers.begin(), kMembers.end(), key) == kMembers.end()) {
            return bad(std::string(key) + ": Extra inputs are not permitted");
        }
    }
    return std::nullopt;
}

Refusal read_limit(element root, AnthropicRequest& out) {
    const auto value = get_value(root, "max_tokens");
    if (!value) {
        return bad("max_tokens: Field required");
    }
    const auto limit = get_int(root, "max_tokens");
    if (!value->is_number() || !limit) {
        return bad("max_tokens: Input should be a valid integer");
    }
    if (*limit < 1) {
        return bad("max_tokens: Input should be greater than or equal to 1");
    }
    out.prompt.max_tokens = limit;
    return std::nullopt;
}

Refusal read_sampling(element root, AnthropicRequest& out) {
    const auto stream = get_value(root, "stream");
    if (stream && !stream->is_bool()) {
        return bad("stream: Input should be a valid boolean");
    }
    out.stream = get_bool(root, "stream").value_or(false);
    const auto temperature = get_double(root, "temperature");
    if (temperature && (*temperature < 0 || *temperature > 1)) {
        return bad("temperature: range: 0..1");
    }
    const auto stops = get_value(root, "stop_sequences");
    if (!stops) {
        return std::nullopt;
    }
    if (!stops->is_array()) {
        return bad("stop_sequences: Input should be a valid list");
    }
    for (const element stop : array_of(*stops)) {
        if (!stop.is_string() || trim(string_of(stop)).empty()) {
            return bad("stop_sequences: each stop sequence must contain non-whitespace");
        }
        out.prompt.stops.push_back(string_of(stop));
    }
    return std::nullopt;
}

Refusal read_thinking(element root, AnthropicRequest& out) {
    const auto thinking = get_value(root, "thinking");
    const auto type = thinking ? get_string(*thinking, "type").value_or("") : "disabled";
    if (type == "disabled") {
        return std::nullopt;
    }
    if (type != "enabled" && type != "adaptive") {
        return bad("thinking: Input tag '" + std::string(type) +
                   "' found using 'type' does not match any of the expected tags: 'adaptive', "
                   "'disabled', 'enabled'");
    }
    out.prompt.think = true;
    if (type == "enabled") {
        const auto budget = get_int(*thinking, "budget_tokens");
        if (!budget) {
            return bad("thinking.enabled.budget_tokens: Field required");
        }
        if (*budget < kLeastBudget) {
            return bad(
                "thinking.enabled.budget_tokens: Input should be greater than or equal to "
                "1024");
        }
        if (out.prompt.max_tokens && *budget >= *out.prompt.max_tokens) {
            return bad("`max_tokens` must be greater than `thinking.budget_tokens`.");
        }
    }
    if (get_double(root, "temperature").value_or(1) != 1) {
        return bad("`temperature` may only be set to 1 when thinking is enabled.");
    }
    return std::nullopt;
}

Refusal read_format(element root, AnthropicRequest& out) {
    const auto config = get_value(root, "output_config");
    const auto format = config ? get_value(*config, "format") : std::nullopt;
    if (!format) {
        return std::nullopt;
    }
    const auto schema = get_value(*format, "schema");
    if (get_string(*format, "type") != "json_schema" || !schema) {
        return bad("output_config.format: a json_schema with its schema is required");
    }
    out.prompt.json = true;
    out.prompt.json_schema = schema;
    return std::nullopt;
}

bool is_tool_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= kLongestToolName &&
           std::all_of(name.begin(), name.end(), fits);
}

/// One tool; those of the server have a type of their own and are never called here.
Refusal read_tool(element tool, const std::string& where, AnthropicRequest& out) {
    out.tally.add(to_json(tool));
    const auto type = get_string(tool, "type").value_or("custom");
    if (type == "custom") {
        const auto name = get_string(tool, "name");
        const auto schema = get_value(tool, "input_schema");
        if (!name) {
            return bad(where + ".custom.name: Field required");
        }
        if (!is_tool_name(*name)) {
            return bad(where +
                       ".custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
        }
        if (!schema || !schema->is_object()) {
            return bad(where + ".custom.input_schema: Field required");
        }
        if (get_string(*schema, "type") != "object") {
            return bad(where + ".custom.input_schema.type: Input should be 'object'");
        }
        out.prompt.offered.push_back({*name, schema});
    }
    return out.tally.end_block(tool, where);
}

Refusal read_tools(element root, AnthropicRequest& out) {
    const auto tools = get_value(root, "tools");
    if (!tools) {
        return std::nullopt;
    }
    if (!tools->is_array()) {
        return bad("tools: Input should be a valid list");
    }
    std::size_t index = 0;
    for (const element tool : array_of(*tools)) {
        if (auto refusal = read_tool(tool, "tools." + std::to_string(index++), out)) {
            return refusal;
        }
    }
    return std::nullopt;
}

Refusal read_tool_choice(element root, AnthropicRequest& out) {
    const auto choice = get_value(root, "tool_choice");
    if (!choice) {
        return std::nullopt;
    }
    auto& prompt = out.prompt;
    if (!get_value(root, "tools")) {
        return bad("tool_choice: may only be specified while providing `tools`.");
    }
    const auto type = get_string(*choice, "type").value_or("");
    prompt.parallel_calls = !get_bool(*choice, "disable_parallel_tool_use").value_or(false);
    if ((type == "any" || type == "tool") && prompt.think) {
        return bad("Thinking may not be enabled when tool_choice forces tool use.");
    }
    if (type == "none") {
        prompt.offered.clear();
    } else if (type == "tool") {
        const auto wanted = get_string(*choice, "name").value_or("");
        std::erase_if(prompt.offered,
                      [wanted](const OfferedTool& tool) { return tool.name != wanted; });
        if (prompt.offered.empty()) {
            return bad("Tool '" + std::string(wanted) + "' not found in provided tools");
        }
    } else if (type != "auto" && type != "any") {
        return bad("tool_choice: Input tag '" + std::string(type) +
                   "' found using 'type' does not match any of the expected tags: 'any', 'auto', "
                   "'none', 'tool'");
    }
    return std::nullopt;
}

Refusal read_system(element root, AnthropicRequest& out) {
    const auto system = get_value(root, "system");
    if (!system) {
        return std::nullopt;
    }
    if (system->is_string()) {
        out.tally.add(string_of(*system));
        return std::nullopt;
    }
    if (!system->is_array()) {
        return bad("system: Input should be a valid list");
    }
    std::size_t index = 0;
    for (const element block : array_of(*system)) {
        const std::string where = "system." + std::to_string(index++);
        const auto text = get_string(block, "text");
        if (get_string(block, "type") != "text" || !text) {
            return bad(where + ".text: Field required");
        }
        if (text->empty()) {
            return bad("system: text content blocks must be non-empty");
        }
        out.tally.add(*text);
        if (auto refusal = out.tally.end_block(block, where)) {
            return refusal;
        }
    }
    return std::nullopt;
}

}  // namespace

void PromptTally::add(std::string_view text) {
    tokens_ += count_tokens(text);
    hash_ = hash_text(text, hash_text("|", hash_));
}

void PromptTally::add_image() {
    tokens_ += kImageTokens;
}

Refusal PromptTally::end_block(element block, const std::string& where) {
    const auto control = get_value(block, "cache_control");
    if (!control) {
        return std::nullopt;
    }
    const auto lifetime = get_string(*control, "ttl").value_or("5m");
    if (get_string(*control, "type") != "ephemeral" || (lifetime != "5m" && lifetime != "1h")) {
        return bad(where + ".cache_control: Input should be ephemeral, for '5m' or '1h'");
    }
    breaks_.push_back({tokens_, hash_, lifetime == "1h"});
    if (breaks_.size() > kMostBreaks) {
        return bad("A maximum of 4 blocks with cache_control may be provided. Found " +
                   std::to_string(breaks_.size()) + ".");
    }
    return std::nullopt;
}

Refusal read_anthropic(element root, bool counting, AnthropicRequest& out) {
    out.prompt.model = get_string(root, "model").value_or("");
    if (out.prompt.model.empty()) {
        return bad("model: Field required");
    }
    if (auto refusal = check_members(root)) {
        return refusal;
    }
    if (!counting) {
        if (auto refusal = read_limit(root, out)) {
            return refusal;
        }
    }
    for (const auto reader : {&read_sampling, &read_thinking, &read_format, &read_tools,
                              &read_tool_choice, &read_system}) {
        if (auto refusal = reader(root, out)) {
            return refusal;
        }
    }
    const auto messages = get_value(root, "messages");
    if (!messages) {
        return bad("messages: Field required");
    }
    if (auto refusal = read_anthropic_messages(*messages, out)) {
        return refusal;
    }
    if (out.has_calls && !get_value(root, "tools")) {
        return bad("Requests which include `tool_use` or `tool_result` blocks must define tools");
    }
    out.prompt.prompt_tokens = out.tally.tokens();
    // A cache_control beside the messages is for all of the prompt.
    return out.tally.end_block(root, "cache_control");
}

}  // namespace llmr::simulator
