"""`llm` with its plugin llm-ollama, which knows only what the router lists."""
import base64
import json

import llm
import ollama
import pytest
from conftest import Router

from clients.questions import ANIMAL, QUESTION, SCHEMA, WEATHER, answer_to
from clients.upstreams import OLLAMA, PIXEL

# What is hosted is not listed; the listed name for it is this one.
EXTERNAL = "auto-external:latest"


@pytest.fixture(scope="module", autouse=True)
def router(tmp_path_factory, upstreams_process):
    # An address that does not count as local: then auto-external may go there.
    hosted = upstreams_process.openai_url.replace("127.0.0.1", "0.0.0.0")
    process = Router(tmp_path_factory.mktemp("router"), upstreams_process, OPENAI_BASE_URL=hosted,
                     OPENAI_API_KEY="sk-simulated", LLM_LOCAL_THRESHOLD="0",
                     LLM_COMPLEXITY_THRESHOLD="1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OLLAMA_HOST", process.url)
        patch.setenv("LLM_USER_PATH", str(tmp_path_factory.mktemp("llm")))
        # Imported here: what the plugin learns of models goes where llm's folder is by then.
        import llm_ollama.registry
        llm_ollama.registry.cache.set_dir(tmp_path_factory.mktemp("capabilities"))
        yield process
    assert process.stop() == 0


@pytest.fixture(params=[("mistral:7b", "mistral:7b"), (EXTERNAL, "gpt-4o-mini")],
                ids=["ollama", "openai"])
def named(request):
    """(name that is listed, name in its answers)"""
    return request.param


def model(name):
    return llm.get_model(f"ollama/{name}")


def test_every_chat_model_is_listed_once_with_what_it_can(router):
    models = {each.model_id: each for each in llm.get_models()
              if each.model_id.startswith("ollama/")}
    assert {"ollama/auto:latest", "ollama/mistral:7b", f"ollama/{EXTERNAL}"} <= set(models)
    assert models["ollama/mistral:7b"].supports_tools
    assert "image/png" in models["ollama/llava:7b"].attachment_types
    assert "ollama/nomic-embed-text:latest" not in models


def test_an_embedding_model_is_one(router):
    embedders = {each.model_id for each in llm.get_embedding_models()}
    assert "ollama/nomic-embed-text:latest" in embedders
    vector = llm.get_embedding_model("ollama/nomic-embed-text:latest").embed("one")
    assert len(vector) == OLLAMA.dimensions


def test_auto_embedding_embeds_and_does_not_chat(router):
    chats = {each.model_id for each in llm.get_models()}
    assert "ollama/auto-embedding:latest" not in chats
    embedders = {each.model_id for each in llm.get_embedding_models()}
    assert "ollama/auto-embedding:latest" in embedders


def test_chat(named):
    name, answers_as = named
    answer = model(name).prompt(QUESTION, stream=False)
    assert answer.text() == answer_to(QUESTION, answers_as)
    assert answer.usage().input > 5 and answer.usage().output > 10


def test_stream(named):
    name, answers_as = named
    answer = model(name).prompt(QUESTION)
    pieces = list(answer)
    assert "".join(pieces) == answer_to(QUESTION, answers_as) and len(pieces) > 5
    assert answer.usage().output > 10


def test_tools_and_their_results(named):
    cities = []

    def get_weather(city: str) -> str:
        """Weather of a city"""
        cities.append(city)
        return "18 degrees"

    assert "18 degrees" in model(named[0]).chain(WEATHER, tools=[get_weather]).text()
    assert cities == ["simulated city"]


def test_images(router):
    image = llm.Attachment(type="image/png", content=base64.b64decode(PIXEL))
    answer = model("llava:7b").prompt("What is this?", attachments=[image])
    assert answer.text().endswith("I see 1 image.")


def test_auto_sees_images_where_an_installed_model_does(router):
    assert "image/png" in model("auto:latest").attachment_types
    image = llm.Attachment(type="image/png", content=base64.b64decode(PIXEL))
    answer = model("auto:latest").prompt("What is this?", attachments=[image])
    assert answer.text().endswith("I see 1 image.")


def test_json_schema(named):
    answer = model(named[0]).prompt("An animal, please.", schema=SCHEMA)
    assert json.loads(answer.text()) == ANIMAL


def test_errors(router):
    with pytest.raises(ollama.ResponseError) as error:
        model(OLLAMA.limited).prompt(QUESTION).text()
    assert error.value.status_code == 429


def test_an_error_in_the_middle_of_a_stream(router):
    pieces = []
    with pytest.raises(ollama.ResponseError):
        for piece in model(OLLAMA.cut).prompt(QUESTION):
            pieces.append(piece)
    assert "".join(pieces).startswith("Simulated answer")
