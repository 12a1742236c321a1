"""The recipes of docs/clients.md for LiteLLM, DSPy and mem0, run as they stand."""
import json

import pytest
from conftest import Router, Simulator

from clients.cookbook import run_python, runnable
from clients.questions import QUESTION, answer_to
from clients.upstreams import FACT, KNOWING

SAID = answer_to(QUESTION, "mistral:7b")


@pytest.fixture(scope="module")
def knowing(tmp_path_factory):
    """A router whose models have understood what mem0 wants."""
    simulator = Simulator("answer=" + json.dumps(KNOWING))
    router = Router(tmp_path_factory.mktemp("knowing"), simulator)
    yield router
    assert router.stop() == 0
    simulator.stop()


@pytest.mark.parametrize("recipe", runnable({"LiteLLM", "DSPy"}, "python"), ids=str)
def test_answers(router, recipe, tmp_path):
    said = run_python(recipe.at(router.url), tmp_path).splitlines()
    assert said and set(said) == {SAID}


@pytest.mark.parametrize("recipe", runnable({"mem0"}, "python"), ids=str)
def test_memories(knowing, recipe, tmp_path):
    assert f"'memory': '{FACT}'" in run_python(recipe.at(knowing.url), tmp_path)
