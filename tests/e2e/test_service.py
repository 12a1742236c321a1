"""What a service manager does with the process: notifications, reload, stop."""
import json
import os
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request

import pytest
from conftest import BINARY, Process, Router


def settings_file(path, threshold):
    path.write_text(f"LLM_LOCAL_THRESHOLD={threshold}\n")
    return str(path)


def test_sighup_reloads_the_settings_file(tmp_path, simulator):
    file = tmp_path / "settings.env"
    router = Router(tmp_path, simulator, LLM_ROUTER_CONFIG=settings_file(file, 95))
    assert router.get("/router/stats")["target_local_pct"] == 95
    settings_file(file, 80)
    router.child.send_signal(signal.SIGHUP)
    router.wait_for("configuration reloaded")
    assert router.get("/router/stats")["target_local_pct"] == 80
    assert router.stop() == 0


def test_a_reload_with_a_fault_changes_nothing(tmp_path, simulator):
    file = tmp_path / "settings.env"
    router = Router(tmp_path, simulator, LLM_ROUTER_CONFIG=settings_file(file, 95))
    settings_file(file, "most")
    router.child.send_signal(signal.SIGHUP)
    router.wait_for("LLM_LOCAL_THRESHOLD")
    router.wait_for("reload refused")
    assert router.get("/router/stats")["target_local_pct"] == 95
    assert router.stop() == 0


def test_systemd_hears_of_readiness_reload_and_stop(tmp_path, simulator):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.settimeout(20)
    listener.bind(str(tmp_path / "notify"))
    router = Router(tmp_path, simulator, NOTIFY_SOCKET=str(tmp_path / "notify"))
    assert listener.recv(4096).startswith(b"READY=1")
    router.child.send_signal(signal.SIGHUP)
    reloading = listener.recv(4096)
    assert reloading.startswith(b"RELOADING=1") and b"MONOTONIC_USEC=" in reloading
    assert listener.recv(4096).startswith(b"READY=1")
    router.child.send_signal(signal.SIGTERM)
    assert listener.recv(4096) == b"STOPPING=1"
    assert router.child.wait(timeout=40) == 0


def test_a_bad_setting_stops_the_start_with_78(tmp_path):
    process = Process(["serve"], {"LLM_LOCAL_THRESHOLD": "most",
                                  "LLM_ROUTER_DB": str(tmp_path / "ledger.db")})
    process.wait_for("LLM_LOCAL_THRESHOLD")
    assert process.child.wait(timeout=20) == os.EX_CONFIG


def notifications(tmp_path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.settimeout(20)
    listener.bind(str(tmp_path / "notify"))
    return listener


def test_the_watchdog_is_fed_after_the_start_until_the_stop(tmp_path, simulator):
    listener = notifications(tmp_path)
    router = Router(tmp_path, simulator, NOTIFY_SOCKET=str(tmp_path / "notify"),
                    WATCHDOG_USEC="200000")
    assert listener.recv(4096).startswith(b"READY=1")
    for _ in range(3):
        assert listener.recv(4096) == b"WATCHDOG=1"
    router.child.send_signal(signal.SIGTERM)
    assert next(said for said in iter(lambda: listener.recv(4096), b"") if said != b"WATCHDOG=1") \
        == b"STOPPING=1"
    assert router.child.wait(timeout=40) == 0


def test_readiness_is_said_when_the_port_answers_and_the_ledger_is_there(tmp_path, simulator):
    """Asked at the very moment of the notification."""
    listener = notifications(tmp_path)
    router = Process(["serve"], {"NOTIFY_SOCKET": str(tmp_path / "notify"),
                                 "LLM_ROUTER_LISTEN": "127.0.0.1:0",
                                 "LLM_ROUTER_DB": str(tmp_path / "ledger.db"),
                                 "OLLAMA_URL": simulator.ollama_url})
    assert listener.recv(4096).startswith(b"READY=1")
    url = "http://" + router.wait_for(r"listening on (127\.0\.0\.1:\d+)").group(1)
    with urllib.request.urlopen(url + "/ready") as answer:
        assert answer.status == 200
    assert (tmp_path / "ledger.db").exists()
    assert router.stop() == 0


def test_readiness_is_not_said_where_the_port_is_taken(tmp_path, simulator):
    listener = notifications(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        router = Process(["serve"], {"NOTIFY_SOCKET": str(tmp_path / "notify"),
                                     "LLM_ROUTER_LISTEN": "127.0.0.1:%d" % taken.getsockname()[1],
                                     "LLM_ROUTER_DB": str(tmp_path / "ledger.db"),
                                     "OLLAMA_URL": simulator.ollama_url})
        router.wait_for("cannot listen")
        assert router.child.wait(timeout=20) == os.EX_CONFIG
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.recv(4096)


def test_a_reload_takes_what_changed_in_a_file_that_the_unit_read_as_well(tmp_path, simulator):
    """EnvironmentFile= and LLM_ROUTER_CONFIG name one file."""
    file = tmp_path / "settings.env"
    router = Router(tmp_path, simulator, LLM_ROUTER_CONFIG="-" + settings_file(file, 90),
                    LLM_LOCAL_THRESHOLD="90", LLM_LOCAL_WINDOW="500")
    assert router.get("/router/stats")["target_local_pct"] == 90
    settings_file(file, 80)
    router.child.send_signal(signal.SIGHUP)
    router.wait_for("configuration reloaded")
    assert router.get("/router/stats")["target_local_pct"] == 80
    assert router.stop() == 0


# What systemd does for a socket unit: descriptor 3, and whose it is.
PASS_ON = """
import os, sys
descriptors = [int(text) for text in sys.argv[1].split(",")]
spare = [os.dup(descriptor) for descriptor in descriptors]
while min(spare) < 3 + len(spare):
    spare = [os.dup(descriptor) for descriptor in spare]
for at, descriptor in enumerate(spare):
    os.dup2(descriptor, 3 + at)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(spare))
os.execv(sys.argv[2], sys.argv[2:])
"""


class ActivatedRouter(Router):
    """A router that is started with listening sockets, and told to listen elsewhere."""

    def __init__(self, directory, simulator, sockets, **settings):
        self.db = str(directory / "ledger.db")
        descriptors = [one.fileno() for one in sockets]
        Process.__init__(self, ["serve"],
                         {"LLM_ROUTER_LISTEN": "127.0.0.1:0", "LLM_ROUTER_DB": self.db,
                          "OLLAMA_URL": simulator.ollama_url, **settings},
                         program=(sys.executable, "-c", PASS_ON,
                                  ",".join(map(str, descriptors)), BINARY),
                         pass_fds=descriptors)


def test_sockets_that_are_passed_take_the_place_of_the_addresses(tmp_path, simulator):
    with socket.create_server(("127.0.0.1", 0)) as one, \
            socket.create_server(("127.0.0.1", 0)) as two:
        router = ActivatedRouter(tmp_path, simulator, [one, two], LLM_ROUTER_THREADS="3")
        router.wait_for("try: curl")
        assert sum("listening on 127." in line for line in router.lines) == 2
        for listening in (one, two):
            url = "http://127.0.0.1:%d/health" % listening.getsockname()[1]
            with urllib.request.urlopen(url) as answer:
                assert answer.status == 200
        # A reload does not want another address than the one it has.
        router.child.send_signal(signal.SIGHUP)
        router.wait_for("configuration reloaded")
        assert not any("LLM_ROUTER_LISTEN needs a restart" in line for line in router.lines)
        assert router.stop() == 0


def test_a_socket_that_others_can_reach_needs_keys(tmp_path, simulator):
    with socket.create_server(("0.0.0.0", 0)) as everywhere:
        router = ActivatedRouter(tmp_path, simulator, [everywhere])
        router.wait_for("LLM_ROUTER_API_KEYS: not set")
        assert router.child.wait(timeout=20) == os.EX_CONFIG


def test_a_unix_socket_is_refused_with_what_to_change(tmp_path, simulator):
    with socket.socket(socket.AF_UNIX) as local:
        local.bind(str(tmp_path / "router.sock"))
        local.listen()
        router = ActivatedRouter(tmp_path, simulator, [local])
        router.wait_for("ListenStream= of the socket unit must be an address and a port")
        assert router.child.wait(timeout=20) == os.EX_CONFIG


def test_restarts_behind_a_socket_lose_no_connection(tmp_path, simulator):
    """Every request has a connection of its own; between two routers they wait in the socket."""
    failures, answered, stop = [], [], threading.Event()
    progress = threading.Condition()
    body = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "2+2?"}]}).encode()
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        url = "http://127.0.0.1:%d/v1/chat/completions" % listening.getsockname()[1]

        def ask():
            while not stop.is_set():
                try:
                    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        json.loads(answer.read())
                except Exception as failure:
                    failures.append(repr(failure))
                with progress:
                    answered.append(1)
                    progress.notify_all()

        clients = [threading.Thread(target=ask) for _ in range(6)]
        for client in clients:
            client.start()
        for _ in range(4):
            router = ActivatedRouter(tmp_path, simulator, [listening])
            router.wait_for("try: curl")
            with progress:
                goal = len(answered) + 40
                assert progress.wait_for(lambda: len(answered) >= goal, 60)
            assert router.stop() == 0
        last = ActivatedRouter(tmp_path, simulator, [listening])
        stop.set()
        for client in clients:
            client.join()
        assert last.stop() == 0
    assert not failures


def test_systemds_own_activation(tmp_path, simulator):
    """systemd-socket-activate starts the router at the first connection."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"LLM_ROUTER_DB": str(tmp_path / "ledger.db"), "OLLAMA_URL": simulator.ollama_url,
                "PATH": os.environ["PATH"]}
    manager = Process(["serve"], {}, program=(
        "systemd-socket-activate", "-l", f"127.0.0.1:{port}",
        *(f"-E{name}={value}" for name, value in settings.items()), BINARY))
    manager.wait_for("Listening on")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as answer:
        assert answer.status == 200
    manager.wait_for("listening on sockets that were passed")
    assert manager.stop() == 0


PROMPT = "What is the capital of the land of Oz, asked secretly?"
KEY = "sk-0123456789abcdefghij"


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_query_is_one_line_at_debug_without_prompt_or_key(tmp_path, simulator, format):
    router = Router(tmp_path, simulator, LLM_ROUTER_LOG_LEVEL="debug", LLM_LOG_FORMAT=format,
                    LLM_ROUTER_API_KEYS="laptop=" + KEY)
    headers = {"Authorization": "Bearer " + KEY}
    answer, said = router.post("/v1/chat/completions", {
        "model": "auto", "messages": [{"role": "user", "content": PROMPT}]}, headers)
    text = answer["choices"][0]["message"]["content"]
    with pytest.raises(urllib.error.HTTPError):
        router.post("/v1/chat/completions", {"model": "no-such-model", "messages": [
            {"role": "user", "content": PROMPT}]}, headers)
    assert router.stop() == 0
    log = "\n".join(router.lines)
    assert PROMPT not in log and text not in log and KEY not in log
    if format == "json":
        queries = [line for line in map(json.loads, router.lines) if line["message"] == "query"]
        answered, refused = queries
        assert answered["id"] == said["x-router-request-id"]
        assert answered["type"] == said["x-router-type"]
        assert answered["complexity"] == int(said["x-router-complexity"])
        assert answered["model"] == said["x-router-model"]
        assert answered["upstream"] == said["x-router-upstream"]
        assert answered["reason"] == said["x-router-reason"]
        assert answered["local"] is True and answered["status"] == "ok"
        assert answered["cost_usd"] == 0 and answered["ms"] > 0
        assert answered["input_tokens"] == answer["usage"]["prompt_tokens"]
        assert answered["output_tokens"] == answer["usage"]["completion_tokens"]
        assert refused["status"] == "refused" and refused["error"] == "model_not_found"
    else:
        answered, refused = [line for line in router.lines if " debug query " in line]
        assert f"id={said['x-router-request-id']} " in answered
        assert " status=ok " in answered and f" model={said['x-router-model']} " in answered
        assert refused.endswith(" status=refused error=model_not_found")
