"""A real Prometheus that scrapes one router, and its promtool."""
import json
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from conftest import ROOT

MONITORING = ROOT / "monitoring"


def binary(name):
    """Installed, or unpacked by script/bootstrap, which does not install the service with it."""
    found = shutil.which(name) or str(ROOT / "build/prometheus/usr/bin" / name)
    assert pathlib.Path(found).exists(), f"no {name}: script/bootstrap --test unpacks it"
    return found


def promtool(*args, text=None):
    return subprocess.run([binary("promtool"), *args], input=text, capture_output=True, text=True,
                          timeout=60)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """Runs with our configuration and rules, in which nothing is changed but where the router and
    its key are, and how often it is scraped."""

    def __init__(self, directory, router_url, key):
        (directory / "key").write_text(key)
        config = (MONITORING / "prometheus.yml").read_text()
        for old, new in (("targets: [llm-router:11435]",
                          f"targets: ['{router_url.removeprefix('http://')}']"),
                         ("/run/secrets/metrics_key", str(directory / "key")),
                         ("interval: 15s", "interval: 1s")):
            assert old in config
            config = config.replace(old, new)
        (directory / "prometheus.yml").write_text(config)
        shutil.copy(MONITORING / "alerts.yml", directory)
        self.log = (directory / "prometheus.log").open("w+")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.child = subprocess.Popen(
            [binary("prometheus"), f"--config.file={directory}/prometheus.yml",
             f"--storage.tsdb.path={directory}/data", f"--web.listen-address=127.0.0.1:{port}"],
            stdout=self.log, stderr=subprocess.STDOUT)

    def get(self, path, **parameters):
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters, doseq=True)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 503:
                raise ConnectionError("Prometheus is starting") from error
            return json.load(error)

    def wait_for(self, found, timeout=60):
        """Polls until `found()` is true; what it raises before Prometheus listens does not count."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                if value := found():
                    return value
            except (urllib.error.URLError, ConnectionError):
                pass
            assert self.child.poll() is None and time.monotonic() < deadline, self.tail()
            time.sleep(0.05)

    def value(self, expression):
        """Of an expression with one result; None: there is none."""
        result = self.get("query", query=expression)["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def tail(self):
        self.log.seek(0)
        return self.log.read()[-4000:]

    def stop(self):
        self.child.terminate()
        self.child.wait(timeout=30)
        self.log.close()
