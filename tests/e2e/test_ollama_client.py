"""The PyPI package `ollama`, unmodified."""
import ollama
import pytest

QUESTION = [{"role": "user", "content": "What is 2+2?"}]


@pytest.fixture
def client(demo):
    return ollama.Client(host=demo.url)


def get_weather(city: str) -> str:
    """The weather of a city.

    Args:
      city: name of the city
    """
    return f"18 degrees in {city}"


def test_chat(client):
    answer = client.chat(model="auto", messages=QUESTION)
    assert "mistral:7b" in answer.message.content
    assert answer.done and answer.done_reason == "stop"
    assert answer.eval_count > 0 and answer.prompt_eval_count > 0


def test_streaming_chat_says_what_the_plain_answer_says(client):
    plain = client.chat(model="auto", messages=QUESTION)
    lines = list(client.chat(model="auto", messages=QUESTION, stream=True))
    assert "".join(line.message.content for line in lines) == plain.message.content
    assert [line.done for line in lines] == [False] * (len(lines) - 1) + [True]


def test_generate(client):
    assert "mistral:7b" in client.generate(model="auto", prompt="What is 2+2?").response
    pieces = [part.response for part in client.generate(model="auto", prompt="What is 2+2?",
                                                        stream=True)]
    assert len(pieces) > 3


def test_tools(client):
    answer = client.chat(model="llama3.1:8b", messages=[{"role": "user", "content": "Weather in Paris?"}],
                         tools=[get_weather])
    call = answer.message.tool_calls[0]
    assert call.function.name == "get_weather"
    assert isinstance(call.function.arguments["city"], str)


def test_embeddings(client):
    batch = client.embed(model="auto", input=["one", "two"])
    assert [len(vector) for vector in batch.embeddings] == [768, 768]
    assert len(client.embeddings(model="auto", prompt="one").embedding) == 768


def test_lists_and_details(client):
    models = {model.model for model in client.list().models}
    assert {"auto:latest", "mistral:7b"} <= models
    assert client.show("auto").modelinfo
    assert client.show("mistral:7b").modelinfo
    assert client.ps().models is not None


def test_errors_carry_ollamas_words(client):
    with pytest.raises(ollama.ResponseError) as missing:
        client.chat(model="no-such-model-xyz", messages=QUESTION)
    assert missing.value.status_code == 404
    assert "not found" in missing.value.error


def test_the_external_upstream_answers_an_ollama_client(tmp_path):
    from conftest import DemoRouter
    router = DemoRouter(tmp_path, LLM_LOCAL_THRESHOLD="0")
    try:
        client = ollama.Client(host=router.url)
        question = ("Write a detailed essay that explains quantum mechanics, compares the Copenhagen "
                    "and many-worlds interpretations and weighs the evidence for each step by step.")
        lines = list(client.chat(model="auto", stream=True,
                                 messages=[{"role": "user", "content": question}]))
        assert "gpt-4o-mini" in "".join(line.message.content for line in lines)
        assert lines[-1].done and lines[-1].eval_count > 0
        row = router.get("/router/queries?limit=1")["queries"][0]
        assert row["local"] is False and row["cost"] > 0
    finally:
        assert router.stop() == 0
