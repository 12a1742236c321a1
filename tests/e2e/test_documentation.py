"""What the documentation shows, done again: outputs, figures, commands."""
import re
import shlex

import pytest
from conftest import ROOT, DemoRouter
from test_commands import run

EXAMPLE = re.compile(r"^```console\n\$ ([^\n]+)\n(.*?)^```$", re.M | re.S)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def explained():
    return EXAMPLE.findall((ROOT / "docs/routing.md").read_text())


def test_there_are_worked_examples():
    assert len(explained()) >= 4


@pytest.mark.parametrize("command,output", explained(), ids=lambda text: text[:60])
def test_worked_examples_of_routing(tmp_path, command, output):
    words = shlex.split(command)
    settings = dict(word.split("=", 1) for word in words[:words.index("llm-router")])
    router = DemoRouter(tmp_path, **settings)
    env = {"LLM_ROUTER_LISTEN": router.url.removeprefix("http://")}
    said = run(*words[words.index("llm-router") + 1:], env=env)
    assert router.stop() == 0
    assert (said.returncode, said.stdout) == (0, output)


def tables(text):
    """Every table of a page as a list of rows, the head first."""
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.M):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        yield [row for row in rows if set("".join(row)) - set("-: ")]


def table(text, *head):
    return next(rows[1:] for rows in tables(text) if rows[0] == list(head))


def test_the_worked_example_of_costs(demo):
    page = (ROOT / "docs/cost-accounting.md").read_text()
    for model, text in table(page, "model asked", "text"):
        demo.post("/v1/chat/completions", {"model": model.strip("`"),
                                           "messages": [{"role": "user", "content": text}]})
    rows = [[row["model_asked"], row["model"], "yes" if row["local"] else "no",
             row["input_tokens"], row["output_tokens"], row["cost"], row["baseline_cost"]]
            for row in reversed(demo.get("/router/queries")["queries"])]
    shown = table(page, "model asked", "answered by", "local", "input", "output", "cost",
                  "baseline_cost")
    assert rows == [row[:3] + [float(figure) for figure in row[3:]] for row in shown]
    stats = demo.get("/router/stats")
    sums = table(page, "number", "value", "how")
    assert len(sums) == 5
    for name, value, _ in sums:
        assert stats[name] == float(value), name


def commands():
    """The subcommands that code in the documentation calls."""
    found = set()
    for page in PAGES:
        text = page.read_text()
        code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?: {4}|\$ )(.*)$", text, re.M)
        for line in code:
            found.update(re.findall(r"(?:^|[\s/])llm-router ([a-z][a-z-]+)\b(?![:=(])", line))
    return sorted(found)


def test_every_command_that_is_named_exists():
    known = commands()
    assert len(known) > 12
    # The help of all commands stands in for that of an unknown one.
    missing = [name for name in known
               if f"Usage: llm-router {name} " not in run(name, "--help").stdout]
    assert missing == []


def test_every_setting_that_is_named_exists():
    known = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/configuration.md").read_text()))
    pages = [page for page in PAGES if page.name != "configuration.md"]
    named = {}
    for page in pages:
        for name in re.findall(r"\b(?:LLM|LLM_ROUTER)_[A-Z0-9_]*[A-Z0-9]\b", page.read_text()):
            named.setdefault(name, page.name)
    assert len(named) > 40
    unknown = {name: page for name, page in named.items()
               if name not in known and not any(full.startswith(name + "_") for full in known)}
    assert unknown == {}
