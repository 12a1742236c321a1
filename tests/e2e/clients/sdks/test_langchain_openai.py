"""ChatOpenAI and OpenAIEmbeddings of LangChain."""
import openai
import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from clients.questions import ARGUMENTS, QUESTION, TOOL, WEATHER, answer_to
from clients.upstreams import PIXEL


class Animal(BaseModel):
    name: str
    legs: int


@pytest.fixture
def chat(router):
    def build(model, **options):
        return ChatOpenAI(model=model, base_url=router.url + "/v1", api_key="any", max_retries=0,
                          **options)
    return build


def test_chat(chat, upstream):
    answer = chat(upstream.chat).invoke(QUESTION)
    assert answer.content == answer_to(QUESTION, upstream.answers_as)
    assert answer.response_metadata["finish_reason"] == "stop"
    usage = answer.usage_metadata
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 15


def test_stream(chat, upstream):
    whole = None
    for chunk in chat(upstream.chat, stream_usage=True).stream(QUESTION):
        whole = chunk if whole is None else whole + chunk
    assert whole.content == answer_to(QUESTION, upstream.answers_as)
    assert whole.usage_metadata["output_tokens"] > 10
    assert whole.response_metadata["finish_reason"] == "stop"


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
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PIXEL}}])])
    assert answer.content.endswith("I see 1 image.")


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(chat, upstream, method):
    model = chat(upstream.chat).with_structured_output(Animal, method=method)
    assert model.invoke("An animal, please.") == Animal(name="simulated name", legs=1)


def test_the_responses_api(chat, upstream):
    answer = chat(upstream.chat, use_responses_api=True).invoke(QUESTION)
    assert answer.text == answer_to(QUESTION, upstream.answers_as)
    assert answer.usage_metadata["output_tokens"] > 10


def test_embeddings(router, upstream):
    model = OpenAIEmbeddings(model=upstream.embedding, base_url=router.url + "/v1", api_key="any",
                             check_embedding_ctx_length=False)
    vectors = model.embed_documents(["one", "two"])
    assert [len(vector) for vector in vectors] == [upstream.dimensions] * 2
    assert vectors[0] == pytest.approx(model.embed_query("one"))


def test_embeddings_of_token_ids(router):
    # The default: LangChain counts tokens itself and sends their numbers, as OpenAI's API allows.
    with openai.OpenAI(base_url=router.url + "/v1", api_key="any") as client:
        answer = client.embeddings.create(model="openai/text-embedding-3-small",
                                          input=[[9906, 1917], [19045]])
    assert [len(entry.embedding) for entry in answer.data] == [1536, 1536]


def test_token_ids_are_text_again_for_a_model_with_another_vocabulary(router):
    # cl100k: 9906 is "Hello", 1917 is " world". Refusing is right as well; a wrong vector is not.
    with openai.OpenAI(base_url=router.url + "/v1", api_key="any") as client:
        said = client.embeddings.create(model="nomic-embed-text", input=["Hello world"])
        try:
            coded = client.embeddings.create(model="nomic-embed-text", input=[[9906, 1917]])
        except openai.BadRequestError as error:
            assert "token" in error.message
        else:
            assert coded.data[0].embedding == pytest.approx(said.data[0].embedding)


def test_errors(chat, upstream):
    with pytest.raises(openai.NotFoundError):
        chat("no-such-model").invoke(QUESTION)
    with pytest.raises(openai.RateLimitError):
        chat(upstream.limited).invoke(QUESTION)
    with pytest.raises(openai.BadRequestError, match="maximum context length"):
        chat(upstream.small).invoke(upstream.too_long)


def test_an_error_in_the_middle_of_a_stream(chat, upstream):
    text = ""
    with pytest.raises(openai.APIError):
        for chunk in chat(upstream.cut).stream(QUESTION):
            text += chunk.content
    assert text.startswith("Simulated answer")
