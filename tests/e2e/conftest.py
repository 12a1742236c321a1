"""The real binary: a simulator process as upstream and a router process before it."""
import contextlib
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import threading
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("LLM_ROUTER_BINARY", str(ROOT / "build/dev/bin/llm-router"))


class Process:
    """A child whose log is read line by line; `wait_for` blocks until a line matches."""

    def __init__(self, args, env=None, program=(BINARY,), pass_fds=()):
        clean = {k: v for k, v in os.environ.items()
                 if not k.startswith(("LLM_", "OLLAMA_", "OPENAI_", "ANTHROPIC_", "MEM0_",
                                      "EMBEDDING_", "AZURE_", "IDENTITY_", "VERTEX", "GOOGLE_",
                                      "GEMINI_", "GCE_", "DEEPSEEK_", "OPENROUTER_", "OR_",
                                      "LM_STUDIO_", "HOSTED_VLLM_", "VLLM_", "LITELLM_",
                                      "CREDENTIALS_", "LISTEN_", "NOTIFY_", "WATCHDOG_"))
                 and not k.lower().endswith("_proxy")}
        self.child = subprocess.Popen([*program, *args], env={**clean, **(env or {})},
                                      stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      pass_fds=pass_fds)
        self.lines = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.child.stderr:
            with self._changed:
                self.lines.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, pattern, timeout=20):
        expression = re.compile(pattern)

        def match():
            return next((m for m in map(expression.search, self.lines) if m), None)

        with self._changed:
            self._changed.wait_for(lambda: match() or self.child.poll() is not None, timeout)
            found = match()
        assert found, f"no line like {pattern!r}:\n" + "\n".join(self.lines)
        return found

    def stop(self, number=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(number)
        code = self.child.wait(timeout=40)
        self._reader.join(timeout=5)
        return code


class Simulator(Process):
    def __init__(self, *behaviours, options=()):
        args = ["simulate", "--ollama-port", "0", "--openai-port", "0", *options]
        for behaviour in behaviours:
            args += ["--behaviour", behaviour]
        super().__init__(args)
        self.ollama_url = self.wait_for(r"Ollama on (http://\S+)").group(1)
        self.openai_url = self.wait_for(r"OpenAI on (http://\S+)").group(1)


class Router(Process):
    """`llm-router serve` on a port of the kernel's choice, with a ledger in `directory`."""

    def __init__(self, directory, simulator=None, **settings):
        self.db = str(directory / "ledger.db")
        env = {"LLM_ROUTER_LISTEN": "127.0.0.1:0", "LLM_ROUTER_DB": self.db}
        if simulator:
            env["OLLAMA_URL"] = simulator.ollama_url
        super().__init__(["serve"], {**env, **settings})
        self._read_url()

    def _read_url(self):
        self.url = "http://" + self.wait_for(r"listening on (127\.0\.0\.1:\d+)").group(1)
        self.wait_for(r"try: curl")

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return json.loads(answer.read())

    def post(self, path, body, headers=None):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json", **(headers or {})})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read()), answer.headers

    def sql(self, query, *parameters):
        with contextlib.closing(
                sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as connection:
            return connection.execute(query, parameters).fetchall()


class DemoRouter(Router):
    """`llm-router serve --demo`: simulated local and external upstreams in one process."""

    def __init__(self, directory, **settings):
        self.db = str(directory / "ledger.db")
        Process.__init__(self, ["serve", "--demo"],
                         {"LLM_ROUTER_LISTEN": "127.0.0.1:0", "LLM_ROUTER_DB": self.db, **settings})
        self._read_url()


@pytest.fixture
def simulator():
    process = Simulator()
    yield process
    process.stop()


@pytest.fixture
def router(tmp_path, simulator):
    process = Router(tmp_path, simulator)
    yield process
    assert process.stop() == 0


@pytest.fixture
def demo(tmp_path):
    process = DemoRouter(tmp_path)
    yield process
    assert process.stop() == 0
