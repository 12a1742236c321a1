"""AzureOpenAI of the PyPI package `openai`, with the router as its endpoint."""
import json

import openai
import pytest

from clients.questions import ARGUMENTS, QUESTION, TOOL, WEATHER, answer_to

ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def client(router):
    with openai.AzureOpenAI(azure_endpoint=router.url, api_key="any", api_version="2024-10-21",
                            max_retries=0) as client:
        yield client


def test_chat(client, upstream):
    answer = client.chat.completions.create(model=upstream.chat, messages=ASKED)
    assert answer.choices[0].message.content == answer_to(QUESTION, upstream.answers_as)
    assert answer.usage.total_tokens > 10


def test_stream(client, upstream):
    chunks = client.chat.completions.create(model=upstream.chat, messages=ASKED, stream=True)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == answer_to(QUESTION, upstream.answers_as)


def test_tools(client, upstream):
    answer = client.chat.completions.create(model=upstream.chat, tools=[TOOL],
                                            messages=[{"role": "user", "content": WEATHER}])
    call = answer.choices[0].message.tool_calls[0]
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == ARGUMENTS


def test_embeddings(client, upstream):
    answer = client.embeddings.create(model=upstream.embedding, input="one")
    assert len(answer.data[0].embedding) == upstream.dimensions


def test_a_deployment_of_the_endpoint(router, upstream):
    with openai.AzureOpenAI(azure_endpoint=router.url, azure_deployment=upstream.chat,
                            azure_ad_token="any", api_version="2024-10-21") as client:
        answer = client.chat.completions.create(model="ignored", messages=ASKED)
    assert answer.choices[0].message.content == answer_to(QUESTION, upstream.answers_as)


def test_the_v1_surface(router, upstream):
    with openai.OpenAI(base_url=router.url + "/openai/v1/", api_key="any") as client:
        answer = client.chat.completions.create(model=upstream.chat, messages=ASKED)
    assert answer.choices[0].message.content == answer_to(QUESTION, upstream.answers_as)


def test_an_unknown_deployment(client):
    with pytest.raises(openai.NotFoundError) as error:
        client.chat.completions.create(model="no-such-model", messages=ASKED)
    assert "no-such-model" in error.value.message
