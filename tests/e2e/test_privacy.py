"""Under local-only nothing reaches an address outside this machine: what the binary connects to
and looks up is recorded by a library loaded into it (tests/support/socket_recorder.cpp)."""
import ipaddress
import json
import os
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request

import pytest

from conftest import BINARY, DemoRouter, Router

RECORDER = pathlib.Path(BINARY).resolve().parents[1] / "tests/libsocket_recorder.so"
COMPLEX = ("Compare the Copenhagen and many-worlds interpretations of quantum mechanics, weigh the "
           "evidence for each, and prove step by step what they imply for determinism.")
FAR = "203.0.113.1"
FAR_NAME = "far.example.com"
KEYS = {"LLM_ROUTER_API_KEYS": "ann=key-of-ann-0123456789,ben=key-of-ben-0123456789"}
ANN = {"Authorization": "Bearer key-of-ann-0123456789"}
BEN = {"Authorization": "Bearer key-of-ben-0123456789"}
LOCAL_ONLY = {"x-router-privacy": "local-only"}
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}


class Recorded:
    """Settings that load the recorder into a router, and what it wrote."""

    def __init__(self, directory, names=""):
        self.file = directory / "sockets.txt"
        self.settings = {
            "LD_PRELOAD": str(RECORDER), "SOCKET_RECORD": str(self.file), "SOCKET_NAMES": names,
            # The recorder comes before a sanitizer's own library; it calls none of its functions.
            "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def lines(self):
        return self.file.read_text().splitlines() if self.file.exists() else []

    def forget(self):
        self.file.unlink(missing_ok=True)

    def far(self):
        """Connections to anywhere but loopback, and every look-up."""
        return [line for line in self.lines()
                if line.startswith("lookup")
                or not ipaddress.ip_address(line.split()[1]).is_loopback]

    def near(self):
        return [line for line in self.lines() if line not in self.far()]


def far_settings(host):
    # Everything that could send a query out is as open as it can be.
    return {"LLM_BASE_URL": f"http://{host}:81/v1", "LLM_API_KEY": "sk-of-a-far-provider",
            "LLM_EXTERNAL_MODEL": "gpt-4o-mini", "LLM_LOCAL_THRESHOLD": "0",
            "LLM_COMPLEXITY_THRESHOLD": "1", "LLM_FALLBACK_POLICY": "always"}


def with_far_ollama(simulator, host):
    return {"OLLAMA_URL": f"{simulator.ollama_url},http://{host}:82"}


def ask(router, path, body, headers):
    """The answer's status; its body is read to the end."""
    request = urllib.request.Request(router.url + path, json.dumps(body).encode() if body else None,
                                     {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as error:
        error.read()
        return error.code


def requests_that_want_out():
    """Every endpoint, and every way of asking for an external answer."""
    models = ["auto", "auto:external", "auto:complex", "openai/gpt-4o", "openai/gpt-4o-mini",
              "gpt-4o", "claude-3-opus-20240229", "mistral:7b"]
    contents = ["Hi", COMPLEX, [{"type": "text", "text": "What is this?"}, IMAGE], "word " * 40000]
    for model in models:
        for stream in (False, True):
            for content in contents:
                messages = [{"role": "user", "content": content}]
                chat = {"model": model, "messages": messages, "stream": stream}
                yield "/v1/chat/completions", chat
                yield "/router/explain", chat
                if isinstance(content, str):
                    yield "/api/chat", chat
                    yield "/api/generate", {"model": model, "prompt": content, "stream": stream}
            yield "/v1/chat/completions", {
                "model": model, "tools": [TOOL], "stream": stream,
                "messages": [{"role": "user", "content": COMPLEX}]}
        for path, key in (("/v1/embeddings", "input"), ("/api/embed", "input"),
                          ("/api/embeddings", "prompt")):
            yield path, {"model": model, key: "text"}
        yield "/api/show", {"model": model}
    for model in ("text-embedding-3-small", "openai/text-embedding-3-small"):
        yield "/v1/embeddings", {"model": model, "input": "text"}
    for path in ("/v1/models", "/api/tags", "/api/ps", "/api/version", "/health", "/ready",
                 "/metrics", "/router/stats", "/router/stats/projection", "/router/queries", "/"):
        yield path, None


def drive(router, headers):
    """All of them, also with the header that asks for an external answer. The statuses seen."""
    seen = set()
    for path, body in requests_that_want_out():
        for wish in ({}, {"x-router-route": "external"}, {"x-router-type": "complex"}):
            if wish and body is None:
                continue
            seen.add(ask(router, path, body, {**headers, **wish}))
    return seen


def ready(router, pattern=r"\d+ models installed"):
    router.wait_for(pattern)
    return router


@pytest.mark.parametrize("host", [FAR, FAR_NAME])
def test_the_recorder_sees_what_leaves_without_local_only(tmp_path, simulator, host):
    recorded = Recorded(tmp_path)
    router = ready(Router(tmp_path, simulator, **far_settings(host), **recorded.settings))
    assert ask(router, "/v1/chat/completions",
               {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}, {}) == 502
    assert set(recorded.far()) == {f"connect {FAR}" if host == FAR else f"lookup {FAR_NAME}"}
    assert recorded.near()
    recorded.forget()
    for wish in ({"x-router-route": "external"}, {}):
        ask(router, "/api/chat",
            {"model": "auto", "messages": [{"role": "user", "content": COMPLEX}]}, wish)
    assert recorded.far()
    assert router.stop() == 0


@pytest.mark.parametrize("host", [FAR, FAR_NAME])
def test_no_endpoint_and_no_wish_leads_out_under_the_setting(tmp_path, simulator, host):
    recorded = Recorded(tmp_path)
    router = ready(Router(tmp_path, simulator, LLM_PRIVACY="local-only",
                          **{**far_settings(host), **with_far_ollama(simulator, host)},
                          **recorded.settings))
    seen = drive(router, {})
    assert 200 in seen and 403 in seen, seen
    assert recorded.far() == []
    assert recorded.near()
    health = router.get("/health")
    assert health["privacy"] == "local-only"
    assert [u["status"] for u in health["upstreams"]] == ["up", "not used", "not used"]
    router.wait_for(r"LLM_PRIVACY=local-only: .* not used: ollama-2, openai")
    assert router.sql("SELECT count(*) FROM attempts WHERE locality <> 'local'") == [(0,)]
    assert router.stop() == 0
    assert recorded.far() == []


def test_a_failing_local_model_leads_nowhere_else(tmp_path, simulator):
    recorded = Recorded(tmp_path)
    router = ready(Router(tmp_path, simulator, LLM_PRIVACY="local-only", **far_settings(FAR),
                          **recorded.settings))
    simulator.stop(signal.SIGKILL)
    chat = {"model": "auto", "messages": [{"role": "user", "content": COMPLEX}]}
    # More than it takes to open the circuit of the local model.
    for _ in range(12):
        assert ask(router, "/v1/chat/completions", chat, {}) >= 500
    router.child.send_signal(signal.SIGHUP)  # makes discovery look at once
    router.wait_for("ollama is down")
    assert ask(router, "/v1/chat/completions", chat, {"x-router-route": "external"}) >= 500
    assert recorded.far() == []
    assert router.stop() == 0


def test_a_reload_does_not_take_the_setting_back(tmp_path, simulator):
    file = tmp_path / "settings.env"
    file.write_text("LLM_PRIVACY=local-only\n")
    recorded = Recorded(tmp_path)
    router = ready(Router(tmp_path, simulator, LLM_ROUTER_CONFIG=str(file), **far_settings(FAR),
                          **recorded.settings))
    file.write_text("LLM_PRIVACY=off\n")
    router.child.send_signal(signal.SIGHUP)
    router.wait_for("LLM_PRIVACY needs a restart")
    router.wait_for("configuration reloaded")
    assert ask(router, "/v1/chat/completions",
               {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}, {}) == 403
    assert recorded.far() == []
    assert router.stop() == 0


def test_a_key_that_is_local_only_reaches_nothing_else(tmp_path, simulator):
    recorded = Recorded(tmp_path)
    router = ready(Router(tmp_path, simulator, LLM_LOCAL_ONLY_KEYS="ann", **KEYS,
                          **far_settings(FAR), **recorded.settings))
    seen = drive(router, ANN)
    assert 200 in seen and 403 in seen, seen
    assert recorded.far() == []
    drive(router, BEN)
    assert f"connect {FAR}" in recorded.far()
    assert router.stop() == 0


def test_a_request_that_is_local_only_reaches_nothing_else(tmp_path, simulator):
    recorded = Recorded(tmp_path)
    router = ready(Router(tmp_path, simulator, **{**far_settings(FAR_NAME),
                          **with_far_ollama(simulator, FAR)}, **recorded.settings),
                   "ollama-2 is down")
    # Discovery may look at the far Ollama: nobody has forbidden that. Queries may not.
    seen = drive(router, LOCAL_ONLY)
    assert 200 in seen and 403 in seen, seen
    assert f"lookup {FAR_NAME}" not in recorded.far()
    assert router.sql("SELECT count(*) FROM attempts WHERE locality <> 'local'") == [(0,)]
    assert ask(router, "/v1/chat/completions",
               {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}, {}) == 502
    assert f"lookup {FAR_NAME}" in recorded.far()
    assert router.stop() == 0


def test_a_local_name_that_leads_elsewhere_is_refused(tmp_path, simulator):
    port = simulator.ollama_url.rsplit(":", 1)[1]
    recorded = Recorded(tmp_path, names=f"gpu-box={FAR}")
    router = Router(tmp_path, OLLAMA_URL=f"http://gpu-box:{port}", LLM_PRIVACY="local-only",
                    **recorded.settings)
    router.wait_for("ollama is down: .*leads outside this machine.*LLM_PRIVACY=local-only")
    assert ask(router, "/v1/chat/completions",
               {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}, {}) == 503
    assert "LLM_PRIVACY=local-only" in router.get("/health")["upstreams"][0]["error"]
    assert set(recorded.lines()) == {"lookup gpu-box"}
    assert router.stop() == 0


def test_a_local_name_that_leads_here_is_used(tmp_path, simulator):
    port = simulator.ollama_url.rsplit(":", 1)[1]
    recorded = Recorded(tmp_path, names="gpu-box=127.0.0.1")
    router = ready(Router(tmp_path, OLLAMA_URL=f"http://gpu-box:{port}", LLM_PRIVACY="local-only",
                          **recorded.settings))
    assert ask(router, "/v1/chat/completions",
               {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]}, {}) == 200
    assert router.stop() == 0


def test_the_demo_provider_is_external_although_it_is_near(tmp_path):
    router = DemoRouter(tmp_path, LLM_PRIVACY="local-only", LLM_LOCAL_THRESHOLD="0")
    body, headers = router.post("/v1/chat/completions", {
        "model": "auto:external", "messages": [{"role": "user", "content": COMPLEX}]})
    assert headers["x-router-local"] == "1"
    assert "LLM_PRIVACY=local-only" in headers["x-router-reason"]
    assert router.stop() == 0


def test_check_config_names_what_will_not_be_used():
    environment = {"HOME": "/tmp", "LLM_PRIVACY": "local-only", "OPENAI_API_KEY": "sk-unused"}
    result = subprocess.run([BINARY, "check-config"], env=environment, capture_output=True,
                            text=True, check=False)
    assert result.returncode == os.EX_OK
    assert "https://api.openai.com/v1, its key and LLM_EXTERNAL_MODEL are not used" in result.stdout
