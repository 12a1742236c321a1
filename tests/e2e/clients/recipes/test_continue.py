"""The requests of Continue's Ollama provider, and what it reads of the answers."""
import json
import re

import pytest
import yaml

from clients.cookbook import recipe
from clients.questions import ARGUMENTS, QUESTION, TOOL, WEATHER, answer_to

CHAT, EMBEDDER = yaml.safe_load(recipe("Continue", "yaml").code)["models"]
ASKED = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def ollama(http):
    assert CHAT["provider"] == EMBEDDER["provider"] == "ollama"
    assert CHAT["apiBase"] == EMBEDDER["apiBase"]
    return http(CHAT["apiBase"])


def chat(ollama, **fields):
    body = {"model": CHAT["model"], "keep_alive": 1800, "stream": True,
            "options": {"num_predict": 2048, "num_ctx": 8192, "temperature": 0.2}, **fields}
    with ollama.stream("POST", "/api/chat", json=body) as answer:
        return [json.loads(line) for line in answer.iter_lines()]


def test_details_are_asked_for_by_the_old_key(ollama):
    details = ollama.post("/api/show", json={"name": CHAT["model"]}).json()
    context = re.search(r"^num_ctx\s+(\d+)$", details["parameters"], re.M)
    assert int(context.group(1)) >= 4096
    assert "error" not in details and details["template"]


def test_a_model_that_fills_in_says_so_in_its_template(ollama):
    details = ollama.post("/api/show", json={"name": "qwen2.5-coder:1.5b"}).json()
    assert ".Suffix" in details["template"]


def test_chat(ollama):
    lines = chat(ollama, messages=ASKED)
    assert "".join(line["message"]["content"] for line in lines) == answer_to(QUESTION, "mistral:7b")
    for line in lines:
        assert line["message"]["role"] == "assistant"
        assert "error" not in line and "type" not in line


def test_tools(ollama):
    lines = chat(ollama, messages=[{"role": "user", "content": WEATHER}], tools=[TOOL])
    (call,) = [call for line in lines for call in line["message"].get("tool_calls", [])]
    assert call["function"]["name"] == "get_weather"
    assert call["function"]["arguments"] == ARGUMENTS


def test_autocompletion_fills_in(ollama):
    with ollama.stream("POST", "/api/generate", json={
            "model": "qwen2.5-coder:1.5b", "prompt": "def add(a, b):\n    ", "suffix": "\n\nadd(1, 2)",
            "raw": False, "keep_alive": 1800, "stream": True,
            "options": {"num_predict": 64, "stop": ["\n\n\n"]}}) as answer:
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert "qwen2.5-coder:1.5b" in "".join(line["response"] for line in lines)
    assert lines[-1]["done"] and "error" not in lines[-1]


def test_a_raw_prompt_is_passed_on_as_it_is(ollama):
    answer = ollama.post("/api/generate", json={
        "model": "qwen2.5-coder:1.5b", "prompt": "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
        "raw": True, "stream": False})
    assert "<|fim_middle|>" in answer.json()["response"]


def test_embeddings(ollama):
    answer = ollama.post("/api/embed", json={"model": EMBEDDER["model"], "input": ["one", "two"]})
    assert [len(vector) for vector in answer.json()["embeddings"]] == [768, 768]


def test_models_are_listed_by_name(ollama):
    names = {model["name"] for model in ollama.get("/api/tags").json()["models"]}
    assert {"auto:latest", "nomic-embed-text:latest"} <= names
