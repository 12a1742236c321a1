#include <algorithm>
#include <array>
#include <utility>

#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/anthropic_answer.hpp"
#include "simulator/anthropic_request.hpp"
#include "simulator/json_view.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;
using Refusal = std::optional<AnthropicError>;

constexpr std::array<std::string_view, 4> kImageTypes{"image/jpeg", "image/png", "image/gif",
                                                      "image/webp"};
/// Blocks that are counted and not looked into.
constexpr std::array<std::string_view, 5> kOtherBlocks{
    "document", "search_result", "server_tool_use", "web_search_tool_result", "redacted_thinking"};

Refusal bad(std::string message) {
    return AnthropicError{400, std::move(message), {}};
}

bool is_tool_id(std::string_view id) {
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

/// Goes through the turns: messages of one role in a row are one turn. The calls of a turn must all
/// be answered at the beginning of the next one.
class TurnReader {
public:
    explicit TurnReader(AnthropicRequest& out) : out_(out), prompt_(out.prompt) {}

    Refusal read(element message);
    Refusal finish();

private:
    Refusal begin_turn(std::string_view role);
    Refusal read_content(element content);
    Refusal read_block(element block);
    Refusal read_text(element block);
    Refusal read_image(element block);
    Refusal read_call(element block);
    Refusal read_result(element block);
    Refusal read_thinking(element block);
    Refusal missing_results() const;
    std::string here() const { return message_at() + ".content." + std::to_string(block_); }
    std::string message_at() const { return "messages." + std::to_string(message_); }
    bool is_user() const { return role_ == "user"; }
    void take(std::string_view text);

    AnthropicRequest& out_;
    Prompt& prompt_;
    std::string role_;
    std::size_t message_ = 0;
    std::size_t block_ = 0;
    std::size_t calls_at_ = 0;                  ///< the message that made the calls
    std::string first_block_;                   ///< type, of the last assistant turn
    std::vector<std::string_view> unanswered_;  ///< calls of the turn before, or of this one
    std::vector<std::pair<std::string_view, std::string_view>> names_;  ///< of tools, by call id
    std::string_view last_text_;
};

Refusal TurnReader::missing_results() const {
    std::string ids;
    for (const auto id : unanswered_) {
        ids += (ids.empty() ? "" : ", ") + std::string(id);
    }
    return bad(
        "messages." + std::to_string(calls_at_) +
        ": `tool_use` ids were found without `tool_result` blocks immediately after: " + ids +
        ". Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message.");
}

Refusal TurnReader::begin_turn(std::string_view role) {
    if (role == role_) {
        return std::nullopt;
    }
    if (role == "assistant" && !unanswered_.empty()) {
        return missing_results();
    }
    role_ = role;
    if (role == "user") {
        prompt_.image_count = 0;
        prompt_.last_is_tool = false;
    } else if (role == "assistant") {
        first_block_.clear();
    }
    return std::nullopt;
}

Refusal TurnReader::read(element message) {
    if (!message.is_object()) {
        return bad(message_at() + ": Input should be a valid dictionary");
    }
    const auto role = get_string(message, "role").value_or("");
    if (role != "user" && role != "assistant" && role != "system") {
        return bad(message_at() + ".role: Input should be 'user' or 'assistant'");
    }
    const auto content = get_value(message, "content");
    if (!content) {
        return bad(message_at() + ".content: Field required");
    }
    if (auto refusal = begin_turn(role)) {
        return refusal;
    }
    out_.tally.add(role);
    auto refusal = read_content(*content);
    ++message_;
    return refusal;
}

Refusal TurnReader::read_content(element content) {
    block_ = 0;
    if (content.is_string()) {
        if (string_of(content).empty()) {
            return bad(message_at() + ": user messages must have non-empty content");
        }
        if (is_user() && !unanswered_.empty()) {
            return missing_results();
        }
        take(string_of(content));
        return std::nullopt;
    }
    if (!content.is_array()) {
        return bad(message_at() + ".content: Input should be a valid list");
    }
    for (const element block : array_of(content)) {
        if (auto refusal = read_block(block)) {
            return refusal;
        }
        ++block_;
    }
    return block_ > 0 ? Refusal() : bad(message_at() + ": messages must have non-empty content");
}

Refusal TurnReader::read_block(element block) {
    const auto type = get_string(block, "type").value_or("");
    if (role_ == "assistant" && first_block_.empty()) {
        first_block_ = type;
    }
    Refusal refusal;
    if (type == "text") {
        refusal = read_text(block);
    } else if (type == "image") {
        refusal = read_image(block);
    } else if (type == "tool_use") {
        refusal = read_call(block);
    } else if (type == "tool_result") {
        refusal = read_result(block);
    } else if (type == "thinking") {
        refusal = read_thinking(block);
    } else if (std::find(kOtherBlocks.begin(), kOtherBlocks.end(), type) != kOtherBlocks.end()) {
        out_.tally.add(to_json(block));
    } else {
        refusal = bad(here() + ": Input tag '" + std::string(type) +
                      "' found using 'type' does not match any of the expected tags");
    }
    return refusal ? refusal : out_.tally.end_block(block, here());
}

void TurnReader::take(std::string_view text) {
    out_.tally.add(text);
    last_text_ = text;
    if (is_user()) {
        prompt_.question = text;
        prompt_.last_is_tool = false;
    }
}

Refusal TurnReader::read_text(element block) {
    const auto text = get_string(block, "text");
    if (!text) {
        return bad(here() + ".text.text: Field required");
    }
    if (text->empty()) {
        return bad("messages: text content blocks must be non-empty");
    }
    if (is_user() && !unanswered_.empty()) {
        return missing_results();
    }
    take(*text);
    return std::nullopt;
}

Refusal TurnReader::read_image(element block) {
    const auto source = get_value(block, "source");
    const auto type = source ? get_string(*source, "type").value_or("") : "";
    if (type == "base64") {
        const auto media = get_string(*source, "media_type").value_or("");
        std::string bytes;
        if (std::find(kImageTypes.begin(), kImageTypes.end(), media) == kImageTypes.end()) {
            return bad(here() +
                       ".image.source.base64.media_type: Input should be 'image/jpeg', "
                       "'image/png', 'image/gif' or 'image/webp'");
        }
        if (!base64_decode(get_string(*source, "data").value_or(""), bytes) || bytes.empty()) {
            return bad(here() + ".image.source.base64.data: invalid base64 data");
        }
    } else if (!(type == "url" && get_string(*source, "url")) && type != "file") {
        return bad(here() + ".image.source: Field required");
    }
    ++prompt_.image_count;
    out_.tally.add_image();
    return std::nullopt;
}

Refusal TurnReader::read_call(element block) {
    if (role_ != "assistant") {
        return bad(message_at() + ": `tool_use` blocks can only be in `assistant` messages");
    }
    const auto id = get_string(block, "id").value_or("");
    const auto input = get_value(block, "input");
    if (!is_tool_id(id)) {
        return bad(here() + ".tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'");
    }
    if (!get_string(block, "name")) {
        return bad(here() + ".tool_use.name: Field required");
    }
    if (!input || !input->is_object()) {
        return bad(here() + ".tool_use.input: Input should be a valid dictionary");
    }
    out_.tally.add(to_json(*input));
    names_.emplace_back(id, *get_string(block, "name"));
    unanswered_.push_back(id);
    calls_at_ = message_;
    out_.has_calls = true;
    return std::nullopt;
}

Refusal TurnReader::read_result(element block) {
    if (!is_user()) {
        return bad(message_at() + ": `tool_result` blocks can only be in `user` messages");
    }
    const auto id = get_string(block, "tool_use_id").value_or("");
    const auto call = std::find(unanswered_.begin(), unanswered_.end(), id);
    if (call == unanswered_.end()) {
        return bad(here() +
                   ": unexpected `tool_use_id` found in `tool_result` blocks: " + std::string(id) +
                   ". Each `tool_result` block must have a corresponding `tool_use` block in the "
                   "previous message.");
    }
    unanswered_.erase(call);
    std::string_view text;
    const auto content = get_value(block, "content");
    if (content && content->is_string()) {
        text = string_of(*content);
    } else if (content && content->is_array()) {
        for (const element part : array_of(*content)) {
            text = get_string(part, "text").value_or(text);
            if (get_string(part, "type") == "image") {
                out_.tally.add_image();
            }
        }
    }
    out_.tally.add(text);
    prompt_.last_is_tool = true;
    prompt_.tool_result = text;
    for (const auto& [known, name] : names_) {
        if (known == id) {
            prompt_.tool_name = name;
        }
    }
    return std::nullopt;
}

/// What others thought, or what was changed since, has no valid signature.
Refusal TurnReader::read_thinking(element block) {
    const auto thinking = get_string(block, "thinking");
    const auto signature = get_string(block, "signature");
    if (!thinking || !signature) {
        return bad(here() + ".thinking.signature: Field required");
    }
    if (*signature != thinking_signature(*thinking)) {
        return bad(here() + ": Invalid `signature` in `thinking` block");
    }
    return std::nullopt;
}

Refusal TurnReader::finish() {
    if (message_ == 0) {
        return bad("messages: at least one message is required");
    }
    if (!unanswered_.empty()) {
        return missing_results();
    }
    const bool prefilled = role_ == "assistant";
    if (prefilled && !last_text_.empty() && trim(last_text_).size() > 0 &&
        (last_text_.back() == ' ' || last_text_.back() == '\n' || last_text_.back() == '\t')) {
        return bad("messages: final assistant content cannot end with trailing whitespace");
    }
    const bool thought = first_block_ == "thinking" || first_block_ == "redacted_thinking";
    if (prompt_.think && prompt_.last_is_tool && !thought) {
        return bad("messages." + std::to_string(calls_at_) +
                   ".content.0.type: Expected `thinking` or `redacted_thinking`, but found `" +
                   first_block_ +
                   "`. When `thinking` is enabled, a final `assistant` message must start with a "
                   "thinking block.");
    }
    return std::nullopt;
}

}  // namespace

Refusal read_anthropic_messages(element messages, AnthropicRequest& out) {
    if (!messages.is_array()) {
        return bad("messages: Input should be a valid list");
    }
    TurnReader reader(out);
    for (const element message : array_of(messages)) {
        if (auto refusal = reader.read(message)) {
            return refusal;
        }
    }
    return reader.finish();
}

}  // namespace llmr::simulator
