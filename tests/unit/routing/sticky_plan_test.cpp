// Plans for queries whose conversation is with a model already.
#include <doctest/doctest.h>

#include "tests/unit/routing/route_tester.hpp"

using namespace llmr;
using namespace llmr::routing;
using namespace llmr::routing::fixtures;

namespace {

ConversationHome home(std::string model, int complexity = 2, std::size_t upstream_index = 0) {
    ConversationHome made;
    made.place = {upstream_index, std::move(model)};
    made.complexity = complexity;
    made.score = complexity / 10.0;
    return made;
}

ConversationHome external_home(double score, std::string model = "gpt-4o-mini") {
    ConversationHome made = home(std::move(model), 8, 2);
    made.locality = Locality::external;
    made.score = score;
    return made;
}

RouteQuery turn(QueryType type, int complexity, const ConversationHome& with) {
    RouteQuery made = query(type, complexity);
    made.classification.score = complexity / 10.0;
    made.conversation = &with;
    return made;
}

std::string reason(RouteTester& tester, const RouteQuery& asked) {
    return tester.plan(asked).value().reason;
}

}  // namespace

TEST_CASE("a conversation stays with its local model, and others stand by") {
    RouteTester tester;
    const ConversationHome with = home("codellama:13b", 5);
    const RouteQuery asked = turn(QueryType::simple, 2, with);
    CHECK(tester.route(asked) == "ollama/codellama:13b ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(reason(tester, asked) == "simple 2: the conversation stays with codellama:13b");
    CHECK(tester.plan(asked)->candidates[0].why == "the conversation is with it");
    CHECK(tester.route(turn(QueryType::code, 3, with)) ==
          "ollama/codellama:13b ollama/deepseek-coder:6.7b");
    // The role's own model is not tried twice.
    CHECK(tester.route(turn(QueryType::medium, 5, with)) ==
          "ollama/codellama:13b openai/gpt-4o-mini");
}

TEST_CASE("it does not ask for an external place until complexity has risen by three") {
    RouteTester tester;
    tester.grants = true;
    const ConversationHome with = home("mistral:7b", 6);
    CHECK(tester.route(turn(QueryType::complex, 8, with)).starts_with("ollama/mistral:7b "));
    CHECK(tester.asked == 0);
    const RouteQuery risen = turn(QueryType::complex, 9, with);
    CHECK(tester.route(risen) == "openai/gpt-4o-mini ollama/codellama:13b");
    CHECK(tester.asked == 1);
    CHECK(tester.asked_score == 0.9);
    CHECK(reason(tester, risen) ==
          "complex 9: external allowance granted; the conversation leaves mistral:7b: complexity "
          "rose from 6 to 9");
    tester.grants = false;
    CHECK(reason(tester, risen) ==
          "complex 9: codellama:13b is the model for complex queries; local share: allowance used "
          "up; the conversation leaves mistral:7b: complexity rose from 6 to 9");
}

TEST_CASE("it leaves a local model that fails, is gone or cannot serve the query") {
    RouteTester tester({model("mistral:7b"), with_vision(model("llava:7b")),
                        with_context(model("codellama:13b"), 4096), model("gpt-oss:120b-cloud")});
    const auto left = [&](const RouteQuery& asked) {
        const std::string text = reason(tester, asked);
        const std::size_t at = text.find("; the conversation leaves ");
        return at == text.npos ? std::string() : text.substr(at);
    };
    const ConversationHome codellama = home("codellama:13b");
    RouteQuery asked = turn(QueryType::simple, 2, codellama);
    CHECK(left(asked).empty());
    asked.estimated_input_tokens = 5000;
    CHECK(left(asked) ==
          "; the conversation leaves codellama:13b: context of 4096 tokens is too short for "
          "5000");
    RouteQuery seen = turn(QueryType::simple, 2, codellama);
    seen.has_images = true;
    CHECK(tester.route(seen).starts_with("ollama/llava:7b "));
    CHECK(left(seen) == "; the conversation leaves codellama:13b: cannot see images");
    const ConversationHome gone = home("phi3:3.8b");
    CHECK(left(turn(QueryType::simple, 2, gone)) ==
          "; the conversation leaves phi3:3.8b: it is not installed any more");
    const ConversationHome elsewhere = home("codellama:13b", 2, 1);
    CHECK(left(turn(QueryType::simple, 2, elsewhere)) ==
          "; the conversation leaves codellama:13b: it is not installed any more");
    tester.failing = {"ollama/codellama:13b"};
    const RouteQuery failing = turn(QueryType::simple, 2, codellama);
    CHECK(tester.route(failing) == "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(left(failing) == "; the conversation leaves codellama:13b: it is failing");
}

TEST_CASE("a long prompt has a model with more room behind the conversation's own, each once") {
    RouteTester tester({with_context(model("mistral:7b"), 8192),
                        with_context(model("codellama:13b"), 4096), model("llama3.1:8b")});
    const ConversationHome with = home("codellama:13b");
    RouteQuery asked = turn(QueryType::simple, 2, with);
    asked.estimated_input_tokens = 3000;
    CHECK(tester.route(asked) == "ollama/codellama:13b ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(tester.plan(asked)->candidates[0].context_length == 4096);
}

TEST_CASE("a conversation with an external model asks again, with the better of its scores") {
    RouteTester tester;
    tester.grants = true;
    const ConversationHome with = external_home(0.8);
    const RouteQuery asked = turn(QueryType::simple, 2, with);
    CHECK(tester.route(asked) == "openai/gpt-4o-mini ollama/mistral:7b");
    CHECK(tester.asked == 1);
    CHECK(tester.asked_score == 0.8);
    CHECK(reason(tester, asked) ==
          "simple 2: the conversation stays with gpt-4o-mini, external allowance granted");
    tester.plan(turn(QueryType::complex, 9, with));
    CHECK(tester.asked_score == 0.9);
}

TEST_CASE("the local share, the circuit, the budget and privacy win over staying external") {
    RouteTester tester;
    const ConversationHome with = external_home(0.8);
    const RouteQuery asked = turn(QueryType::simple, 2, with);
    CHECK(tester.route(asked) == "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(reason(tester, asked) ==
          "simple 2: mistral:7b is the model for simple queries; local share: allowance used up; "
          "the conversation leaves gpt-4o-mini");
    tester.grants = true;
    RouteQuery kept = asked;
    kept.local_only = LocalOnly::by_setting;
    const int asked_before = tester.asked;
    CHECK(tester.route(kept) == "ollama/mistral:7b");
    CHECK(reason(tester, kept) ==
          "simple 2: mistral:7b is the model for simple queries; stays local "
          "(LLM_PRIVACY=local-only); the conversation leaves gpt-4o-mini: this query stays local");
    RouteQuery local = asked;
    local.forced = Locality::local;
    CHECK(tester.route(local) == "ollama/mistral:7b");
    CHECK(tester.route(turn(QueryType::code, 9, with)) == "ollama/deepseek-coder:6.7b");
    tester.failing = {"openai/gpt-4o-mini"};
    CHECK(tester.route(asked) == "ollama/mistral:7b");
    CHECK(tester.asked == asked_before);
}

TEST_CASE("an external model that is not configured any more is left") {
    RouteTester tester;
    tester.grants = true;
    const ConversationHome with = external_home(0.8, "gpt-4o");
    const RouteQuery asked = turn(QueryType::simple, 2, with);
    CHECK(tester.route(asked) == "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(tester.asked == 0);
    CHECK(reason(tester, asked)
              .ends_with("the conversation leaves gpt-4o: it is not configured any more"));
}

TEST_CASE("what the client asks for wins over staying") {
    RouteTester tester;
    tester.grants = true;
    const ConversationHome with = home("mistral:7b");
    RouteQuery asked = turn(QueryType::simple, 2, with);
    asked.forced = Locality::external;
    CHECK(tester.route(asked) == "openai/gpt-4o-mini ollama/mistral:7b");
    // A wish that cannot be met is no reason to leave.
    const ConversationHome codellama = home("codellama:13b");
    RouteQuery in_vain = turn(QueryType::simple, 2, codellama);
    in_vain.forced = Locality::external;
    in_vain.local_only = LocalOnly::by_key;
    CHECK(tester.route(in_vain) == "ollama/codellama:13b ollama/mistral:7b");
    asked = turn(QueryType::simple, 2, with);
    asked.model = "codellama:13b";
    CHECK(tester.route(asked) == "ollama/codellama:13b");
    asked = turn(QueryType::embedding, 1, with);
    CHECK(tester.route(asked) == "ollama/nomic-embed-text:latest");
    CHECK_FALSE(reason(tester, asked).find("conversation") != std::string::npos);
}

TEST_CASE("with routing off nothing stays") {
    Config off = config();
    off.routing_enabled = false;
    RouteTester tester(default_models(), off);
    tester.grants = true;
    const ConversationHome with = external_home(0.8);
    CHECK(tester.route(turn(QueryType::complex, 9, with)) ==
          "ollama/mistral:7b openai/gpt-4o-mini");
    CHECK(tester.asked == 0);
}
