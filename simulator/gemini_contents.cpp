#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"
#include "simulator/gemini_request.hpp"
#include "simulator/json_view.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<GeminiError>;

constexpr std::int64_t kImageTokens = 258;
/// Documented for calls that another model made: they are let pass.
constexpr std::array<std::string_view, 2> kNoSignatures{"context_engineering_is_the_way_to_go",
                                                        "skip_thought_signature_validator"};

Refusal bad(std::string message) {
    return GeminiError{400, std::move(message), {}, 0, {}};
}

/// What a turn consists of, for the rules of their order.
enum class Turn { none, user, model, calls, responses };

/// Goes through the contents, each a turn.
class ContentReader {
public:
    ContentReader(const GeminiModel& model, GeminiRequest& out)
        : model_(model), out_(out), prompt_(out.prompt) {}

    Refusal read(element content);
    Refusal finish();

private:
    Refusal read_part(element part);
    Refusal read_text(std::string_view text, element part);
    Refusal read_image(element data);
    Refusal read_call(element part, element call);
    Refusal read_response(element response);
    Refusal check_id(element holder, std::string_view what) const;
    Refusal end_turn();
    std::string here() const {
        return "GenerateContentRequest.contents[" + std::to_string(content_) + "]";
    }

    const GeminiModel& model_;
    GeminiRequest& out_;
    Prompt& prompt_;
    bool is_model_ = false;
    std::size_t content_ = 0;
    std::size_t part_ = 0;
    Turn before_ = Turn::none;
    std::size_t calls_before_ = 0;  ///< of the turn before
    std::size_t calls_ = 0;
    std::size_t responses_ = 0;
    bool others_ = false;  ///< parts that are neither
    /// The first call since the user last spoke that lacks a valid signature; empty: none.
    std::string unsigned_call_;
};

Refusal ContentReader::read(element content) {
    const auto role = get_string(content, "role").value_or("user");
    if (role != "user" && role != "model") {
        return bad("Please use a valid role: user, model.");
    }
    const auto parts = get_value(content, "parts");
    if (!parts || !parts->is_array() || array_of(*parts).size() == 0) {
        return bad("* " + here() + ".parts: contents.parts must not be empty.\n");
    }
    is_model_ = role == "model";
    calls_ = responses_ = part_ = 0;
    others_ = false;
    if (!is_model_) {
        prompt_.image_count = 0;
    }
    for (const element part : array_of(*parts)) {
        if (auto refusal = read_part(part)) {
            return refusal;
        }
        ++part_;
    }
    ++content_;
    return end_turn();
}

Refusal ContentReader::read_part(element part) {
    if (const auto call = get_value(part, "functionCall")) {
        return read_call(part, *call);
    }
    if (const auto response = get_value(part, "functionResponse")) {
        return read_response(*response);
    }
    others_ = true;
    if (const auto data = get_value(part, "inlineData")) {
        return read_image(*data);
    }
    const auto text = get_string(part, "text");
    if (!text || text->empty()) {
        return bad("* " + here() + ".parts[" + std::to_string(part_) +
                   "].data: required oneof field 'data' must have one initialized field\n");
    }
    return read_text(*text, part);
}

Refusal ContentReader::read_text(std::string_view text, element part) {
    prompt_.prompt_tokens += count_tokens(text);
    if (!is_model_ && !get_bool(part, "thought").value_or(false)) {
        prompt_.question = text;
    }
    return std::nullopt;
}

Refusal ContentReader::read_image(element data) {
    std::string bytes;
    if (!get_string(data, "mimeType") ||
        !base64_decode(get_string(data, "data").value_or(""), bytes) || bytes.empty()) {
        return bad(
            "Unable to process input image. Please retry or report in "
            "https://developers.generativeai.google/guide/troubleshooting");
    }
    ++prompt_.image_count;
    prompt_.prompt_tokens += kImageTokens;
    return std::nullopt;
}

Refusal ContentReader::check_id(element holder, std::string_view what) const {
    if (!out_.vertex || !get_value(holder, "id")) {
        return std::nullopt;
    }
    return bad("Invalid JSON payload received. Unknown name \"id\" at 'contents[" +
               std::to_string(content_) + "].parts[" + std::to_string(part_) + "]." +
               std::string(what) + "': Cannot find field.");
}

Refusal ContentReader::read_call(element part, element call) {
    const auto name = get_string(call, "name").value_or("");
    const auto arguments = get_value(call, "args");
    if (name.empty() || !is_model_ || (arguments && !arguments->is_object())) {
        return bad("* " + here() + ".parts[" + std::to_string(part_) +
                   "].function_call: a name and args are required, of the model\n");
    }
    if (auto refusal = check_id(call, "function_call")) {
        return refusal;
    }
    prompt_.prompt_tokens += count_tokens(name);
    if (arguments) {
        prompt_.prompt_tokens += count_tokens(to_json(*arguments));
    }
    const auto signature = get_string(part, "thoughtSignature");
    if (signature && *signature != call_signature(name) &&
        std::find(kNoSignatures.begin(), kNoSignatures.end(), *signature) == kNoSignatures.end()) {
        return bad("Thought signature is not valid.");
    }
    // Of calls that were made together the first carries it.
    if (!signature && calls_ == 0 && unsigned_call_.empty()) {
        unsigned_call_ = name;
    }
    prompt_.tool_name = name;
    ++calls_;
    return std::nullopt;
}

Refusal ContentReader::read_response(element response) {
    const auto answer = get_value(response, "response");
    if (get_string(response, "name").value_or("").empty() || is_model_ || !answer ||
        !answer->is_object()) {
        return bad("Invalid value at 'contents[" + std::to_string(content_) + "].parts[" +
                   std::to_string(part_) + "].function_response.response'");
    }
    if (auto refusal = check_id(response, "function_response")) {
        return refusal;
    }
    prompt_.prompt_tokens += count_tokens(to_json(*answer));
    prompt_.tool_name = *get_string(response, "name");
    // Without Google's own wrapping an object is quoted by what it holds first.
    const auto output = get_string(*answer, "output");
    prompt_.tool_result = output.value_or(get_string(*answer, "error").value_or(""));
    ++responses_;
    return std::nullopt;
}

Refusal ContentReader::end_turn() {
    Turn turn = is_model_ ? Turn::model : Turn::user;
    if (calls_ > 0) {
        turn = Turn::calls;
        if (before_ != Turn::user && before_ != Turn::responses) {
            return bad(
                "Please ensure that function call turn comes immediately after a user turn or "
                "after a function response turn.");
        }
    }
    if (responses_ > 0) {
        turn = Turn::responses;
        if (before_ != Turn::calls) {
            return bad(
                "Please ensure that function response turn comes immediately after a function "
                "call turn.");
        }
    }
    if (before_ == Turn::calls && responses_ != calls_before_) {
        return bad(
            "Please ensure that the number of function response parts is equal to the number of "
            "function call parts of the function call turn.");
    }
    // What was called before the user spoke again is not looked at any more.
    if (!is_model_ && others_) {
        unsigned_call_.clear();
    }
    before_ = turn;
    calls_before_ = calls_;
    prompt_.last_is_tool = turn == Turn::responses;
    return std::nullopt;
}

Refusal ContentReader::finish() {
    if (content_ == 0) {
        return bad("* GenerateContentRequest.contents: contents is not specified\n");
    }
    if (model_.third && !unsigned_call_.empty()) {
        return bad(
            "Function call is missing a thought_signature in functionCall parts. This is required "
            "for tools to work correctly, and missing thought_signature may lead to degraded model "
            "performance. Additional data, function call `default_api:" +
            unsigned_call_ + "`.");
    }
    return std::nullopt;
}

}  // namespace

std::string call_signature(std::string_view function) {
    std::string bytes;
    for (const auto byte : sha256("simulated thought before " + std::string(function))) {
        bytes.push_back(static_cast<char>(byte));
    }
    return base64_encode(bytes);
}

std::optional<std::string> content_text(element content) {
    const auto parts = get_value(content, "parts");
    if (!parts || !parts->is_array()) {
        return std::nullopt;
    }
    std::string text;
    for (const element part : array_of(*parts)) {
        text += get_string(part, "text").value_or("");
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

Refusal read_gemini_contents(element root, const GeminiModel& model, GeminiRequest& out) {
    if (const auto system = get_value(root, "systemInstruction")) {
        const auto text = content_text(*system);
        if (!text) {
            return bad(
                "* GenerateContentRequest.system_instruction.parts: must have a text parameter\n");
        }
        out.prompt.prompt_tokens += count_tokens(*text);
    }
    ContentReader reader(model, out);
    const auto contents = get_value(root, "contents");
    if (contents && contents->is_array()) {
        for (const element content : array_of(*contents)) {
            if (auto refusal = reader.read(content)) {
                return refusal;
            }
        }
    }
    return reader.finish();
}

}  // namespace llmr::simulator
