"""The PyPI package `openai` on every kind of upstream."""
import json

import openai
import pytest

from clients.questions import ANIMAL, ARGUMENTS, QUESTION, SCHEMA, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL, RETRY_AFTER

ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def client(router):
    with openai.OpenAI(base_url=router.url + "/v1", api_key="any", max_retries=0) as client:
        yield client


def test_chat(client, upstream):
    answer = client.chat.completions.create(model=upstream.chat, messages=ASKED)
    choice = answer.choices[0]
    assert choice.message.content == answer_to(QUESTION, upstream.answers_as)
    assert (choice.message.role, choice.finish_reason) == ("assistant", "stop")
    usage = answer.usage
    assert usage.prompt_tokens > 5 and usage.completion_tokens > 10
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_limit_ends_the_answer_with_length(client, upstream):
    answer = client.chat.completions.create(model=upstream.chat, messages=ASKED, max_tokens=3)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 3


def test_stream(client, upstream):
    chunks = list(client.chat.completions.create(model=upstream.chat, messages=ASKED, stream=True,
                                                 stream_options={"include_usage": True}))
    deltas = [chunk.choices[0] for chunk in chunks if chunk.choices]
    text = "".join(choice.delta.content or "" for choice in deltas)
    assert text == answer_to(QUESTION, upstream.answers_as)
    assert [c.finish_reason for c in deltas if c.finish_reason] == ["stop"]
    assert [c.delta.role for c in deltas if c.delta.role] == ["assistant"]
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[-1].usage.completion_tokens > 10 and not chunks[-1].choices
    assert len(deltas) > 5


def test_a_stream_has_no_usage_that_was_not_asked_for(client, upstream):
    chunks = list(client.chat.completions.create(model=upstream.chat, messages=ASKED, stream=True))
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


def test_tools_and_their_results(client, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = client.chat.completions.create(model=upstream.chat, tools=[TOOL], messages=asked)
    call = first.choices[0].message.tool_calls[0]
    assert first.choices[0].finish_reason == "tool_calls"
    assert (call.type, call.function.name) == ("function", "get_weather")
    assert json.loads(call.function.arguments) == ARGUMENTS
    second = client.chat.completions.create(
        model=upstream.chat, tools=[TOOL],
        messages=[*asked, first.choices[0].message,
                  {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"}])
    assert second.choices[0].finish_reason == "stop"
    assert 'get_weather says "18 degrees"' in second.choices[0].message.content


def test_the_stream_helper_assembles_tool_calls(client, upstream):
    with client.chat.completions.stream(model=upstream.chat, tools=[TOOL],
                                        messages=[{"role": "user", "content": WEATHER}]) as stream:
        final = stream.get_final_completion()
    call = final.choices[0].message.tool_calls[0]
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == ARGUMENTS
    assert final.choices[0].finish_reason == "tool_calls"


def test_images(client, upstream):
    answer = client.chat.completions.create(model=upstream.vision, messages=[{
        "role": "user", "content": [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PIXEL}}]}])
    assert answer.choices[0].message.content.endswith("I see 1 image.")


def test_json_schema(client, upstream):
    answer = client.chat.completions.create(
        model=upstream.chat, messages=[{"role": "user", "content": "An animal, please."}],
        response_format={"type": "json_schema",
                         "json_schema": {"name": "animal", "strict": True, "schema": SCHEMA}})
    assert json.loads(answer.choices[0].message.content) == ANIMAL


def test_json_object(client, upstream):
    answer = client.chat.completions.create(
        model=upstream.chat, messages=[{"role": "user", "content": "An animal as JSON."}],
        response_format={"type": "json_object"})
    assert "An animal as JSON." in json.loads(answer.choices[0].message.content)["answer"]


def test_embeddings_are_equal_as_floats_and_as_base64(client, upstream):
    asked = {"model": upstream.embedding, "input": ["one", "two"]}
    packed = client.embeddings.create(**asked)  # the SDK asks for base64 by itself
    floats = client.embeddings.create(**asked, encoding_format="float")
    assert [entry.index for entry in packed.data] == [0, 1]
    assert [len(entry.embedding) for entry in packed.data] == [upstream.dimensions] * 2
    for left, right in zip(packed.data, floats.data, strict=True):
        assert left.embedding == pytest.approx(right.embedding, abs=1e-6)
    assert packed.data[0].embedding != packed.data[1].embedding
    assert packed.usage.prompt_tokens == 2


def test_models(client):
    names = {model.id for model in client.models.list()}
    assert {"auto:latest", "mistral:7b", "llava:7b"} <= names


def test_one_model(client):
    assert client.models.retrieve("mistral:7b").id == "mistral:7b"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("no-such-model")


def test_completions(client, upstream):
    answer = client.completions.create(model=upstream.chat, prompt=QUESTION, max_tokens=200)
    assert answer.choices[0].text == answer_to(QUESTION, upstream.answers_as)
    assert answer.choices[0].finish_reason == "stop"
    chunks = list(client.completions.create(model=upstream.chat, prompt=QUESTION, max_tokens=200,
                                            stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == answer.choices[0].text


def test_an_unknown_model(client, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(openai.NotFoundError) as error:
        client.chat.completions.create(model=name, messages=ASKED)
    assert error.value.code == "model_not_found"
    assert "no-such-model" in error.value.message


def test_a_bad_request(client, upstream):
    with pytest.raises(openai.BadRequestError) as error:
        client.chat.completions.create(model=upstream.chat, messages=[{"role": "nobody",
                                                                       "content": "?"}])
    assert error.value.type == "invalid_request_error"


def test_a_context_too_long(client, upstream):
    with pytest.raises(openai.BadRequestError) as error:
        client.chat.completions.create(model=upstream.small, messages=[
            {"role": "user", "content": upstream.too_long}])
    assert error.value.code == "context_length_exceeded"
    assert "maximum context length" in error.value.message


def test_limits_say_when_to_come_back(client, upstream):
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(model=upstream.limited, messages=ASKED)
    assert limited.value.status_code == 429
    assert int(limited.value.response.headers["retry-after"]) == RETRY_AFTER
    with pytest.raises(openai.InternalServerError) as busy:
        client.chat.completions.create(model=upstream.busy, messages=ASKED)
    assert busy.value.status_code == 503
    assert int(busy.value.response.headers["retry-after"]) == RETRY_AFTER


def test_the_client_does_not_try_again_what_the_router_gave_up(router, upstream):
    def asked():
        rows = router.get("/router/queries?limit=1000")["queries"]
        return {row["request_id"] for row in rows if row["model_asked"] == upstream.limited}

    before = asked()
    with openai.OpenAI(base_url=router.url + "/v1", api_key="any") as patient:  # 2 retries
        with pytest.raises(openai.RateLimitError):
            patient.chat.completions.create(model=upstream.limited, messages=ASKED)
    assert len(asked() - before) == 1


def test_an_error_in_the_middle_of_a_stream(client, upstream):
    text = ""
    with pytest.raises(openai.APIError):
        for chunk in client.chat.completions.create(model=upstream.cut, messages=ASKED,
                                                    stream=True):
            text += chunk.choices[0].delta.content or ""
    assert text.startswith("Simulated answer")
