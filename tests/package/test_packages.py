"""What is in the packages."""
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tarfile
import urllib.request

import pytest
from conftest import run

# What a machine with glibc and OpenSSL 3 has.
OF_THE_MACHINE = re.compile(r"(linux-vdso|/?\S*ld-linux\S*|libc|libm|libssl|libcrypto)\.so\S*")


def test_lintian_has_nothing_to_say(packages):
    said = run("lintian", "--fail-on", "error,warning", "--allow-root", str(packages.deb))
    assert said == ""


def test_every_override_has_a_reason(packages, tmp_path):
    run("dpkg-deb", "-x", str(packages.deb), str(tmp_path))
    lines = (tmp_path / "usr/share/lintian/overrides/llm-router").read_text().splitlines()
    for before, line in zip(["", *lines], lines):
        assert line.startswith("#") or before.startswith("#"), line


def test_the_settings_that_are_installed_set_nothing(packages, tmp_path):
    run("dpkg-deb", "-x", str(packages.deb), str(tmp_path))
    run("dpkg-deb", "-e", str(packages.deb), str(tmp_path / "control"))
    assert (tmp_path / "control/conffiles").read_text() == "/etc/llm-router/llm-router.env\n"
    lines = (tmp_path / "etc/llm-router/llm-router.env").read_text().splitlines()
    assert any(line.startswith("#OLLAMA_URL=") for line in lines)
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.fixture
def unpacked(packages, tmp_path):
    with tarfile.open(packages.archive) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.glob("llm-router-*-linux-*")
    return folder


def test_the_archive_needs_only_what_every_machine_has(unpacked):
    beside = {path.name for path in (unpacked / "lib/llm-router").iterdir()}
    for program in [unpacked / "bin/llm-router", *(unpacked / "lib/llm-router").iterdir()]:
        needed = re.findall(r"NEEDED.*\[(\S+)\]", run("readelf", "-d", str(program)))
        strange = [name for name in needed
                   if name not in beside and not OF_THE_MACHINE.fullmatch(name)]
        assert needed and not strange, program
    named = {path.name for path in (unpacked / "licences").iterdir()}
    assert {"libsqlite3-dev.txt", "libstdc++6.txt", "libjs-chart.js.txt"} <= named
    assert (unpacked / "LICENSE").exists() and (unpacked / "share/man/man5").is_dir()


def test_the_archive_serves_on_a_system_without_those_libraries(unpacked, root):
    """In a minimal Debian, where nothing of ours is installed."""
    shutil.copytree(unpacked, root / "opt/llm-router")
    assert not list(root.glob("usr/lib/*/libsimdjson*"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # With /proc, by which the loader knows where the program lies.
    enter = 'mount -t proc proc "$1/proc" && exec chroot "$1" /opt/llm-router/bin/llm-router serve --demo'
    router = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", enter, "sh", str(root)],
        env={"LLM_ROUTER_LISTEN": f"127.0.0.1:{port}", "HOME": "/root", "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert any("try: curl" in line for line in router.stderr)
        body = {"model": "auto", "messages": [{"role": "user", "content": "What is 2+2?"}]}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/chat/completions",
                                         json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with contextlib.closing(urllib.request.urlopen(request, timeout=30)) as answer:
            assert json.loads(answer.read())["choices"][0]["message"]["content"]
    finally:
        router.terminate()
        assert router.wait(timeout=40) == 0
