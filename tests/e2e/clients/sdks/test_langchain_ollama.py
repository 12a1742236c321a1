"""ChatOllama and OllamaEmbeddings of LangChain."""
import ollama
import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_ollama import ChatOllama, OllamaEmbeddings
from pydantic import BaseModel

from clients.questions import ARGUMENTS, QUESTION, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL


class Animal(BaseModel):
    name: str
    legs: int


@pytest.fixture
def chat(router):
    def build(model, **options):
        return ChatOllama(model=model, base_url=router.url, **options)
    return build


def test_chat(chat, upstream):
    answer = chat(upstream.chat, temperature=0, num_predict=100).invoke(QUESTION)
    assert answer.content == answer_to(QUESTION, upstream.answers_as)
    assert answer.response_metadata["done_reason"] == "stop"
    usage = answer.usage_metadata
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 15


def test_stream(chat, upstream):
    whole = None
    pieces = 0
    for chunk in chat(upstream.chat).stream(QUESTION):
        whole = chunk if whole is None else whole + chunk
        pieces += 1
    assert whole.content == answer_to(QUESTION, upstream.answers_as)
    assert whole.usage_metadata["output_tokens"] > 10 and pieces > 5


def test_tools_and_their_results(chat, upstream):
    model = chat(upstream.chat).bind_tools([TOOL])
    asked = HumanMessage(WEATHER)
    first = model.invoke([asked])
    call = first.tool_calls[0]
    assert (call["name"], call["args"]) == ("get_weather", ARGUMENTS)
    second = model.invoke([asked, first, ToolMessage("18 degrees", tool_call_id=call["id"])])
    assert "18 degrees" in second.content and not second.tool_calls


def test_images(chat, upstream):
    answer = chat(upstream.vision).invoke([HumanMessage([
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": "data:image/png;base64," + PIXEL}])])
    assert answer.content.endswith("I see 1 image.")


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(chat, upstream, method):
    model = chat(upstream.chat).with_structured_output(Animal, method=method)
    assert model.invoke("An animal, please.") == Animal(name="simulated name", legs=1)


def test_the_model_is_found_on_start(chat):
    assert chat("mistral:7b", validate_model_on_init=True).invoke(QUESTION).content
    assert chat("auto", validate_model_on_init=True).invoke(QUESTION).content
    with pytest.raises(ValueError, match="no-such-model"):
        chat("no-such-model", validate_model_on_init=True)


def test_embeddings(router, upstream):
    model = OllamaEmbeddings(model=upstream.embedding, base_url=router.url)
    vectors = model.embed_documents(["one", "two"])
    assert [len(vector) for vector in vectors] == [upstream.dimensions] * 2
    assert vectors[0] == pytest.approx(model.embed_query("one"))


def test_errors(chat, upstream):
    for model, status in (("no-such-model", 404), (upstream.limited, 429), (upstream.busy, 503)):
        with pytest.raises(ollama.ResponseError) as error:
            chat(model).invoke(QUESTION)
        assert error.value.status_code == status
    with pytest.raises(ollama.ResponseError, match="context length"):
        chat(upstream.small).invoke(upstream.too_long)


def test_an_error_in_the_middle_of_a_stream(chat, upstream):
    text = ""
    with pytest.raises(ollama.ResponseError):
        for chunk in chat(upstream.cut).stream(QUESTION):
            text += chunk.content
    assert text.startswith("Simulated answer")
