"""mem0's other providers, where the installed version has them."""
import pytest

from clients.upstreams import FACT


@pytest.fixture
def embedder(router):
    return "ollama", {"model": "nomic-embed-text", "ollama_base_url": router.url}


def test_azure_openai(router, upstream, remember):
    at = {"azure_endpoint": router.url, "api_version": "2024-10-21", "api_key": "any-key"}
    recall = remember(
        ("azure_openai", {"model": upstream.fixed, "azure_kwargs": {
            **at, "azure_deployment": upstream.fixed}}),
        ("azure_openai", {"model": upstream.embedding, "azure_kwargs": {
            **at, "azure_deployment": upstream.embedding}}), upstream.dimensions)
    assert recall.add("My assistant makes green tea")[0]["memory"] == FACT
    assert recall.search(FACT)[0]["memory"] == FACT


def test_lmstudio(router, upstream, remember):
    base = {"lmstudio_base_url": router.url + "/v1"}
    recall = remember(("lmstudio", {"model": upstream.fixed, **base}),
                      ("lmstudio", {"model": upstream.embedding, **base}), upstream.dimensions)
    assert recall.add("I drink green tea")[0]["memory"] == FACT
    assert recall.search(FACT)[0]["memory"] == FACT


def test_deepseek(router, upstream, remember, embedder):
    recall = remember(("deepseek", {"model": upstream.fixed, "deepseek_base_url": router.url,
                                    "api_key": "any"}), embedder)
    assert recall.add("I drink green tea")[0]["memory"] == FACT
