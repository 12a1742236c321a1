#include "routing/conversation_key.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace llmr;
using namespace llmr::routing;

namespace {

Message message(Role role, std::string_view text) {
    Message made;
    made.role = role;
    made.parts.push_back({ContentPart::Kind::text, text, {}});
    return made;
}

/// A request of `messages`, with the tools of `root`.
class Request {
public:
    explicit Request(std::vector<Message> messages, std::string_view root = "{}") {
        request_.messages = std::move(messages);
        request_.root = parser_.parse(root).value();
    }
    std::optional<ConversationKey> key(std::string_view key_id = {}) const {
        return content_key(key_id, request_);
    }
    bool answered() const { return has_answers(request_); }

private:
    JsonParser parser_;
    ChatRequest request_;
};

const std::string kTools =
    R"({"tools":[{"type":"function","function":{"name":"look","parameters":{}}}]})";

}  // namespace

TEST_CASE("the key of a conversation stays the same as it goes on") {
    const Message system = message(Role::system, "Be brief.");
    const Message first = message(Role::user, "Hello");
    const auto key = Request({system, first}).key();
    REQUIRE(key);
    CHECK(Request({system, first, message(Role::assistant, "Hi"), message(Role::user, "And?")})
              .key() == key);
    // What comes after the first query is not looked at.
    CHECK(Request({system, first, message(Role::system, "Be long.")}).key() == key);
}

TEST_CASE("another client, system prompt, tool or first message is another conversation") {
    const Message system = message(Role::system, "Be brief.");
    const Message first = message(Role::user, "Hello");
    const std::vector<std::optional<ConversationKey>> keys{
        Request({system, first}).key(),
        Request({system, first}).key("01234567"),
        Request({first}).key(),
        Request({message(Role::system, "Be"), message(Role::user, " brief.Hello")}).key(),
        Request({system, message(Role::user, "Hello!")}).key(),
        Request({system, first}, kTools).key(),
        Request({system, first}, R"({"tools":[{"name":"listen"}]})").key(),
        session_key("", "Hello"),
        session_key("01234567", "Hello"),
        session_key("", "Hello!")};
    for (std::size_t i = 0; i < keys.size(); ++i) {
        REQUIRE(keys[i]);
        for (std::size_t k = 0; k < i; ++k) {
            CAPTURE(i);
            CAPTURE(k);
            CHECK(keys[i] != keys[k]);
        }
    }
    CHECK(session_key("a", "b") == session_key("a", "b"));
    CHECK(session_key("a", "b") != session_key("ab", ""));
}

TEST_CASE("of a long text both ends and the length count") {
    const std::string text(100'000, 'x');
    const auto key = Request({message(Role::user, text)}).key();
    for (const std::size_t at : {std::size_t{0}, text.size() - 1}) {
        std::string other = text;
        other[at] = 'y';
        CHECK(Request({message(Role::user, other)}).key() != key);
    }
    CHECK(Request({message(Role::user, text + "x")}).key() != key);
}

TEST_CASE("only answers make a conversation of queries") {
    CHECK_FALSE(Request({message(Role::system, "s"), message(Role::user, "u")}).answered());
    CHECK(Request({message(Role::user, "u"), message(Role::assistant, "a")}).answered());
    CHECK(Request({message(Role::user, "u"), message(Role::tool, "t")}).answered());
    CHECK_FALSE(Request({message(Role::system, "s")}).key());
    CHECK_FALSE(Request({}).key());
}
