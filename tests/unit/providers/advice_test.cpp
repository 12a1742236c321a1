#include "providers/advice.hpp"

#include <doctest/doctest.h>

using namespace llmr;
using namespace llmr::providers;

namespace {

UpstreamConfig server(std::string provider, bool key = true) {
    UpstreamConfig upstream;
    upstream.name = provider;
    upstream.provider = std::move(provider);
    upstream.dialect = Dialect::openai_chat;
    if (key) upstream.api_keys = {Secret("k")};
    return upstream;
}

Error error(Errc code, int status) {
    Error made(code, "It went wrong.");
    made.upstream_status = status;
    return made;
}

}  // namespace

TEST_CASE("advice names the variables of the provider") {
    CHECK(advice_for(error(Errc::upstream_auth, 401), server("deepseek"), "m") ==
          "check DEEPSEEK_API_KEY, and that it belongs to this endpoint");
    CHECK(advice_for(error(Errc::upstream_auth, 401), server("openai", false), "m") ==
          "no key is set; OPENAI_API_KEY takes one");
    CHECK(advice_for(error(Errc::upstream_auth, 403), server("openai"), "m") ==
          "the key in OPENAI_API_KEY may not do this");
    CHECK(advice_for(error(Errc::model_not_found, 404), server("azure"), "chat") ==
          "Azure wants the name of a deployment, and chat is none; LLM_AZURE_DEPLOYMENT names it, "
          "and a new one needs some minutes");
    CHECK(advice_for(error(Errc::upstream_not_found, 404), server("hosted_vllm"), "m") ==
          "check HOSTED_VLLM_API_BASE: the path may lack /v1 or have it twice");
}

TEST_CASE("a token's refusal is about rights, not about keys") {
    UpstreamConfig azure = server("azure", false);
    azure.token.kind = TokenKind::entra_managed;
    CHECK(advice_for(error(Errc::upstream_auth, 401), azure, "m") ==
          "the router signs in by Entra managed identity; check the role Cognitive Services OpenAI "
          "User, and LLM_AZURE_SCOPE");
    azure.token.kind = TokenKind::entra_secret;
    CHECK(advice_for(error(Errc::upstream_auth, 0), azure, "m") ==
          "the router signs in by Entra client credentials; check AZURE_TENANT_ID, AZURE_CLIENT_ID "
          "and AZURE_CLIENT_SECRET");
}

TEST_CASE("advice stands behind the message, and an error without any stays as it is") {
    const Error advised = with_advice(error(Errc::insufficient_quota, 429), server("openai"), "m");
    CHECK(advised.message ==
          "It went wrong (openai: the account's credit or quota is used up; add some, or name "
          "another model)");
    CHECK(advised.code == Errc::insufficient_quota);
    CHECK(with_advice(error(Errc::upstream_rejected, 400), server("openai"), "m").message ==
          "It went wrong.");
}
