"""The LiteLLM SDK: openai/, ollama_chat/, ollama/ and anthropic/ in front of the same models."""
import json

import litellm
import pytest

from clients.questions import ANIMAL, ARGUMENTS, QUESTION, SCHEMA, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL

ASKED = [{"role": "user", "content": QUESTION}]
PREFIXES = ["openai", "ollama_chat", "anthropic"]


@pytest.fixture(params=PREFIXES)
def ask(request, router, upstream):
    """litellm.completion() by way of one of its providers."""
    prefix = request.param
    base = router.url + ("/v1" if prefix == "openai" else "")

    def completion(model, messages=ASKED, **options):
        return litellm.completion(model=f"{prefix}/{model}", api_base=base, api_key="any",
                                  messages=messages, max_retries=0, **options)
    completion.prefix = prefix
    return completion


def test_chat(ask, upstream):
    answer = ask(upstream.chat)
    assert answer.choices[0].message.content == answer_to(QUESTION, upstream.answers_as)
    assert answer.choices[0].finish_reason == "stop"
    usage = answer.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 15


def test_stream(ask, upstream):
    chunks = list(ask(upstream.chat, stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == answer_to(QUESTION, upstream.answers_as)
    assert [c.choices[0].finish_reason for c in chunks
            if c.choices and c.choices[0].finish_reason] == ["stop"]
    whole = litellm.stream_chunk_builder(chunks, messages=ASKED)
    assert whole.choices[0].message.content == text


def test_tools_and_their_results(ask, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = ask(upstream.chat, asked, tools=[TOOL])
    message = first.choices[0].message
    call = message.tool_calls[0]
    assert first.choices[0].finish_reason == "tool_calls"
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", ARGUMENTS)
    second = ask(upstream.chat, tools=[TOOL], messages=[
        *asked, message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "name": "get_weather", "content": "18 degrees"}])
    assert "18 degrees" in second.choices[0].message.content


def test_streamed_tool_calls(ask, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    chunks = list(ask(upstream.chat, asked, tools=[TOOL], stream=True))
    call = litellm.stream_chunk_builder(chunks).choices[0].message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", ARGUMENTS)


def test_images(ask, upstream):
    answer = ask(upstream.vision, [{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PIXEL}}]}])
    assert answer.choices[0].message.content.endswith("I see 1 image.")


def test_json_schema(ask, upstream):
    answer = ask(upstream.chat, [{"role": "user", "content": "An animal, please."}],
                 response_format={"type": "json_schema", "json_schema": {
                     "name": "animal", "strict": True, "schema": SCHEMA}})
    assert json.loads(answer.choices[0].message.content) == ANIMAL


def test_errors(ask, upstream):
    with pytest.raises(litellm.exceptions.RateLimitError):
        ask(upstream.limited)
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises((litellm.exceptions.NotFoundError, litellm.exceptions.APIConnectionError),
                       match="no-such-model"):
        ask(name)


def test_a_context_too_long(ask, upstream):
    with pytest.raises(litellm.exceptions.BadRequestError) as error:
        ask(upstream.small, [{"role": "user", "content": upstream.too_long}])
    if ask.prefix == "openai":
        assert isinstance(error.value, litellm.exceptions.ContextWindowExceededError)


def test_an_error_in_the_middle_of_a_stream(ask, upstream):
    text = ""
    with pytest.raises(Exception) as error:
        for chunk in ask(upstream.cut, stream=True):
            text += chunk.choices[0].delta.content or ""
    assert text.startswith("Simulated answer")
    assert isinstance(error.value, litellm.exceptions.OpenAIError) or hasattr(
        error.value, "llm_provider")


def test_generate(router, upstream):
    options = {"model": f"ollama/{upstream.chat}", "api_base": router.url, "messages": ASKED}
    whole = litellm.completion(**options).choices[0].message.content
    pieces = [c.choices[0].delta.content or "" for c in litellm.completion(**options, stream=True)]
    assert "you asked" in whole and "".join(pieces) == whole


@pytest.mark.parametrize("prefix", ["openai", "ollama"])
def test_embeddings(router, upstream, prefix):
    base = router.url + ("/v1" if prefix == "openai" else "")
    answer = litellm.embedding(model=f"{prefix}/{upstream.embedding}", input=["one", "two"],
                               api_base=base, api_key="any")
    vectors = [entry["embedding"] for entry in answer.data]
    assert [len(vector) for vector in vectors] == [upstream.dimensions] * 2
    assert vectors[0] != vectors[1]


def test_azure(router, upstream):
    answer = litellm.completion(model=f"azure/{upstream.chat}", api_base=router.url, api_key="any",
                                api_version="2024-10-21", messages=ASKED, max_retries=0)
    assert answer.choices[0].message.content == answer_to(QUESTION, upstream.answers_as)
