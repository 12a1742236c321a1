"""DSPy, which from 3.4 on speaks the protocols itself, and before that through LiteLLM."""
import json

import dspy
import pytest

from clients.questions import ANIMAL, ARGUMENTS, QUESTION, SCHEMA, TOOL, WEATHER, answer_to
from clients.upstreams import FACT, KNOWING, PIXEL


class Drinks(dspy.Signature):
    """Says what someone likes to drink."""
    question: str = dspy.InputField()
    answer: str = dspy.OutputField()


@pytest.fixture(params=["openai", "ollama_chat"])
def model(request, router):
    def build(name, **options):
        base = router.url + ("/v1" if request.param == "openai" else "")
        return dspy.LM(f"{request.param}/{name}", api_base=base, api_key="any", cache=False,
                       num_retries=0, **options)
    return build


def test_a_model_called_directly(model, upstream):
    assert model(upstream.chat)(QUESTION) == [answer_to(QUESTION, upstream.answers_as)]


def test_usage_is_tracked(model, upstream):
    lm = model(upstream.fixed)
    with dspy.context(lm=lm, adapter=dspy.JSONAdapter(), track_usage=True):
        said = dspy.Predict(Drinks)(question=QUESTION)
    usage = list(said.get_lm_usage().values())[0]
    assert usage["prompt_tokens"] > 5 and usage["completion_tokens"] > 1


def test_a_signature(model, upstream):
    with dspy.context(lm=model(upstream.fixed), adapter=dspy.JSONAdapter()):
        said = dspy.Predict(Drinks)(question=QUESTION)
    assert said.answer == FACT


def test_an_image(model, upstream):
    said = model(upstream.vision)(messages=[{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PIXEL}}]}])
    assert said[0].endswith("I see 1 image.")


def test_json_schema(model, upstream):
    said = model(upstream.chat, response_format={"type": "json_schema", "json_schema": {
        "name": "animal", "strict": True, "schema": SCHEMA}})("An animal, please.")
    assert json.loads(said[0]) == ANIMAL


def test_several_answers(router):
    model = dspy.LM("openai/openai/gpt-4o-mini", api_base=router.url + "/v1", api_key="any",
                    cache=False, n=2, temperature=1.0)
    assert len(model(QUESTION)) == 2


def test_embeddings(router, upstream):
    embed = dspy.Embedder(f"openai/{upstream.embedding}", api_base=router.url + "/v1",
                          api_key="any", caching=False)
    assert embed(["one", "two"]).shape == (2, upstream.dimensions)


def test_tools_and_their_results(model, upstream):
    lm = model(upstream.chat)
    asked = [{"role": "user", "content": WEATHER}]
    (call,) = lm(messages=asked, tools=[TOOL])[0]["tool_calls"]
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", ARGUMENTS)
    said = lm(tools=[TOOL], messages=[
        *asked, {"role": "assistant", "content": "", "tool_calls": [call.model_dump()]},
        {"role": "tool", "tool_call_id": call.id, "name": "get_weather", "content": "18 degrees"}])
    assert "18 degrees" in (said[0] if isinstance(said[0], str) else said[0]["text"])


def test_stream(model, upstream):
    with dspy.context(lm=model(upstream.fixed), adapter=dspy.JSONAdapter()):
        parts = list(dspy.streamify(dspy.Predict(Drinks), async_streaming=False)(question=QUESTION))
    assert parts[-1].answer == FACT
    pieces = [choice.delta.content or "" for part in parts[:-1] for choice in part.choices]
    assert json.loads("".join(pieces)) == KNOWING and len(pieces) > 5


def test_errors(model, upstream):
    name = "openai/no-such-model" if upstream.name == "openai" else "no-such-model"
    with pytest.raises(dspy.utils.exceptions.LMError, match="no-such-model") as missing:
        model(name)(QUESTION)
    assert missing.value.status == 404
    with pytest.raises(dspy.utils.exceptions.LMRateLimitError) as limited:
        model(upstream.limited)(QUESTION)
    assert limited.value.status == 429
    with pytest.raises(dspy.ContextWindowExceededError):
        model(upstream.small)(upstream.too_long)


def test_an_error_in_the_middle_of_a_stream(model, upstream):
    with dspy.context(lm=model(upstream.cut)):
        with pytest.raises(dspy.utils.exceptions.LMProviderError, match="closed the connection"):
            list(dspy.streamify(dspy.Predict(Drinks), async_streaming=False)(question=QUESTION))
