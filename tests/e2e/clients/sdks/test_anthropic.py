"""The PyPI package `anthropic` on every kind of upstream."""
import json

import anthropic
import pytest

from clients.questions import ANIMAL, ARGUMENTS, PARAMETERS, QUESTION, SCHEMA, WEATHER, answer_to
from clients.upstreams import PIXEL, RETRY_AFTER

TOOL = {"name": "get_weather", "description": "Weather of a city", "input_schema": PARAMETERS}
ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def client(router):
    with anthropic.Anthropic(base_url=router.url, api_key="any", max_retries=0) as client:
        yield client


def test_chat(client, upstream):
    answer = client.messages.create(model=upstream.chat, max_tokens=100, messages=ASKED)
    assert [block.type for block in answer.content] == ["text"]
    assert answer.content[0].text == answer_to(QUESTION, upstream.answers_as)
    assert (answer.role, answer.stop_reason) == ("assistant", "end_turn")
    assert answer.usage.input_tokens > 5 and answer.usage.output_tokens > 10


def test_a_limit_ends_the_answer_with_max_tokens(client, upstream):
    answer = client.messages.create(model=upstream.chat, max_tokens=3, messages=ASKED)
    assert (answer.stop_reason, answer.usage.output_tokens) == ("max_tokens", 3)


def test_a_system_prompt_counts(client, upstream):
    plain = client.messages.create(model=upstream.chat, max_tokens=100, messages=ASKED)
    more = client.messages.create(model=upstream.chat, max_tokens=100, messages=ASKED,
                                  system="one two three four five six seven eight nine ten")
    assert more.usage.input_tokens >= plain.usage.input_tokens + 10


def test_stream(client, upstream):
    with client.messages.stream(model=upstream.chat, max_tokens=100, messages=ASKED) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    assert "".join(pieces) == answer_to(QUESTION, upstream.answers_as)
    assert final.content[0].text == "".join(pieces) and len(pieces) > 5
    assert final.stop_reason == "end_turn"
    assert final.usage.input_tokens > 5 and final.usage.output_tokens > 10


def test_tools_and_their_results(client, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = client.messages.create(model=upstream.chat, max_tokens=100, tools=[TOOL],
                                   messages=asked)
    call = next(block for block in first.content if block.type == "tool_use")
    assert first.stop_reason == "tool_use"
    assert (call.name, call.input) == ("get_weather", ARGUMENTS)
    second = client.messages.create(model=upstream.chat, max_tokens=100, tools=[TOOL], messages=[
        *asked, {"role": "assistant", "content": first.content},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id,
                                      "content": "18 degrees"}]}])
    assert 'get_weather says "18 degrees"' in second.content[0].text


def test_streamed_tool_calls(client, upstream):
    with client.messages.stream(model=upstream.chat, max_tokens=100, tools=[TOOL],
                                messages=[{"role": "user", "content": WEATHER}]) as stream:
        final = stream.get_final_message()
    call = next(block for block in final.content if block.type == "tool_use")
    assert (call.name, call.input) == ("get_weather", ARGUMENTS)
    assert final.stop_reason == "tool_use"


def test_images(client, upstream):
    answer = client.messages.create(model=upstream.vision, max_tokens=100, messages=[
        {"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                         "data": PIXEL}},
            {"type": "text", "text": "What is this?"}]}])
    assert answer.content[0].text.endswith("I see 1 image.")


def test_json_schema(client, upstream):
    answer = client.messages.create(
        model=upstream.chat, max_tokens=100,
        messages=[{"role": "user", "content": "An animal, please."}],
        extra_body={"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}})
    assert json.loads(answer.content[0].text) == ANIMAL


def test_tokens_can_be_counted_before(client, upstream):
    few = client.messages.count_tokens(model=upstream.chat, messages=ASKED)
    many = client.messages.count_tokens(model=upstream.chat, messages=[
        {"role": "user", "content": QUESTION * 50}])
    assert 1 < few.input_tokens < many.input_tokens


def test_models(client):
    listed = list(client.models.list())
    assert {"auto:latest", "mistral:7b"} <= {model.id for model in listed}
    assert {model.type for model in listed} == {"model"}
    assert client.models.retrieve("mistral:7b").id == "mistral:7b"


def test_an_unknown_model(client, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(anthropic.NotFoundError) as error:
        client.messages.create(model=name, max_tokens=100, messages=ASKED)
    assert error.value.body["error"]["type"] == "not_found_error"


def test_a_bad_request(client, upstream):
    with pytest.raises(anthropic.BadRequestError) as error:
        client.messages.create(model=upstream.chat, max_tokens=0, messages=ASKED)
    assert error.value.body["error"]["type"] == "invalid_request_error"


def test_a_context_too_long(client, upstream):
    with pytest.raises(anthropic.BadRequestError) as error:
        client.messages.create(model=upstream.small, max_tokens=100,
                               messages=[{"role": "user", "content": upstream.too_long}])
    assert "prompt is too long" in error.value.body["error"]["message"]


def test_limits_say_when_to_come_back(client, upstream):
    with pytest.raises(anthropic.RateLimitError) as limited:
        client.messages.create(model=upstream.limited, max_tokens=100, messages=ASKED)
    assert limited.value.body["error"]["type"] == "rate_limit_error"
    assert limited.value.response.headers["retry-after"] == str(RETRY_AFTER)
    with pytest.raises(anthropic.InternalServerError) as busy:
        client.messages.create(model=upstream.busy, max_tokens=100, messages=ASKED)
    assert busy.value.status_code in (503, 529)
    assert busy.value.response.headers["retry-after"] == str(RETRY_AFTER)


def test_an_error_in_the_middle_of_a_stream(client, upstream):
    text = ""
    with pytest.raises(anthropic.APIStatusError):
        with client.messages.stream(model=upstream.cut, max_tokens=1000, messages=ASKED) as stream:
            for piece in stream.text_stream:
                text += piece
    assert text.startswith("Simulated answer")
