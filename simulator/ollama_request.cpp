#include "simulator/ollama_request.hpp"

#include <array>

#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/json_view.hpp"
#include "simulator/ollama_messages.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using Refusal = std::optional<OllamaRefusal>;

Refusal read_options(element root, OllamaRequest& out) {
    const auto options = get_value(root, "options");
    if (!options) {
        return std::nullopt;
    }
    if (!options->is_object()) {
        return wrong_type(*options, "ChatRequest.options", "map[string]interface {}");
    }
    for (const auto* name : {"num_ctx", "num_predict", "seed", "top_k", "num_keep", "num_batch"}) {
        const auto value = get_value(*options, name);
        if (value && !value->is_number()) {
            return OllamaRefusal{400,
                                 "option \"" + std::string(name) + "\" must be of type integer"};
        }
    }
    if (const auto stops = get_value(*options, "stop")) {
        if (!stops->is_array()) {
            return OllamaRefusal{400, "option \"stop\" must be of type array"};
        }
        for (const element stop : array_of(*stops)) {
            if (!stop.is_string()) {
                return OllamaRefusal{400, "option \"stop\" must be of an array of strings"};
            }
            out.prompt.stops.push_back(string_of(stop));
        }
    }
    out.num_ctx = get_int(*options, "num_ctx");
    const auto limit = get_int(*options, "num_predict");
    if (limit && *limit > 0) {
        out.prompt.max_tokens = limit;
    }
    return std::nullopt;
}

Refusal read_format(element root, Prompt& prompt) {
    const auto format = get_value(root, "format");
    if (!format) {
        return std::nullopt;
    }
    const auto name = get_string(root, "format");
    if (format->is_object()) {
        prompt.json = true;
        prompt.json_schema = format;
    } else if (name == "json") {
        prompt.json = true;
    } else if (name != "") {
        return OllamaRefusal{400, "invalid format: " + to_json(*format) +
                                      "; expected \"json\" or a valid JSON Schema object"};
    }
    return std::nullopt;
}

Refusal read_think(element root, OllamaRequest& out) {
    const auto think = get_value(root, "think");
    if (!think) {
        return std::nullopt;
    }
    if (const auto flag = get_bool(root, "think")) {
        out.think = flag;
        return std::nullopt;
    }
    const auto level = get_string(root, "think").value_or("");
    for (const auto* known : {"low", "medium", "high", "max"}) {
        if (level == known) {
            out.think = true;
            return std::nullopt;
        }
    }
    return OllamaRefusal{400, "invalid think value: " + to_json(*think) +
                                  " (must be \"high\", \"medium\", \"low\", \"max\", true, or "
                                  "false)"};
}

Refusal read_logprobs(element root, OllamaRequest& out) {
    out.logprobs = get_bool(root, "logprobs").value_or(false);
    const auto top = get_int(root, "top_logprobs").value_or(0);
    if (top < 0 || top > 20) {
        return OllamaRefusal{400, "top_logprobs must be between 0 and 20"};
    }
    out.top_logprobs = static_cast<int>(top);
    return std::nullopt;
}

/// The members that chat and generate have in common.
Refusal read_common(element root, OllamaRequest& out) {
    if (!root.is_object()) {
        return OllamaRefusal{400, "json: cannot unmarshal " + std::string(go_name(root)) +
                                      " into Go value of type api.ChatRequest"};
    }
    struct Typed {
        const char* key;
        element_type type;
        const char* wanted;
    };
    constexpr std::array kTyped{Typed{"model", element_type::STRING, "string"},
                                Typed{"stream", element_type::BOOL, "bool"},
                                Typed{"truncate", element_type::BOOL, "bool"}};
    for (const auto& typed : kTyped) {
        if (auto refusal = check_type(root, typed.key, typed.type,
                                      std::string("ChatRequest.") + typed.key, typed.wanted)) {
            return refusal;
        }
    }
    out.prompt.model = get_string(root, "model").value_or("");
    out.stream = get_bool(root, "stream").value_or(true);
    out.truncate = get_bool(root, "truncate").value_or(true);
    for (const auto reader : {&read_options, &read_think, &read_logprobs}) {
        if (auto refusal = reader(root, out)) {
            return refusal;
        }
    }
    return read_format(root, out.prompt);
}

}  // namespace

std::string decoder_error(std::string_view body) {
    const auto text = trim(body);
    if (text.empty() || text[0] == '{' || text[0] == '[' || text[0] == '"') {
        return "unexpected EOF";
    }
    return "invalid character '" + std::string(repair_utf8(text.substr(0, 1))) +
           "' looking for beginning of value";
}

Refusal read_chat(element root, OllamaRequest& out) {
    if (auto refusal = read_common(root, out)) {
        return refusal;
    }
    const auto messages = get_value(root, "messages");
    if (messages && !messages->is_array()) {
        return wrong_type(*messages, "ChatRequest.messages", "[]api.Message");
    }
    if (!messages || array_of(*messages).size() == 0) {
        out.load_only = true;
        return std::nullopt;
    }
    for (const element message : array_of(*messages)) {
        if (auto refusal = read_message(message, out.prompt)) {
            return refusal;
        }
    }
    return read_tools(root, out);
}

Refusal read_generate(element root, OllamaRequest& out) {
    if (auto refusal = read_common(root, out)) {
        return refusal;
    }
    for (const auto* key : {"prompt", "suffix", "system", "template"}) {
        if (auto refusal = check_type(root, key, element_type::STRING,
                                      std::string("GenerateRequest.") + key, "string")) {
            return refusal;
        }
    }
    auto& prompt = out.prompt;
    prompt.question = get_string(root, "prompt").value_or("");
    const auto system = get_string(root, "system").value_or("");
    const auto suffix = get_string(root, "suffix").value_or("");
    out.has_suffix = !suffix.empty();
    out.raw = get_bool(root, "raw").value_or(false);
    if (out.raw && (!system.empty() || get_value(root, "template") || get_value(root, "context"))) {
        return OllamaRefusal{400, "raw mode does not support template, system, or context"};
    }
    prompt.prompt_tokens += kMessageTokens + count_tokens(prompt.question) + count_tokens(system) +
                            count_tokens(suffix);
    out.load_only = prompt.question.empty() && !out.has_suffix;
    return read_images(root, prompt);
}

Refusal check_capabilities(const OllamaRequest& request, const StoredModel& model,
                           std::string_view verb) {
    const std::string quoted = json_quote(request.prompt.model);
    const std::string path = "registry.ollama.ai/library/" + model.model.name;
    if (!model.can("completion")) {
        return OllamaRefusal{400, quoted + " does not support " + std::string(verb)};
    }
    if (request.wants_tools && !model.can("tools")) {
        return OllamaRefusal{400, path + " does not support tools"};
    }
    if (request.has_suffix && !model.can("insert")) {
        return OllamaRefusal{400, path + " does not support insert"};
    }
    if (request.think.value_or(false) && !model.can("thinking")) {
        return OllamaRefusal{400, quoted + " does not support thinking"};
    }
    return std::nullopt;
}

}  // namespace llmr::simulator
