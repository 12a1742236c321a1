"""The image and the Compose file, as far as that can be told without Docker: the Dockerfile's own
instructions assemble the image's file system, which is then started in a chroot."""
import json
import os
import pathlib
import re
import shlex
import socket
import stat
import subprocess
import sys
import urllib.request

import pytest

from conftest import BINARY, ROOT, Process
from prometheus import free_port

sys.path.insert(0, str(ROOT / "tests/package"))
import docker_rootfs  # noqa: E402

KEY = "a-key-for-the-container"
CHAT = {"messages": [{"role": "user", "content": "What is 2+2?"}]}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="chroot and mounts need root")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    output = tmp_path_factory.mktemp("image")
    docker_rootfs.carry_out(output, binary=BINARY)
    return output


def contained(image, state, *command, **settings):
    """`docker run --read-only --cap-drop ALL --security-opt no-new-privileges`, about."""
    root = image / "root"
    config = json.loads((image / "config.json").read_text())
    environment = {**config["Env"], **settings}
    mounts = [f"mount --bind {root} {root}", f"mount -o remount,ro,bind {root}",
              f"mount --bind {state} {root}/var/lib/llm-router", f"mount --rbind /dev {root}/dev",
              f"mount -t proc proc {root}/proc", f"mount -t tmpfs tmpfs {root}/tmp"]
    # By full names: PATH is the container's already when they are looked for.
    inside = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in environment.items()),
              "/usr/bin/setpriv", "--no-new-privs", "/usr/sbin/chroot",
              f"--userspec={config['User']}", str(root), *command]
    return ["unshare", "--mount", "/bin/sh", "-c",
            " && ".join([*mounts, "exec " + shlex.join(inside)])]


class Container(Process):
    """The image's entry point, with the settings of `docker run -e`."""

    def __init__(self, image, state, *arguments, **settings):
        entry = json.loads((image / "config.json").read_text())["Entrypoint"]
        super().__init__([], program=contained(image, state, *entry, *arguments, **settings))


def run_in(image, state, *command, **settings):
    return subprocess.run(contained(image, state, *command, **settings), capture_output=True,
                          text=True, timeout=60)


@pytest.fixture
def state(tmp_path):
    """The volume, as Docker makes it from the image: owner and mode are the directory's."""
    volume = tmp_path / "volume"
    volume.mkdir(mode=0o700)
    os.chown(volume, 10001, 10001)
    return volume


@needs_root
def test_the_image_holds_the_binary_its_libraries_and_nothing_to_build_or_break_in_with(image):
    root = image / "root"
    files = [path for path in root.rglob("*") if path.is_file() or path.is_symlink()]
    programs = [str(path.relative_to(root)) for path in files
                if not path.is_symlink() and os.access(path, os.X_OK)]
    assert [name for name in programs if not re.search(r"\.so(\.[\d.]+)?$", name)] == \
        ["usr/bin/llm-router"]
    allowed = (r"etc/(group|passwd|nsswitch\.conf|ssl/certs/ca-certificates\.crt)",
               r"(usr/)?lib(64)?/[\w./+-]*\.so(\.[\d.]+)?", r"usr/bin/llm-router",
               r"usr/lib/ssl/cert\.pem", r"usr/share/doc/[\w.+-]+/copyright",
               r"usr/share/zoneinfo/.*", r"var/lib/dpkg/status\.d/[\w.+-]+")
    names = [str(path.relative_to(root)) for path in files]
    assert [name for name in names if not re.fullmatch("|".join(allowed), name)] == []
    for path in [root, *root.rglob("*")]:
        info = path.lstat()
        own = path == root / "var/lib/llm-router"
        assert (info.st_uid, info.st_gid) == ((10001, 10001) if own else (0, 0)), path
        assert not info.st_mode & (stat.S_ISUID | stat.S_ISGID), path
        if info.st_mode & stat.S_IWOTH and not path.is_symlink():
            assert info.st_mode & stat.S_ISVTX, path
    assert stat.S_IMODE((root / "var/lib/llm-router").stat().st_mode) == 0o700
    bundle = (root / "etc/ssl/certs/ca-certificates.crt").read_text()
    assert bundle.count("BEGIN CERTIFICATE") > 50
    assert os.readlink(root / "usr/lib/ssl/cert.pem") == "/etc/ssl/certs/ca-certificates.crt"


@needs_root
def test_the_container_serves_read_only_as_nobody_in_particular(image, state):
    config = json.loads((image / "config.json").read_text())
    check = config["Healthcheck"]["Test"][1:]
    # What the image listens at is its own; the port is free for whoever runs the tests.
    port = free_port()
    settings = {"LLM_ROUTER_API_KEYS": KEY, "LLM_ROUTER_LISTEN": f"0.0.0.0:{port}"}
    before = run_in(image, state, *check, **settings)
    assert (before.returncode, before.stdout) == \
        (1, "unhealthy: nobody listens at the configured addresses\n")
    container = Container(image, state, "serve", "--demo", **settings)
    try:
        container.wait_for("try: curl")
        for extra in ([], ["--ready"]):
            healthy = run_in(image, state, *check, *extra, **settings)
            assert (healthy.returncode, healthy.stdout) == (0, "healthy\n"), healthy.stderr
        status = pathlib.Path(f"/proc/{container.child.pid}/status").read_text()
        assert re.search(r"^Uid:\s+10001\s+10001\s+10001\s+10001$", status, re.MULTILINE)
        assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/chat/completions", json.dumps(CHAT).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["x-router-local"] == "1"
        ledger = state / "ledger.db"
        assert (ledger.stat().st_uid, stat.S_IMODE(ledger.stat().st_mode)) == (10001, 0o600)
        zones = run_in(image, state, *config["Entrypoint"], "stats", "--since", "24h", "--tz",
                       "Asia/Kathmandu", **settings)
        assert zones.returncode == 0, zones.stderr
    finally:
        assert container.stop() == 0


@needs_root
def test_without_a_key_the_container_says_so_and_stops(image, state):
    config = json.loads((image / "config.json").read_text())
    result = run_in(image, state, *config["Entrypoint"], *config["Cmd"])
    assert result.returncode == 78
    assert "LLM_ROUTER_API_KEYS" in result.stderr


@needs_root
def test_nothing_but_the_volume_can_be_written(image, state):
    result = run_in(image, state, "/usr/bin/llm-router", "serve", "--demo",
                    LLM_ROUTER_LISTEN="127.0.0.1:0", LLM_ROUTER_DB="/etc/ledger.db")
    assert result.returncode == 78 and "/etc/ledger.db" in result.stderr


def test_healthcheck_of_a_router_that_accepts_and_does_not_answer():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = "127.0.0.1:%d" % silent.getsockname()[1]
        result = subprocess.run([BINARY, "healthcheck", "--timeout-ms", "50"], capture_output=True,
                                text=True, timeout=30,
                                env={"PATH": "/usr/bin", "HOME": "/tmp",
                                     "LLM_ROUTER_LISTEN": address})
        assert (result.returncode, result.stdout) == \
            (1, "unhealthy: the router did not answer within 50 ms\n")


def test_healthcheck_knows_ready_from_alive(tmp_path):
    router = Process(["serve"], {"LLM_ROUTER_LISTEN": "127.0.0.1:0", "HOME": str(tmp_path),
                                 "OLLAMA_URL": "http://127.0.0.1:9",
                                 "LLM_ROUTER_DB": str(tmp_path / "ledger.db")})
    address = router.wait_for(r"listening on (127\.0\.0\.1:\d+)").group(1)
    router.wait_for("try: curl")
    answers = {}
    for options in ((), ("--ready",)):
        result = subprocess.run([BINARY, "healthcheck", *options], capture_output=True, text=True,
                                env={"PATH": "/usr/bin", "HOME": str(tmp_path),
                                     "LLM_ROUTER_LISTEN": address}, timeout=30)
        answers[options] = (result.returncode, result.stdout)
    assert answers == {(): (0, "healthy\n"), ("--ready",): (1, "unhealthy: /ready answers 503\n")}
    assert router.stop() == 0


def test_the_dockerfile_keeps_to_the_usual_rules():
    """Those of hadolint that its instructions could break, by their numbers."""
    text = (ROOT / "Dockerfile").read_text()
    stages = docker_rootfs.stages(text)
    steps = [step for stage in stages.values() for step in stage["steps"]]
    final = list(stages.values())[-1]["steps"]
    for stage in stages.values():  # DL3006, DL3007: pinned, and not by `latest`
        assert stage["image"] == "scratch" or re.search(r":\d+\.\d+-slim$", stage["image"])
    for name, rest in steps:
        assert name not in ("ADD", "MAINTAINER", "ONBUILD"), name  # DL3020, DL4000
        if name == "WORKDIR":
            assert rest.startswith("/")  # DL3000
        if name in ("CMD", "ENTRYPOINT"):
            json.loads(rest)  # DL3025
        if name == "RUN":  # DL3004, DL3008, DL3015, DL3027, DL4006: left to script/bootstrap
            assert not re.search(r"\b(sudo|apt|apt-get|pip|npm)\b|\|", rest.split("/var/lib/apt")[0])
        if name == "COPY" and "--from" in rest:
            assert re.search(r"--from=(\S+)", rest).group(1) in stages  # DL3022
    names = [name for name, _ in final]
    for single in ("CMD", "ENTRYPOINT", "HEALTHCHECK", "USER"):  # DL4003, DL4004, DL3012, DL3057
        assert names.count(single) == 1
    user = dict(final)["USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)  # DL3002; numbers, for Kubernetes' runAsNonRoot
    labels = dict(step for step in final if step[0] == "LABEL")["LABEL"]
    assert all(re.fullmatch(r"org\.opencontainers\.image\.\w+", name)  # DL3048
               for name in re.findall(r"(\S+)=", labels))
    version = re.search(r"project\(llm-router VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())
    assert ("ARG", f"VERSION={version.group(1)}") in final


def test_the_build_context_has_what_the_build_reads_and_no_secrets():
    files = set(docker_rootfs.context_files())
    assert {"CMakeLists.txt", "CMakePresets.json", "script/bootstrap", "script/container-root",
            "LICENSE", "daemon/main.cpp", "classifier/weights.bin", "routing/prices.tsv"} <= files
    for name in files:
        assert not name.startswith(("build/", "tests/", ".git/")), name
    assert docker_rootfs.ignored(".env", [".env", "*.env"])
    assert docker_rootfs.ignored("llm-router.env", ["*.env"])
    assert docker_rootfs.ignored("a/b/__pycache__/c.pyc", ["**/__pycache__"])
    assert not docker_rootfs.ignored("core/env_file.cpp", [".env", "*.env"])
