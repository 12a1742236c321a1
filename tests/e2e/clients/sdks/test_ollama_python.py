"""The PyPI package `ollama` on every kind of upstream."""
import base64
import json

import ollama
import pytest

from clients.questions import ANIMAL, ARGUMENTS, QUESTION, SCHEMA, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL, RETRY_AFTER

ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def client(router):
    return ollama.Client(host=router.url)


def test_chat(client, upstream):
    answer = client.chat(model=upstream.chat, messages=ASKED)
    assert answer.message.content == answer_to(QUESTION, upstream.answers_as)
    assert answer.message.role == "assistant"
    assert (answer.done, answer.done_reason) == (True, "stop")
    assert answer.prompt_eval_count > 5 and answer.eval_count > 10
    assert answer.created_at.startswith("20")


def test_a_limit_ends_the_answer_with_length(client, upstream):
    answer = client.chat(model=upstream.chat, messages=ASKED, options={"num_predict": 3})
    assert (answer.done_reason, answer.eval_count) == ("length", 3)


def test_stream(client, upstream):
    lines = list(client.chat(model=upstream.chat, messages=ASKED, stream=True))
    text = "".join(line.message.content for line in lines)
    assert text == answer_to(QUESTION, upstream.answers_as)
    assert [line.done for line in lines] == [False] * (len(lines) - 1) + [True]
    assert lines[-1].message.content == "" and lines[-1].eval_count > 10
    assert len(lines) > 5


def test_generate(client, upstream):
    whole = client.generate(model=upstream.chat, prompt=QUESTION)
    assert whole.response == answer_to(QUESTION, upstream.answers_as)
    parts = list(client.generate(model=upstream.chat, prompt=QUESTION, stream=True))
    assert "".join(part.response for part in parts) == whole.response
    assert parts[-1].done and parts[-1].response == ""


def test_tools_and_their_results(client, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = client.chat(model=upstream.chat, messages=asked, tools=[TOOL])
    call = first.message.tool_calls[0]
    assert (call.function.name, dict(call.function.arguments)) == ("get_weather", ARGUMENTS)
    second = client.chat(model=upstream.chat, tools=[TOOL], messages=[
        *asked, first.message,
        {"role": "tool", "tool_name": "get_weather", "content": "18 degrees"}])
    assert 'get_weather says "18 degrees"' in second.message.content


def test_streamed_tool_calls_come_whole(client, upstream):
    lines = list(client.chat(model=upstream.chat, tools=[TOOL], stream=True,
                             messages=[{"role": "user", "content": WEATHER}]))
    calls = [call for line in lines for call in line.message.tool_calls or []]
    assert [(c.function.name, dict(c.function.arguments)) for c in calls] == [
        ("get_weather", ARGUMENTS)]


def test_images(client, upstream):
    answer = client.chat(model=upstream.vision, messages=[
        {"role": "user", "content": "What is this?", "images": [base64.b64decode(PIXEL)]}])
    assert answer.message.content.endswith("I see 1 image.")


def test_json_schema(client, upstream):
    answer = client.chat(model=upstream.chat, format=SCHEMA,
                         messages=[{"role": "user", "content": "An animal, please."}])
    assert json.loads(answer.message.content) == ANIMAL


def test_json_without_the_word_json(client, upstream):
    answer = client.chat(model=upstream.chat, messages=ASKED, format="json")
    assert QUESTION in json.loads(answer.message.content)["answer"]


def test_embeddings(client, upstream):
    batch = client.embed(model=upstream.embedding, input=["one", "two"])
    assert [len(vector) for vector in batch.embeddings] == [upstream.dimensions] * 2
    assert batch.embeddings[0] == pytest.approx(
        client.embed(model=upstream.embedding, input="one").embeddings[0])
    assert sum(number * number for number in batch.embeddings[0]) == pytest.approx(1, abs=1e-4)
    assert len(client.embeddings(upstream.embedding, "one").embedding) == upstream.dimensions


def test_lists_and_details(client):
    models = client.list().models
    assert {"auto:latest", "mistral:7b", "llava:7b"} <= {model.model for model in models}
    digests = [model.digest for model in models]
    assert len(set(digests)) == len(digests) and all(len(digest) == 64 for digest in digests)
    assert "vision" in client.show("llava:7b").capabilities
    assert client.show("auto").modelinfo["general.architecture"]
    assert client.ps().models is not None


def test_pulling_a_known_model_is_done_at_once(client):
    assert client.pull("mistral:7b").status == "success"
    assert client.pull("auto").status == "success"
    statuses = [progress.status for progress in client.pull("mistral:7b", stream=True)]
    assert statuses[-1] == "success"


def test_pulling_an_unknown_model_fails(client):
    with pytest.raises(ollama.ResponseError) as error:
        client.pull("no-such-model")
    assert "no-such-model" in error.value.error


def test_the_path_v1_before_api(router):
    client = ollama.Client(host=router.url + "/v1")  # as mcp-mem0 is often configured
    assert client.chat(model="mistral:7b", messages=ASKED).done
    assert client.list().models


def test_an_unknown_model(client, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(ollama.ResponseError) as error:
        client.chat(model=name, messages=ASKED)
    assert error.value.status_code == 404
    assert "no-such-model" in error.value.error


def test_a_bad_request(client, upstream):
    with pytest.raises(ollama.ResponseError) as error:
        client.chat(model=upstream.chat, messages=[{"role": "nobody", "content": "?"}])
    assert error.value.status_code == 400


def test_a_context_too_long(client, upstream):
    with pytest.raises(ollama.ResponseError) as error:
        client.chat(model=upstream.small,
                    messages=[{"role": "user", "content": upstream.too_long}])
    assert error.value.status_code == 400
    assert "context length" in error.value.error


def test_limits(client, router, upstream):
    for model, status in ((upstream.limited, 429), (upstream.busy, 503)):
        with pytest.raises(ollama.ResponseError) as error:
            client.chat(model=model, messages=ASKED)
        assert error.value.status_code == status
        answer = client._client.post("/api/chat", json={"model": model, "messages": ASKED})
        assert answer.headers["retry-after"] == str(RETRY_AFTER)


def test_an_error_in_the_middle_of_a_stream(client, upstream):
    text = ""
    with pytest.raises(ollama.ResponseError) as error:
        for line in client.chat(model=upstream.cut, messages=ASKED, stream=True):
            text += line.message.content
    assert text.startswith("Simulated answer")
    assert error.value.error
