"""The npm package `openai` on every kind of upstream."""
import json

import pytest

from clients.node.conftest import Failure
from clients.questions import ANIMAL, ARGUMENTS, QUESTION, SCHEMA, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL, RETRY_AFTER

ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def client():
    return "openai"


def test_chat(run, upstream):
    answer = run("chat", model=upstream.chat, messages=ASKED)
    choice = answer["choices"][0]
    assert choice["message"]["content"] == answer_to(QUESTION, upstream.answers_as)
    assert choice["finish_reason"] == "stop"
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 15


def test_stream(run, upstream):
    chunks = run("stream", model=upstream.chat, messages=ASKED,
                 stream_options={"include_usage": True})
    deltas = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
    text = "".join(choice["delta"].get("content") or "" for choice in deltas)
    assert text == answer_to(QUESTION, upstream.answers_as) and len(deltas) > 5
    assert chunks[-1]["usage"]["completion_tokens"] > 10


def test_tools_and_their_results(run, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = run("chat", model=upstream.chat, tools=[TOOL], messages=asked)["choices"][0]
    call = first["message"]["tool_calls"][0]
    assert first["finish_reason"] == "tool_calls"
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == ARGUMENTS
    second = run("chat", model=upstream.chat, tools=[TOOL], messages=[
        *asked, first["message"],
        {"role": "tool", "tool_call_id": call["id"], "content": "18 degrees"}])
    assert 'get_weather says "18 degrees"' in second["choices"][0]["message"]["content"]


def test_the_stream_helper_assembles_tool_calls(run, upstream):
    answer = run("assembled", model=upstream.chat, tools=[TOOL],
                 messages=[{"role": "user", "content": WEATHER}])
    call = answer["choices"][0]["message"]["tool_calls"][0]["function"]
    assert (call["name"], json.loads(call["arguments"])) == ("get_weather", ARGUMENTS)


def test_images(run, upstream):
    answer = run("chat", model=upstream.vision, messages=[{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PIXEL}}]}])
    assert answer["choices"][0]["message"]["content"].endswith("I see 1 image.")


def test_json_schema(run, upstream):
    answer = run("chat", model=upstream.chat,
                 messages=[{"role": "user", "content": "An animal, please."}],
                 response_format={"type": "json_schema", "json_schema": {
                     "name": "animal", "strict": True, "schema": SCHEMA}})
    assert json.loads(answer["choices"][0]["message"]["content"]) == ANIMAL


def test_embeddings_are_equal_as_floats_and_as_base64(run, upstream):
    asked = {"model": upstream.embedding, "input": ["one", "two"]}
    packed = run("embed", **asked)
    floats = run("embed", **asked, encoding_format="float")
    assert [len(vector) for vector in packed] == [upstream.dimensions] * 2
    for left, right in zip(packed, floats, strict=True):
        assert left == pytest.approx(right, abs=1e-6)
    assert packed[0] != packed[1]


def test_models(run):
    assert {"auto:latest", "mistral:7b"} <= set(run("models"))
    assert run("model", id="mistral:7b")["id"] == "mistral:7b"


def test_completions(run, upstream):
    answer = run("complete", model=upstream.chat, prompt=QUESTION, max_tokens=200)
    assert answer["choices"][0]["text"] == answer_to(QUESTION, upstream.answers_as)


def test_responses(run, upstream):
    answer = run("respond", model=upstream.chat, input=QUESTION)
    assert answer["text"] == answer_to(QUESTION, upstream.answers_as)
    assert answer["status"] == "completed" and answer["usage"]["output_tokens"] > 10
    streamed = run("respondStream", model=upstream.chat, input=QUESTION)
    assert streamed["text"] == answer["text"]
    assert streamed["types"][0] == "response.created"
    assert streamed["types"][-1] == "response.completed"


def test_azure(run, upstream):
    answer = run("azure", model=upstream.chat, messages=ASKED)
    assert answer["choices"][0]["message"]["content"] == answer_to(QUESTION, upstream.answers_as)


def test_an_unknown_model(run, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(Failure) as error:
        run("chat", model=name, messages=ASKED)
    assert (error.value.type, error.value.status) == ("NotFoundError", 404)
    assert error.value.code == "model_not_found"


def test_a_bad_request(run, upstream):
    with pytest.raises(Failure) as error:
        run("chat", model=upstream.chat, messages=[{"role": "nobody", "content": "?"}])
    assert (error.value.type, error.value.status) == ("BadRequestError", 400)


def test_a_context_too_long(run, upstream):
    with pytest.raises(Failure) as error:
        run("chat", model=upstream.small, messages=[{"role": "user", "content": upstream.too_long}])
    assert error.value.code == "context_length_exceeded"


def test_limits_say_when_to_come_back(run, upstream):
    for model, thrown, status in ((upstream.limited, "RateLimitError", 429),
                                  (upstream.busy, "InternalServerError", 503)):
        with pytest.raises(Failure) as error:
            run("chat", model=model, messages=ASKED)
        assert (error.value.type, error.value.status) == (thrown, status)
        assert error.value.retry_after == str(RETRY_AFTER)


def test_an_error_in_the_middle_of_a_stream(run, upstream):
    with pytest.raises(Failure) as error:
        run("stream", model=upstream.cut, messages=ASKED)
    assert error.value.type == "APIError"
    assert error.value.text.startswith("Simulated answer")
