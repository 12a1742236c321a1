"""mem0ai from end to end: facts are extracted, embedded, stored and found again."""
import pytest

from clients.upstreams import FACT


@pytest.fixture(params=["ollama", "openai"])
def recall(request, router, upstream, remember):
    """A Memory whose language model and embedder both are the router, by one provider."""
    if request.param == "ollama":
        at = {"ollama_base_url": router.url}
    else:
        at = {"openai_base_url": router.url + "/v1", "api_key": "any"}
    return remember(
        (request.param, {"model": upstream.fixed, "temperature": 0, "max_tokens": 1000, **at}),
        (request.param, {"model": upstream.embedding, "embedding_dims": upstream.dimensions, **at}),
        upstream.dimensions)


def test_add_search_and_get_all(recall):
    added = recall.add("I drink green tea every morning")
    assert [(entry["memory"], entry["event"]) for entry in added] == [(FACT, "ADD")]
    found = recall.search(FACT)
    assert [entry["memory"] for entry in found] == [FACT]
    assert found[0]["id"] == added[0]["id"]
    assert found[0]["score"] > 0.5
    assert [entry["memory"] for entry in recall.get_all()] == [FACT]


def test_text_is_stored_as_it_is_without_a_model(recall):
    recall.memory.add("I drink tea", user_id="ann", infer=False)
    recall.memory.add("I fly kites", user_id="ann", infer=False)
    assert recall.search("I fly kites")[0]["memory"] == "I fly kites"
    assert {entry["memory"] for entry in recall.get_all()} == {"I drink tea", "I fly kites"}
