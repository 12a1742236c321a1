"""The requests of Open WebUI, and what it reads of the answers."""
import datetime
import json
import re

import pytest

from clients.cookbook import recipe
from clients.questions import QUESTION, answer_to

ASKED = [{"role": "user", "content": QUESTION}]
USER = {"X-OpenWebUI-User-Name": "Ann", "X-OpenWebUI-User-Id": "1", "X-OpenWebUI-User-Role": "user",
        "X-OpenWebUI-User-Email": "ann@example.org", "X-OpenWebUI-Chat-Id": "2"}


@pytest.fixture
def ollama(http):
    base = re.search(r"OLLAMA_BASE_URL=(\S+)", recipe("Open WebUI", "sh").code).group(1)
    return http(base, headers=USER)


@pytest.fixture
def openai(http):
    return http("http://127.0.0.1:11435/v1", headers={**USER, "Authorization": "Bearer any"})


def test_the_version_is_numbers_and_dots(ollama):
    version = ollama.get("/api/version").json()["version"]
    assert all(part.isdigit() for part in version.removeprefix("v").split("-")[0].split("."))


def test_models_are_listed_with_all_that_is_shown_of_them(ollama):
    for model in ollama.get("/api/tags").json()["models"]:
        assert model["model"] == model["name"]
        assert isinstance(model["size"], int)
        assert {"parameter_size", "quantization_level"} <= set(model["details"])


def test_models_in_memory_have_a_date_that_python_reads(ollama):
    ollama.post("/api/chat", json={"model": "mistral:7b", "messages": ASKED, "stream": False})
    loaded = {model["model"]: model for model in ollama.get("/api/ps").json()["models"]}
    until = datetime.datetime.fromisoformat(loaded["mistral:7b"]["expires_at"])
    assert until.tzinfo is not None


def test_a_chat_is_streamed_with_counts_that_are_numbers(ollama):
    with ollama.stream("POST", "/api/chat", json={"model": "auto:latest", "messages": ASKED,
                                                  "stream": True, "options": {}}) as answer:
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert "".join(line["message"]["content"] for line in lines) == answer_to(QUESTION, "mistral:7b")
    assert lines[-1]["done"] is True
    for count in ("prompt_eval_count", "eval_count", "total_duration"):
        assert int(lines[-1][count]) >= 0


def test_a_title_is_asked_for_with_fields_of_the_other_dialect(ollama):
    answer = ollama.post("/api/chat", json={
        "model": "auto:latest", "messages": ASKED, "stream": False, "max_completion_tokens": 1000,
        "metadata": {"task": "title_generation", "chat_id": "2"}})
    assert answer.status_code == 200
    assert answer.json()["message"]["content"] == answer_to(QUESTION, "mistral:7b")


def test_a_model_is_unloaded(ollama):
    answer = ollama.post("/api/generate",
                         json={"model": "mistral:7b", "prompt": "", "keep_alive": 0})
    assert answer.json()["done_reason"] == "unload"
    names = [model["model"] for model in ollama.get("/api/ps").json()["models"]]
    assert "mistral:7b" not in names


def test_documents_are_embedded_by_ollama(ollama):
    answer = ollama.post("/api/embed", json={"model": "nomic-embed-text", "input": ["one", "two"],
                                             "truncate": True})
    assert [len(vector) for vector in answer.json()["embeddings"]] == [768, 768]


def test_an_openai_connection_lists_each_id_once(openai):
    ids = [model["id"] for model in openai.get("/models").json()["data"]]
    assert len(ids) == len(set(ids)) and "auto:latest" in ids


def test_an_openai_connection_streams_with_usage(openai):
    with openai.stream("POST", "/chat/completions", json={
            "model": "auto:latest", "messages": ASKED, "stream": True,
            "stream_options": {"include_usage": True}}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        data = [line[6:] for line in answer.iter_lines() if line.startswith("data: ")]
    assert data[-1] == "[DONE]"
    chunks = [json.loads(line) for line in data[:-1]]
    assert chunks[-1]["choices"] == [] and chunks[-1]["usage"]["total_tokens"] > 15
    text = "".join(c["choices"][0]["delta"].get("content") or "" for c in chunks if c["choices"])
    assert text == answer_to(QUESTION, "mistral:7b")
