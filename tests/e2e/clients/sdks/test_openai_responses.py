"""The Responses API of the PyPI package `openai`."""
import json

import openai
import pytest

from clients.questions import ANIMAL, ARGUMENTS, PARAMETERS, QUESTION, SCHEMA, WEATHER, answer_to
from clients.upstreams import PIXEL

TOOL = {"type": "function", "name": "get_weather", "description": "Weather of a city",
        "parameters": PARAMETERS, "strict": False}


@pytest.fixture(scope="module")
def client(router):
    with openai.OpenAI(base_url=router.url + "/v1", api_key="any", max_retries=0) as client:
        yield client


def test_answer(client, upstream):
    answer = client.responses.create(model=upstream.chat, input=QUESTION)
    assert answer.output_text == answer_to(QUESTION, upstream.answers_as)
    assert answer.status == "completed" and answer.output[0].role == "assistant"
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert answer.usage.output_tokens > 10


def test_stream(client, upstream):
    events = list(client.responses.create(model=upstream.chat, input=QUESTION, stream=True))
    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    assert text == answer_to(QUESTION, upstream.answers_as)
    assert events[-1].response.output_text == text
    assert events[-1].response.usage.output_tokens > 10


def test_the_stream_helper_accumulates(client, upstream):
    with client.responses.stream(model=upstream.chat, input=QUESTION) as stream:
        final = stream.get_final_response()
    assert final.output_text == answer_to(QUESTION, upstream.answers_as)


def test_tools_and_their_results(client, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = client.responses.create(model=upstream.chat, input=asked, tools=[TOOL])
    call = next(item for item in first.output if item.type == "function_call")
    assert call.name == "get_weather"
    assert json.loads(call.arguments) == ARGUMENTS
    second = client.responses.create(model=upstream.chat, tools=[TOOL], input=[
        *asked, *first.output,
        {"type": "function_call_output", "call_id": call.call_id, "output": "18 degrees"}])
    assert "18 degrees" in second.output_text


def test_images(client, upstream):
    answer = client.responses.create(model=upstream.vision, input=[{"role": "user", "content": [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": "data:image/png;base64," + PIXEL}]}])
    assert answer.output_text.endswith("I see 1 image.")


def test_json_schema(client, upstream):
    answer = client.responses.create(
        model=upstream.chat, input="An animal, please.",
        text={"format": {"type": "json_schema", "name": "animal", "strict": True,
                         "schema": SCHEMA}})
    assert json.loads(answer.output_text) == ANIMAL


def test_errors(client, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model=name, input=QUESTION)
    with pytest.raises(openai.BadRequestError) as error:
        client.responses.create(model=upstream.small, input=upstream.too_long)
    assert error.value.code == "context_length_exceeded"
    with pytest.raises(openai.RateLimitError):
        client.responses.create(model=upstream.limited, input=QUESTION)


def test_what_needs_a_memory_of_past_responses_is_refused(client, upstream):
    with pytest.raises(openai.BadRequestError) as error:
        client.responses.create(model=upstream.chat, input=QUESTION,
                                previous_response_id="resp_123")
    assert error.value.param == "previous_response_id"


def test_an_error_in_the_middle_of_a_stream_is_an_event(client, upstream):
    events = list(client.responses.create(model=upstream.cut, input=QUESTION, stream=True))
    assert any(event.type == "response.output_text.delta" for event in events)
    last = events[-1]
    assert last.type in ("error", "response.failed")
    assert last.message if last.type == "error" else last.response.error.message
