"""The PyPI package `openai`, unmodified."""
import json

import openai
import pytest

TOOL = {"type": "function",
        "function": {"name": "get_weather", "description": "Weather of a city",
                     "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
                                    "required": ["city"]}}}
QUESTION = [{"role": "user", "content": "What is 2+2?"}]


@pytest.fixture
def client(demo):
    return openai.OpenAI(base_url=demo.url + "/v1", api_key="any", max_retries=0)


def test_chat(client):
    answer = client.chat.completions.create(model="auto", messages=QUESTION)
    assert "mistral:7b" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_streaming_chat_says_what_the_plain_answer_says(client):
    plain = client.chat.completions.create(model="auto", messages=QUESTION)
    chunks = list(client.chat.completions.create(model="auto", messages=QUESTION, stream=True,
                                                 stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == plain.choices[0].message.content
    assert chunks[-1].usage.completion_tokens == plain.usage.completion_tokens
    assert len({c.id for c in chunks}) == 1


def test_tools_come_back_as_calls_and_results_are_understood(client):
    first = client.chat.completions.create(model="llama3.1:8b", tools=[TOOL],
                                           messages=[{"role": "user", "content": "Weather in Paris?"}])
    call = first.choices[0].message.tool_calls[0]
    assert first.choices[0].finish_reason == "tool_calls"
    assert call.function.name == "get_weather"
    assert "city" in json.loads(call.function.arguments)
    second = client.chat.completions.create(
        model="llama3.1:8b", tools=[TOOL],
        messages=[{"role": "user", "content": "Weather in Paris?"}, first.choices[0].message,
                  {"role": "tool", "tool_call_id": call.id, "content": "18 degrees"}])
    assert "18 degrees" in second.choices[0].message.content


def test_streamed_tool_calls_accumulate(client):
    stream = client.chat.completions.create(
        model="llama3.1:8b", tools=[TOOL], stream=True,
        messages=[{"role": "user", "content": "Weather in Paris?"}])
    names, arguments = "", ""
    for chunk in stream:
        for call in (chunk.choices[0].delta.tool_calls or []) if chunk.choices else []:
            names += call.function.name or ""
            arguments += call.function.arguments or ""
    assert names == "get_weather"
    assert "city" in json.loads(arguments)


def test_embeddings_are_the_same_as_floats_and_as_base64(client):
    base64 = client.embeddings.create(model="auto", input=["one", "two"])  # the SDK asks for base64
    floats = client.embeddings.create(model="auto", input=["one", "two"], encoding_format="float")
    assert [d.index for d in base64.data] == [0, 1]
    assert len(base64.data[0].embedding) == 768
    for left, right in zip(base64.data, floats.data):
        assert left.embedding == pytest.approx(right.embedding, abs=1e-6)


def test_model_list(client):
    names = {model.id for model in client.models.list()}
    assert {"auto:latest", "mistral:7b", "codellama:13b"} <= names


def test_errors_are_typed(client):
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="no-such-model-xyz", messages=QUESTION)
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="auto", messages=QUESTION, n=3)


def test_a_priced_name_that_is_not_installed_means_auto_and_counts_savings(client, demo):
    answer = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=QUESTION)
    assert answer.headers["x-router-model"] == "mistral:7b"
    row = demo.get("/router/queries?limit=1")["queries"][0]
    assert row["model_asked"] == "gpt-4o"
    assert row["baseline_cost"] > 0 and row["cost"] == 0
