"""The recipes of docs/clients.md for SDKs and commands, run as they stand."""
import os
import subprocess
import sys

import pytest

from clients.cookbook import SDKS, run_python, runnable
from clients.node.conftest import MODULES
from clients.questions import QUESTION, answer_to

SAID = answer_to(QUESTION, "mistral:7b")


@pytest.mark.parametrize("recipe", runnable(SDKS, "python"), ids=str)
def test_python(router, recipe, tmp_path):
    said = run_python(recipe.at(router.url), tmp_path).splitlines()
    assert said[0] == SAID
    assert said[1:] == (["768 numbers"] if recipe.section == "LangChain" else [])


@pytest.mark.parametrize("recipe", runnable(SDKS, "js"), ids=str)
def test_javascript(router, recipe):
    script = MODULES / f"recipe-{recipe.section.split()[0]}.mjs"  # beside the packages
    script.write_text(recipe.at(router.url))
    said = subprocess.run([os.environ.get("NODE", "node"), script], capture_output=True, text=True,
                          check=True)
    assert said.stdout.strip() == SAID


@pytest.mark.parametrize("recipe", runnable(SDKS, "sh"), ids=str)
def test_shell(router, recipe, tmp_path):
    environment = {**os.environ, "LLM_USER_PATH": str(tmp_path), "PATH":
                   os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]}
    said = subprocess.run(["bash", "-ec", recipe.at(router.url)], env=environment, text=True,
                          capture_output=True, check=True)
    assert said.stdout.strip() == SAID
