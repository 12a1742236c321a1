"""Shell scripts, those of the repository and those that packages install."""
from conftest import ROOT, run


def shell_scripts():
    tracked = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in tracked.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix in ("", ".sh"):
            with path.open("rb") as file:
                first = file.readline(80)
            if first.startswith(b"#!") and b"sh" in first.split()[-1]:
                yield name


def test_shellcheck_has_nothing_to_say(stage):
    scripts = list(shell_scripts())
    assert {"script/test", "packaging/deb/postinst", ".ci/run"} <= set(scripts)
    run("shellcheck", "--external-sources", *scripts, str(stage / "completion.bash"), cwd=ROOT)
