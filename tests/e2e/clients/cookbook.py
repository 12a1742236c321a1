"""The code blocks of docs/clients.md."""
import contextlib
import io
import os
import re
from dataclasses import dataclass
from unittest import mock

from conftest import ROOT

ADDRESS = "http://127.0.0.1:11435"
FENCE = re.compile(r"^```(\w+)( no-run)?\n(.*?)^```$", re.M | re.S)

# Which environment has a section's packages; a section of neither is a mistake.
SDKS = {"openai (Python)", "openai (Node)", "ollama (Python)", "ollama (JavaScript)", "anthropic",
        "LangChain", "llm", "mcp-mem0", "Open WebUI", "Continue", "Claude Code"}
FRAMEWORKS = {"LiteLLM", "DSPy", "mem0"}


@dataclass(frozen=True)
class Recipe:
    section: str
    number: int    # of the block in its section, from 1
    language: str
    runs: bool
    code: str

    def at(self, url):
        """The code with the router's default address replaced."""
        assert ADDRESS in self.code, "a recipe says where the router is"
        return self.code.replace(ADDRESS, url)

    def __str__(self):
        return f"{self.section}-{self.number}"


def recipes():
    found = []
    text = (ROOT / "docs/clients.md").read_text()
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        title = section.split("\n", 1)[0]
        assert title in SDKS | FRAMEWORKS, f"which environment runs {title}?"
        for number, block in enumerate(FENCE.finditer(section), 1):
            language, no_run, code = block.groups()
            found.append(Recipe(title, number, language, not no_run, code))
    return found


def recipe(section, language):
    """The one block of a section in that language."""
    (only,) = [each for each in recipes() if (each.section, each.language) == (section, language)]
    return only


def runnable(sections, *languages):
    return [each for each in recipes()
            if each.section in sections and each.language in languages and each.runs]


def settings(text):
    """NAME=value lines."""
    return dict(line.split("=", 1) for line in text.splitlines() if line)


def run_python(code, folder):
    """What the code prints, run in `folder`; the environment is as before afterwards."""
    out = io.StringIO()
    with mock.patch.dict(os.environ), contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(code, "docs/clients.md", "exec"), {"__name__": "__main__"})
    return out.getvalue()
