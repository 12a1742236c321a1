"""Man pages and completions, as packages install them, in the programs that read them."""
import os
import subprocess

import pytest
from conftest import run

PAGES = ["llm-router.1", "llm-router.env.5"]


@pytest.mark.parametrize("page", PAGES)
def test_man_pages_are_clean(stage, page):
    shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", str(stage / page)],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100"})
    assert shown.returncode == 0 and shown.stderr == ""
    assert len(shown.stdout.splitlines()) > 200
    assert run("mandoc", "-T", "lint", "-W", "warning", str(stage / page)) == ""


def test_man_pages_say_what_the_program_says(stage):
    program = str(stage / "llm-router")
    page = run("man", "-l", str(stage / PAGES[0]), env={**os.environ, "MANWIDTH": "100"})
    commands = [line.split()[0] for line in
                run(program, "--help").split("Subcommands:")[1].split("\n\n")[0].splitlines()
                if line.startswith("  ") and line[2] != " "]
    assert "serve" in commands and "completion" in commands and "man" not in commands
    for command in commands:
        assert f"\n   {command}" in page
    assert run(program, "man", "llm-router") == (stage / PAGES[0]).read_text()


# Sources the script, then prints what a press of the tabulator offers.
BASH = """
source "$1"
shift
COMP_WORDS=(llm-router "$@")
COMP_CWORD=$#
_llm_router
printf '%s\\n' "${COMPREPLY[@]}"
"""


def by_bash(stage, *words):
    return run("bash", "-c", BASH, "bash", str(stage / "completion.bash"), *words).split()


def by_fish(stage, *words):
    line = " ".join(["llm-router", *words])
    said = run("fish", "--no-config", "-c",
               f"source {stage}/completion.fish; complete -C {line!r}")
    return [offer.split("\t")[0] for offer in said.splitlines()]


@pytest.mark.parametrize("complete", [by_bash, by_fish])
def test_completions(stage, complete):
    assert complete(stage, "se") == ["serve"]
    assert {"serve", "stats", "export", "check-config"} <= set(complete(stage, ""))
    assert complete(stage, "serve", "--de") == ["--demo"]
    assert sorted(complete(stage, "export", "--format", "")) == ["csv", "jsonl"]
    assert "good" in complete(stage, "feedback", "id", "g")
    assert "man" not in complete(stage, "")


def test_bash_leaves_file_names_to_the_shell(stage):
    assert by_bash(stage, "export", "--output", "") == []


def test_zsh(stage):
    """zsh completes only at a terminal: its parser reads the script, which then defines what it is to."""
    script = stage / "completion.zsh"
    run("zsh", "-f", "-n", str(script))
    said = run("zsh", "-f", "-c", f"autoload -U compinit; compinit -D -u; source {script}; "
                                  "print -r -- $_comps[llm-router]; "
                                  "functions _llm_router | grep -c -- --demo")
    assert said.split() == ["_llm_router", "1"]
    assert script.read_text().startswith("#compdef llm-router\n")
