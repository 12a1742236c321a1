"""A Node process that runs the clients' operations, with the modules that script/test installed."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import ROOT

HERE = pathlib.Path(__file__).parent
MODULES = pathlib.Path(os.environ.get("LLM_ROUTER_NODE", ROOT / "build/node"))


class Failure(Exception):
    """What a client threw: type, message, status, code, retry_after, text."""

    def __init__(self, thrown):
        super().__init__(thrown["message"])
        self.__dict__.update(thrown)


class Driver:
    def __init__(self, script):
        self.child = subprocess.Popen([os.environ.get("NODE", "node"), script], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, client, operation, url, given):
        self.child.stdin.write(json.dumps({"client": client, "operation": operation, "url": url,
                                           "given": given}) + "\n")
        self.child.stdin.flush()
        answer = json.loads(self.child.stdout.readline())
        if "error" in answer:
            raise Failure(answer["error"])
        return answer.get("result")

    def stop(self):
        self.child.stdin.close()
        return self.child.wait(timeout=10)


@pytest.fixture(scope="session")
def driver():
    # Node looks for packages beside the script: so the scripts go where the packages are.
    scripts = MODULES / "scripts"
    scripts.mkdir(exist_ok=True)
    for script in HERE.glob("*.mjs"):
        shutil.copy(script, scripts)
    process = Driver(scripts / "driver.mjs")
    yield process
    assert process.stop() == 0


@pytest.fixture
def run(driver, router, client):
    """run(operation, **given) by the module's client."""
    return lambda operation, **given: driver(client, operation, router.url, given)
