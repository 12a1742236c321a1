#include "simulator/gemini_request.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/json.hpp"
#include "simulator/json_view.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<GeminiError>;

constexpr std::size_t kMostStops = 5;
constexpr std::int64_t kMostLogprobs = 20;

constexpr std::array<std::string_view, 8> kMembers{
    "model",      "contents",       "systemInstruction", "tools",
    "toolConfig", "safetySettings", "generationConfig",  "cachedContent"};
constexpr std::array<std::string_view, 17> kConfigMembers{"temperature",
                                                          "topP",
                                                          "topK",
                                                          "candidateCount",
                                                          "maxOutputTokens",
                                                          "stopSequences",
                                                          "seed",
                                                          "presencePenalty",
                                                          "frequencyPenalty",
                                                          "responseSchema",
                                                          "responseMimeType",
                                                          "responseJsonSchema",
                                                          "responseLogprobs",
                                                          "logprobs",
                                                          "thinkingConfig",
                                                          "responseModalities",
                                                          "mediaResolution"};

Refusal bad(std::string message) {
    return GeminiError{400, std::move(message), {}, 0, {}};
}

Refusal check_members(element object, std::span<const std::string_view> known,
                      const std::string& place) {
    for (const auto [key, value] : object_of(object)) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            return bad("Invalid JSON payload received. Unknown name \"" + std::string(key) + "\"" +
                       place + ": Cannot find field.");
        }
    }
    return std::nullopt;
}

Refusal read_limits(element config, const GeminiModel& model, GeminiRequest& out) {
    const auto limit = get_int(config, "maxOutputTokens");
    if (limit && (*limit < 1 || *limit > model.max_output)) {
        return bad("Unable to submit request because it has a maxOutputTokens value of " +
                   std::to_string(*limit) + " but the supported range is from 1 (inclusive) to " +
                   std::to_string(model.max_output + 1) + " (exclusive).");
    }
    out.prompt.max_tokens = limit;
    const auto temperature = get_double(config, "temperature");
    if (temperature && (*temperature < 0 || *temperature > 2)) {
        return bad(
            "* GenerateContentRequest.generation_config.temperature: temperature must be in the "
            "range [0.0, 2.0].");
    }
    if (get_int(config, "candidateCount").value_or(1) != 1) {
        return bad("Multiple candidates is not enabled for this model");
    }
    const auto stops = get_value(config, "stopSequences");
    if (!stops || !stops->is_array()) {
        return std::nullopt;
    }
    for (const element stop : array_of(*stops)) {
        if (!stop.is_string() || string_of(stop).empty()) {
            return bad("stop_sequences must not contain an empty string.");
        }
        out.prompt.stops.push_back(string_of(stop));
    }
    if (out.prompt.stops.size() > kMostStops) {
        return bad(
            "* GenerateContentRequest.generation_config.stop_sequences: the number of stop "
            "sequences must be at most 5.");
    }
    return std::nullopt;
}

Refusal read_budget(std::int64_t budget, const GeminiModel& model, GeminiRequest& out) {
    if (model.thinking != GeminiModel::Thinking::budget) {
        return bad("Thinking budget is not supported for this model.");
    }
    if (budget == 0 && model.must_think) {
        return bad("Budget 0 is invalid. This model only works in thinking mode.");
    }
    out.prompt.think = budget != 0;
    return std::nullopt;
}

Refusal read_level(std::string_view level, const GeminiModel& model) {
    constexpr std::array<std::string_view, 4> kLevels{"MINIMAL", "LOW", "MEDIUM", "HIGH"};
    if (model.thinking != GeminiModel::Thinking::level) {
        return bad("Thinking level is not supported for this model.");
    }
    const bool known = std::find(kLevels.begin(), kLevels.end(), level) != kLevels.end();
    const bool refused = level == "MINIMAL" && model.name.find("-pro") != std::string::npos;
    if (!known || refused) {
        return bad("Thinking level " + std::string(level) + " is not supported for this model.");
    }
    return std::nullopt;
}

Refusal read_thinking(element config, const GeminiModel& model, GeminiRequest& out) {
    out.prompt.think = model.thinks_unasked;
    const auto thinking = get_value(config, "thinkingConfig");
    if (!thinking) {
        return std::nullopt;
    }
    if (model.thinking == GeminiModel::Thinking::none) {
        return bad("Unable to submit request because thinking is not supported by this model.");
    }
    const auto budget = get_int(*thinking, "thinkingBudget");
    const auto level = get_string(*thinking, "thinkingLevel");
    if (budget && level) {
        return bad("You can only set only one of thinking budget and thinking level.");
    }
    out.include_thoughts = get_bool(*thinking, "includeThoughts").value_or(false);
    if (budget) {
        return read_budget(*budget, model, out);
    }
    return level ? read_level(*level, model) : std::nullopt;
}

Refusal read_format(element config, GeminiRequest& out) {
    const auto type = get_string(config, "responseMimeType").value_or("text/plain");
    out.prompt.json = type == "application/json";
    out.prompt.json_schema = get_value(config, "responseJsonSchema");
    if (!out.prompt.json_schema) {
        out.prompt.json_schema = get_value(config, "responseSchema");
    }
    if (out.prompt.json_schema && !out.prompt.json) {
        return bad("response_schema requires response_mime_type application/json.");
    }
    return std::nullopt;
}

Refusal read_logprobs(element config, GeminiRequest& out) {
    out.logprobs = get_bool(config, "responseLogprobs").value_or(false);
    const auto top = get_int(config, "logprobs");
    if (top && !out.logprobs) {
        return bad("Logprobs requires response_logprobs to be true.");
    }
    if (top && (*top < 0 || *top > kMostLogprobs)) {
        return bad("Logprobs must be in the range [0, 20].");
    }
    out.top_logprobs = static_cast<int>(top.value_or(0));
    return std::nullopt;
}

Refusal read_config(element root, const GeminiModel& model, GeminiRequest& out) {
    const auto given = get_value(root, "generationConfig");
    if (!given || !given->is_object()) {
        out.prompt.think = model.thinks_unasked;
        return std::nullopt;
    }
    if (auto refusal = check_members(*given, kConfigMembers, " at 'generation_config'")) {
        return refusal;
    }
    if (auto refusal = read_limits(*given, model, out)) {
        return refusal;
    }
    if (auto refusal = read_thinking(*given, model, out)) {
        return refusal;
    }
    if (auto refusal = read_format(*given, out)) {
        return refusal;
    }
    return read_logprobs(*given, out);
}

Refusal read_declaration(element declaration, GeminiRequest& out) {
    out.prompt.prompt_tokens += count_tokens(to_json(declaration));
    const auto name = get_string(declaration, "name").value_or("");
    if (name.empty()) {
        return bad(
            "* GenerateContentRequest.tools[0].function_declarations[0].name: Invalid function "
            "name. Must start with a letter or an underscore.");
    }
    auto schema = get_value(declaration, "parametersJsonSchema");
    if (const auto own = get_value(declaration, "parameters")) {
        if (schema) {
            return bad("parameters and parameters_json_schema are mutually exclusive.");
        }
        schema = own;
    }
    out.prompt.offered.push_back({name, schema});
    return std::nullopt;
}

Refusal read_tools(element root, const GeminiModel& model, GeminiRequest& out) {
    const auto tools = get_value(root, "tools");
    if (!tools || !tools->is_array()) {
        return std::nullopt;
    }
    for (const element tool : array_of(*tools)) {
        const auto declarations = get_value(tool, "functionDeclarations");
        if (!declarations || !declarations->is_array()) {
            continue;  // of the server's own, which are never used here
        }
        for (const element declaration : array_of(*declarations)) {
            if (auto refusal = read_declaration(declaration, out)) {
                return refusal;
            }
        }
    }
    if (out.prompt.json && !out.prompt.offered.empty() && !model.third) {
        return bad("Function calling with a response mime type: 'application/json' is unsupported");
    }
    return std::nullopt;
}

bool allows(element names, std::string_view name) {
    for (const element allowed : array_of(names)) {
        if (allowed.is_string() && string_of(allowed) == name) {
            return true;
        }
    }
    return false;
}

Refusal read_mode(element root, GeminiRequest& out) {
    const auto tool_config = get_value(root, "toolConfig");
    const auto config =
        tool_config ? get_value(*tool_config, "functionCallingConfig") : std::nullopt;
    if (!config) {
        return std::nullopt;
    }
    auto& offered = out.prompt.offered;
    const auto mode = get_string(*config, "mode").value_or("AUTO");
    const auto names = get_value(*config, "allowedFunctionNames");
    if (mode == "NONE") {
        offered.clear();
        return std::nullopt;
    }
    if (mode != "AUTO" && mode != "ANY" && mode != "VALIDATED") {
        return bad("Invalid value at 'tool_config.function_calling_config.mode'");
    }
    if (!names || !names->is_array() || array_of(*names).size() == 0) {
        return std::nullopt;
    }
    if (mode == "AUTO") {
        return bad("allowed_function_names should only be set when the mode is ANY.");
    }
    std::erase_if(offered, [&](const OfferedTool& tool) { return !allows(*names, tool.name); });
    if (offered.empty()) {
        return bad("allowed_function_names contains names that are not declared.");
    }
    return std::nullopt;
}

}  // namespace

Refusal read_gemini(element root, const GeminiModel& model, GeminiRequest& out) {
    if (auto refusal = check_members(root, kMembers, "")) {
        return refusal;
    }
    if (auto refusal = read_config(root, model, out)) {
        return refusal;
    }
    if (auto refusal = read_tools(root, model, out)) {
        return refusal;
    }
    if (auto refusal = read_mode(root, out)) {
        return refusal;
    }
    return read_gemini_contents(root, model, out);
}

}  // namespace llmr::simulator
