#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "classifier/classifier.hpp"
#include "core/json.hpp"

namespace llmr::classifier_test {
namespace {

struct Said {
    Role role;
    std::string text;
};

/// Keeps the texts alive that the request points into.
class Conversation {
public:
    Conversation(std::initializer_list<Said> turns) : said_(turns) {
        for (const Said& turn : said_) {
            ContentPart part;
            part.text = turn.text;
            Message message;
            message.role = turn.role;
            message.parts.push_back(part);
            request.messages.push_back(std::move(message));
        }
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    Classification classify(const classifier::Hints& hints = {}) const {
        return classifier::classify(classifier::extract_features(request), hints);
    }

    ChatRequest request;

private:
    std::vector<Said> said_;
};

bool gives(const Classification& result, std::string_view wanted) {
    for (const Reason& reason : result) {
        if (reason.what.find(wanted) != std::string_view::npos) return true;
    }
    return false;
}

constexpr Role user = Role::user;
constexpr Role model = Role::assistant;

}  // namespace

TEST_CASE("a turn that leans on the one before inherits its type") {
    struct Row {
        std::string before;
        std::string last;
        QueryType type;
    };
    const Row rows[] = {
        {"Write a JavaScript function that reverses a string.", "now in Python", QueryType::code},
        {"Write a JavaScript function to reverse a string.", "now with comments", QueryType::code},
        {"Write a poem about the sea.", "shorter please", QueryType::medium},
        {"Write a poem about the sea.", "continue", QueryType::medium},
        {"Write a poem about the sea.", "another one", QueryType::medium},
        {"Schreib ein Gedicht über das Meer.", "kürzer bitte", QueryType::medium},
        {"写一首关于大海的诗", "继续", QueryType::medium},
        {"Prove that there are infinitely many primes.", "go on", QueryType::complex},
        {"What is the capital of France?", "and of Spain?", QueryType::simple},
    };
    for (const Row& row : rows) {
        const Conversation talk{{user, row.before}, {model, "Here you are."}, {user, row.last}};
        const Classification result = talk.classify();
        CAPTURE(row.before);
        CAPTURE(row.last);
        CHECK(to_string(result.type) == to_string(row.type));
        CHECK(gives(result, "leans on the turn before"));
    }
}

TEST_CASE("a chain of leaning turns goes back to the one that stands on its own") {
    const Conversation talk{{user, "Write a Rust function that parses dates."},
                            {model, "..."},
                            {user, "shorter please"},
                            {model, "..."},
                            {user, "once more"}};
    CHECK(to_string(talk.classify().type) == "code");
}

TEST_CASE("a turn that asks for something itself does not inherit") {
    struct Row {
        std::string last;
        QueryType type;
    };
    const Row rows[] = {
        {"Thanks!", QueryType::simple},
        {"What is the capital of Peru?", QueryType::simple},
        {"Write a poem about my cat Minka.", QueryType::medium},
        {"Summarize that in one sentence.", QueryType::summarization},
        {"Prove that the square root of 3 is irrational.", QueryType::complex},
    };
    for (const Row& row : rows) {
        const Conversation talk{{user, "Write a Python class for a bank account with unit tests."},
                                {model, "class Account: ..."},
                                {user, row.last}};
        CAPTURE(row.last);
        CHECK(to_string(talk.classify().type) == to_string(row.type));
    }
}

TEST_CASE("a system prompt does not drown the question") {
    std::string rules =
        "You are the support assistant of a software company. Write code only if "
        "asked. ";
    for (int i = 0; i < 20; ++i)
        rules +=
            "Analyse the request, compare options, and plan your "
            "answer. ";
    const Conversation talk{{Role::system, rules}, {user, "What is the capital of France?"}};
    CHECK(to_string(talk.classify().type) == "simple");
}

TEST_CASE("a memory layer that asks for facts as JSON is extraction") {
    Conversation talk{{Role::system,
                       "You are a personal information organizer. Your role is to extract "
                       "relevant pieces "
                       "of information from conversations into distinct facts. Return the facts "
                       "and "
                       "preferences in a JSON format with the key \"facts\"."},
                      {user, "Input:\nuser: Hi, my name is John and I am a software engineer."}};
    talk.request.wants_json = true;
    const Classification result = talk.classify();
    CHECK(to_string(result.type) == "extraction");
    CHECK(result.complexity == 2);

    Conversation question{{Role::system,
                           "Extract the user's facts and answer in JSON with a list "
                           "of facts."},
                          {user, "Write me a Python function?"}};
    question.request.wants_json = true;
    CHECK(to_string(question.classify().type) == "extraction");
}

TEST_CASE("a document before the question does not drown it") {
    std::string document;
    for (int i = 0; i < 40; ++i) {
        document += "The function of the committee is to compare plans and to design a programme. ";
    }
    const Conversation asked{{user, document + "\n\nWho is on the committee?"}};
    CHECK(to_string(asked.classify().type) == "extraction");
    const Conversation summed{{user, document + "\n\nSummarize the text above in three "
                                                "sentences."}};
    CHECK(to_string(summed.classify().type) == "summarization");
}

TEST_CASE("more than 4,000 tokens of conversation make an open request complex") {
    std::string history;
    for (int i = 0; i < 2500; ++i)
        history += "We walked along the quiet river again. ";
    const Conversation open{{user, history}, {model, "I see."}, {user, "Write the next chapter."}};
    const Classification result = open.classify();
    CHECK(to_string(result.type) == "complex");
    CHECK(result.complexity >= 7);
    CHECK(gives(result, "estimated tokens"));

    const Conversation summed{{user, history},
                              {model, "I see."},
                              {user,
                               "Summarize it in one "
                               "paragraph."}};
    CHECK(to_string(summed.classify().type) == "summarization");

    const Conversation thanks{{user, history}, {model, "I see."}, {user, "Thanks!"}};
    CHECK(to_string(thanks.classify().type) == "simple");
}

TEST_CASE("embedding is decided by the operation alone") {
    Conversation talk{{user, "Embed the following text: hello"}};
    CHECK(to_string(talk.classify().type) != "embedding");
    talk.request.operation = Operation::embed;
    talk.request.inputs = {"Write a Python function"};
    const Classification result = talk.classify();
    CHECK(to_string(result.type) == "embedding");
    CHECK(result.complexity == 1);
    CHECK(result.score == 0.0);
    CHECK(gives(result, "embeddings endpoint"));
}

TEST_CASE("the client's own word on the type wins, and complexity follows that type") {
    const Conversation talk{{user, "What is 2+2?"}};
    for (QueryType type : kAllQueryTypes) {
        const Classification result = talk.classify({.type = type});
        CAPTURE(to_string(type));
        CHECK(result.type == type);
        CHECK((result.complexity > 6) == (type == QueryType::complex));
        CHECK(gives(result, "given by the client"));
    }
}

TEST_CASE("images and tools are reasons and raise nothing") {
    Conversation talk{{user, "What is in this picture?"}};
    const Classification plain = talk.classify();
    talk.request.image_count = 2;
    talk.request.tool_count = 1;
    JsonParser parser;
    talk.request.root =
        parser.parse(R"({"tools":[{"name":"weather","description":"The weather of a city."}]})")
            .value();
    const Classification rich = talk.classify();
    CHECK(rich.type == plain.type);
    CHECK(rich.complexity == plain.complexity);
    CHECK(gives(rich, "images"));
    CHECK(gives(rich, "tools"));
    const auto tokens = classifier::extract_features(talk.request).estimated_tokens;
    CHECK(tokens >= 2 * 768);
    talk.request.tool_count = 0;
    // Their definitions are part of the prompt.
    CHECK(classifier::extract_features(talk.request).estimated_tokens < tokens - 10);
}

TEST_CASE("a request without a user turn is still answered") {
    const ChatRequest empty;
    const Classification result = classifier::classify(classifier::extract_features(empty));
    CHECK(result.complexity >= 1);
    const Conversation only_system{{Role::system, "You are terse."}};
    CHECK(only_system.classify().complexity >= 1);
}

}  // namespace llmr::classifier_test
