#include "routing/conversation_key.hpp"

#include <algorithm>
#include <string>

#include "core/json.hpp"
#include "core/secret.hpp"

namespace llmr::routing {
namespace {

/// Bounds the work on documents in prompts.
constexpr std::size_t kEndBytes = 16 * 1024;

/// What goes into a hash, each part with its length, so that no two sequences read the same.
class KeyText {
public:
    explicit KeyText(std::string_view kind, std::string_view key_id) {
        add(kind);
        add(key_id);
    }

    void add(std::string_view part) {
        text_ += std::to_string(part.size());
        text_ += ':';
        if (part.size() <= 2 * kEndBytes) {
            text_ += part;
            return;
        }
        text_ += part.substr(0, kEndBytes);
        text_ += part.substr(part.size() - kEndBytes);
    }

    ConversationKey key() const {
        const Sha256 hash = sha256(text_);
        ConversationKey key{};
        std::copy_n(hash.begin(), key.size(), key.begin());
        return key;
    }

private:
    std::string text_;
};

void add_message(KeyText& text, const Message& message) {
    for (const ContentPart& part : message.parts)
        text.add(part.text);
}

/// Names tell tools apart well enough; their schemas are long.
void add_tools(KeyText& text, const ChatRequest& request) {
    const auto tools = get_value(request.root, "tools");
    if (!tools || !tools->is_array()) return;
    // A name of its own: what value_unsafe() refers to would not outlive the loop's head.
    const simdjson::dom::array list = tools->get_array().value_unsafe();
    for (const auto tool : list) {
        const auto function = get_value(tool, "function");
        text.add(get_string(function.value_or(tool), "name").value_or(""));
    }
}

}  // namespace

ConversationKey session_key(std::string_view key_id, std::string_view session) {
    KeyText text("session", key_id);
    text.add(session);
    return text.key();
}

std::optional<ConversationKey> content_key(std::string_view key_id, const ChatRequest& request) {
    KeyText text("content", key_id);
    for (const Message& message : request.messages) {
        if (message.role == Role::system) {
            text.add("system");
            add_message(text, message);
        } else if (message.role == Role::user) {
            text.add("user");
            add_message(text, message);
            text.add("tools");
            add_tools(text, request);
            return text.key();
        }
    }
    return std::nullopt;
}

bool has_answers(const ChatRequest& request) {
    return std::any_of(request.messages.begin(), request.messages.end(), [](const Message& m) {
        return m.role == Role::assistant || m.role == Role::tool;
    });
}

}  // namespace llmr::routing
