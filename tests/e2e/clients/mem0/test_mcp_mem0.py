"""mem0 as mcp-mem0 sets it up from its environment file."""
import pytest

from clients.cookbook import ADDRESS, recipe, settings
from clients.upstreams import FACT, OLLAMA

SETTINGS = settings(recipe("mcp-mem0", "ini").code)


@pytest.mark.parametrize("path", ["", "/v1"])  # its sample file has a /v1, which is kept
def test_provider_ollama(router, remember, path):
    assert SETTINGS["LLM_PROVIDER"] == "ollama" and SETTINGS["LLM_CHOICE"] == "auto"
    at = {"ollama_base_url": SETTINGS["LLM_BASE_URL"].replace(ADDRESS, router.url) + path}
    # A model that has understood the prompts, in place of `auto`.
    recall = remember(
        ("ollama", {"model": OLLAMA.fixed, "temperature": 0.2, "max_tokens": 2000, **at}),
        ("ollama", {"model": SETTINGS["EMBEDDING_MODEL_CHOICE"], "embedding_dims": 768, **at}))
    recall.memory.add([{"role": "user", "content": "I drink green tea"}], user_id="ann")
    assert [entry["memory"] for entry in recall.get_all()] == [FACT]
    assert recall.search(FACT)[0]["memory"] == FACT


def test_the_model_auto_is_there_at_start(router, remember):
    at = {"ollama_base_url": router.url}
    recall = remember(("ollama", {"model": SETTINGS["LLM_CHOICE"], **at}),
                      ("ollama", {"model": SETTINGS["EMBEDDING_MODEL_CHOICE"], **at}))
    recall.memory.add("I drink tea", user_id="ann", infer=False)
    assert [entry["memory"] for entry in recall.get_all()] == ["I drink tea"]


def test_provider_openai(router, remember, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", router.url + "/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    recall = remember(
        ("openai", {"model": OLLAMA.fixed, "temperature": 0.2, "max_tokens": 2000}),
        ("openai", {"model": "nomic-embed-text", "embedding_dims": 768}))
    recall.memory.add([{"role": "user", "content": "I drink green tea"}], user_id="ann")
    assert [entry["memory"] for entry in recall.get_all()] == [FACT]
