"""The npm package `ollama` on every kind of upstream."""
import json

import pytest

from clients.node.conftest import Failure
from clients.questions import ANIMAL, ARGUMENTS, QUESTION, SCHEMA, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL

ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def client():
    return "ollama"


def test_chat(run, upstream):
    answer = run("chat", model=upstream.chat, messages=ASKED)
    assert answer["message"]["content"] == answer_to(QUESTION, upstream.answers_as)
    assert (answer["done"], answer["done_reason"]) == (True, "stop")
    assert answer["eval_count"] > 10 and answer["prompt_eval_count"] > 5


def test_stream(run, upstream):
    lines = run("stream", model=upstream.chat, messages=ASKED)
    text = "".join(line["message"]["content"] for line in lines)
    assert text == answer_to(QUESTION, upstream.answers_as) and len(lines) > 5
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert all("error" not in line for line in lines)


def test_generate(run, upstream):
    answer = run("generate", model=upstream.chat, prompt=QUESTION)
    assert answer["response"] == answer_to(QUESTION, upstream.answers_as)


def test_tools_and_their_results(run, upstream):
    asked = [{"role": "user", "content": WEATHER}]
    first = run("chat", model=upstream.chat, messages=asked, tools=[TOOL])
    call = first["message"]["tool_calls"][0]["function"]
    assert (call["name"], call["arguments"]) == ("get_weather", ARGUMENTS)
    second = run("chat", model=upstream.chat, tools=[TOOL], messages=[
        *asked, first["message"],
        {"role": "tool", "tool_name": "get_weather", "content": "18 degrees"}])
    assert 'get_weather says "18 degrees"' in second["message"]["content"]


def test_images(run, upstream):
    answer = run("chat", model=upstream.vision, messages=[
        {"role": "user", "content": "What is this?", "images": [PIXEL]}])
    assert answer["message"]["content"].endswith("I see 1 image.")


def test_json_schema(run, upstream):
    answer = run("chat", model=upstream.chat, format=SCHEMA,
                 messages=[{"role": "user", "content": "An animal, please."}])
    assert json.loads(answer["message"]["content"]) == ANIMAL


def test_embeddings(run, upstream):
    vectors = run("embed", model=upstream.embedding, input=["one", "two"])
    assert [len(vector) for vector in vectors] == [upstream.dimensions] * 2
    assert len(run("legacyEmbed", model=upstream.embedding, prompt="one")) == upstream.dimensions


def test_lists_and_details(run):
    models = {model["model"]: model for model in run("list")}
    assert {"auto:latest", "mistral:7b"} <= set(models)
    assert all(len(model["digest"]) == 64 for model in models.values())
    assert "vision" in run("show", model="llava:7b")["capabilities"]
    assert isinstance(run("ps")["models"], list)


def test_pulling_a_known_model_is_done_at_once(run):
    assert run("pull", model="mistral:7b")["status"] == "success"
    assert run("pullStream", model="mistral:7b")[-1] == "success"


def test_an_unknown_model(run, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(Failure) as error:
        run("chat", model=name, messages=ASKED)
    assert (error.value.type, error.value.status) == ("ResponseError", 404)
    assert "no-such-model" in error.value.message


def test_a_bad_request(run, upstream):
    with pytest.raises(Failure) as error:
        run("chat", model=upstream.chat, messages=[{"role": "nobody", "content": "?"}])
    assert error.value.status == 400


def test_a_context_too_long(run, upstream):
    with pytest.raises(Failure) as error:
        run("chat", model=upstream.small, messages=[{"role": "user", "content": upstream.too_long}])
    assert error.value.status == 400
    assert "context length" in error.value.message


def test_limits(run, upstream):
    for model, status in ((upstream.limited, 429), (upstream.busy, 503)):
        with pytest.raises(Failure) as error:
            run("chat", model=model, messages=ASKED)
        assert error.value.status == status


def test_an_error_in_the_middle_of_a_stream(run, upstream):
    with pytest.raises(Failure) as error:
        run("stream", model=upstream.cut, messages=ASKED)
    assert error.value.text.startswith("Simulated answer")
