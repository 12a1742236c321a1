"""The command and library `llm` with the router among its extra OpenAI models."""
import base64
import json
import subprocess
import sys

import llm
import pytest
import yaml

from clients.questions import ANIMAL, QUESTION, SCHEMA, WEATHER, answer_to
from clients.upstreams import PIXEL, UPSTREAMS


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory, router):
    """LLM_USER_PATH with every model of the matrix; read when llm loads its plugins."""
    folder = tmp_path_factory.mktemp("llm")
    models = [{"model_id": f"router/{name}", "model_name": name, "api_base": router.url + "/v1",
               "supports_tools": True, "supports_schema": True, "vision": True}
              for upstream in UPSTREAMS
              for name in {upstream.chat, upstream.vision, upstream.limited, upstream.cut,
                           "no-such-model"}]
    (folder / "extra-openai-models.yaml").write_text(yaml.safe_dump(models))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLM_USER_PATH", str(folder))
        yield folder


def test_chat(upstream):
    answer = llm.get_model(f"router/{upstream.chat}").prompt(QUESTION, stream=False)
    assert answer.text() == answer_to(QUESTION, upstream.answers_as)
    assert answer.usage().input > 5 and answer.usage().output > 10


def test_stream(upstream):
    answer = llm.get_model(f"router/{upstream.chat}").prompt(QUESTION)
    pieces = list(answer)
    assert "".join(pieces) == answer_to(QUESTION, upstream.answers_as) and len(pieces) > 5
    assert answer.usage().output > 10


def test_tools_and_their_results(upstream):
    cities = []

    def get_weather(city: str) -> str:
        """Weather of a city"""
        cities.append(city)
        return "18 degrees"

    chain = llm.get_model(f"router/{upstream.chat}").chain(WEATHER, tools=[get_weather])
    assert "18 degrees" in chain.text()
    assert cities == ["simulated city"]


def test_images(upstream):
    image = llm.Attachment(type="image/png", content=base64.b64decode(PIXEL))
    answer = llm.get_model(f"router/{upstream.vision}").prompt("What is this?", attachments=[image])
    assert answer.text().endswith("I see 1 image.")


def test_json_schema(upstream):
    answer = llm.get_model(f"router/{upstream.chat}").prompt("An animal, please.", schema=SCHEMA)
    assert json.loads(answer.text()) == ANIMAL


@pytest.mark.parametrize("fault, status", [("limited", 429), ("missing", 404)])
def test_errors(upstream, fault, status):
    name = upstream.limited if fault == "limited" else "no-such-model"
    with pytest.raises(Exception) as error:
        llm.get_model(f"router/{name}").prompt(QUESTION).text()
    assert error.value.status_code == status


def test_an_error_in_the_middle_of_a_stream(upstream):
    pieces = []
    with pytest.raises(Exception, match=r".+"):
        for piece in llm.get_model(f"router/{upstream.cut}").prompt(QUESTION):
            pieces.append(piece)
    assert "".join(pieces).startswith("Simulated answer")


def test_the_command(home, upstream):
    said = subprocess.run([sys.executable, "-m", "llm", "-m", f"router/{upstream.chat}", "--no-log",
                           "-u", QUESTION], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == answer_to(QUESTION, upstream.answers_as)
    assert "input" in said.stderr


def test_embeddings(monkeypatch, router):
    monkeypatch.setenv("OPENAI_BASE_URL", router.url + "/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    vectors = list(llm.get_embedding_model("3-small").embed_multi(["one", "two"]))
    assert [len(vector) for vector in vectors] == [768, 768]  # not installed: means auto
    assert vectors[0] != vectors[1]
