#include <algorithm>
#include <set>
#include <utility>

#include "core/json.hpp"
#include "providers/fields.hpp"
#include "providers/format_instruction.hpp"
#include "providers/message_parts.hpp"
#include "providers/model_facts.hpp"
#include "providers/request_writers.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kNoParameters = R"({"type":"object","properties":{}})";
/// Thinking tokens for OpenAI's words; the server takes 1024 at least.
constexpr std::int64_t kLowBudget = 1024;
constexpr std::int64_t kMediumBudget = 8192;
constexpr std::int64_t kHighBudget = 16'384;

std::int64_t thinking_budget(const RequestOptions& options) {
    if (options.think_budget) return std::max(*options.think_budget, kLowBudget);
    if (options.think_level == "low") return kLowBudget;
    return options.think_level == "high" ? kHighBudget : kMediumBudget;
}

/// A turn that called tools while thinking must come back with its thoughts and their signature,
/// which no other dialect carries: in the middle of such a turn nothing is thought.
bool answers_a_tool(const ChatRequest& request) {
    return !request.messages.empty() && request.messages.back().role == Role::tool;
}

bool wants_thinking(const ChatRequest& request, const RequestOptions& options,
                    const ModelFacts& facts) {
    return asks_to_think(options) && facts.anthropic_thinking && !answers_a_tool(request) &&
           options.tool_choice != ToolChoice::required && options.tool_choice != ToolChoice::named;
}

// A history with calls wants the tools it names, also when none is offered any more.
std::set<std::string_view> called_tools(const ChatRequest& request) {
    std::set<std::string_view> names;
    for (const Message& message : request.messages) {
        for (const ToolCall& call : message.tool_calls)
            names.insert(call.name);
    }
    return names;
}

bool write_tools(JsonWriter& out, const ChatRequest& request, const RequestOptions& options) {
    const auto called =
        options.tools.empty() ? called_tools(request) : std::set<std::string_view>();
    if (options.tools.empty() && called.empty()) return false;
    out.key("tools").begin_array();
    for (const ToolSpec& tool : options.tools) {
        out.begin_object().field("name", tool.name);
        optional_field(out, "description", tool.description);
        out.key("input_schema");
        if (tool.parameters)
            out.value(*tool.parameters);
        else
            out.raw(kNoParameters);
        out.end_object();
    }
    for (const std::string_view name : called)
        out.begin_object()
            .field("name", name)
            .raw_field("input_schema", kNoParameters)
            .end_object();
    out.end_array();
    return true;
}

void write_tool_choice(JsonWriter& out, const RequestOptions& options) {
    const bool single = options.parallel_tool_calls == false;
    if (options.tool_choice == ToolChoice::unset && !single) return;
    out.key("tool_choice").begin_object();
    switch (options.tool_choice) {
        case ToolChoice::none:
            out.field("type", "none");
            break;
        case ToolChoice::required:
            out.field("type", "any");
            break;
        case ToolChoice::named:
            out.field("type", "tool").field("name", options.chosen_tool);
            break;
        default:
            out.field("type", "auto");
    }
    if (single && options.tool_choice != ToolChoice::none)
        out.field("disable_parallel_tool_use", true);
    out.end_object();
}

void drop_unknown(Dialect client, RequestOptions& options) {
    std::vector<std::string>& ignored = options.ignored;
    drop(options.min_p, "min_p", client, ignored);
    drop(options.repeat_penalty, "repeat_penalty", client, ignored);
    drop(options.presence_penalty, "presence_penalty", client, ignored);
    drop(options.frequency_penalty, "frequency_penalty", client, ignored);
    drop(options.seed, "seed", client, ignored);
}

// Thinking admits no sampling parameters of the client's; else the range ends at 1.
void write_sampling(JsonWriter& out, RequestOptions& options, bool thinking, Dialect client) {
    if (thinking) {
        drop(options.temperature, "temperature", client, options.ignored);
        drop(options.top_k, "top_k", client, options.ignored);
        drop(options.top_p, "top_p", client, options.ignored);
    }
    if (options.temperature) out.field("temperature", std::min(*options.temperature, 1.0));
    optional_field(out, "top_p", options.top_p);
    optional_field(out, "top_k", options.top_k);
    std::erase_if(options.stop, [](std::string_view stop) {
        return stop.find_first_not_of(" \t\r\n") == std::string_view::npos;
    });
    if (options.stop.empty()) return;
    out.key("stop_sequences").begin_array();
    for (const std::string_view stop : options.stop)
        out.value(stop);
    out.end_array();
}

}  // namespace

Result<UpstreamRequest> write_anthropic_chat(const ChatRequest& request, RequestOptions options,
                                             const Target& target) {
    if (options.logprobs)
        return unsupported("logprobs", "the server that answers does not give them");
    const ModelFacts facts = model_facts(target.model);
    const bool thinking = wants_thinking(request, options, facts);
    UpstreamRequest upstream;
    upstream.path = "/v1/messages";
    drop_unknown(request.dialect, options);
    std::int64_t max_tokens = request.max_output_tokens.value_or(facts.max_output_tokens);
    const std::int64_t budget = thinking_budget(options);
    if (thinking && max_tokens <= budget) max_tokens += budget;
    JsonWriter out(upstream.body);
    out.begin_object().field("model", target.model).field("max_tokens", max_tokens);
    std::string system = leading_system_text(request);
    add_format_instruction(system, options);
    if (!system.empty()) out.field("system", system);
    out.key("messages");
    if (auto bad = write_anthropic_messages(out, request)) return std::move(*bad);
    out.field("stream", request.stream);
    write_sampling(out, options, thinking, request.dialect);
    if (thinking) {
        out.key("thinking").begin_object().field("type", "enabled");
        out.field("budget_tokens", budget).end_object();
    } else if (asks_to_think(options)) {
        options.ignored.emplace_back(thinking_name(request.dialect));
    }
    if (write_tools(out, request, options)) write_tool_choice(out, options);
    if (!options.user.empty())
        out.key("metadata").begin_object().field("user_id", options.user).end_object();
    out.end_object();
    upstream.ignored = std::move(options.ignored);
    return upstream;
}

}  // namespace llmr::providers
