"""The HTTP interface against its description, daemon/openapi/openapi.json.

OPENAPI_EXAMPLES sets how many requests are made up for each operation; docs/http.md has the command
for the long run.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.request

import jsonschema
import openapi_spec_validator
import pytest

from conftest import ROOT, DemoRouter

HERE = pathlib.Path(__file__).parent
DOCUMENT = json.loads((ROOT / "daemon/openapi/openapi.json").read_text())
EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "4"))
ADMIN_KEY = "an-admin-key-of-24-letters"
# Answers that do not end by themselves.
ENDLESS = {"/router/events"}


def operations():
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def resolved(node):
    while "$ref" in node:
        target = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def check_schema(value, schema):
    """`value` against a schema of the document, references included."""
    jsonschema.Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(value)


def ask(url, method="get", headers=None, body=None):
    request = urllib.request.Request(url, method=method.upper(), headers=headers or {}, data=body)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_the_document_is_valid():
    openapi_spec_validator.validate(DOCUMENT)


def test_the_examples_fit_their_schemas():
    found = 0
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for example in schema.get("examples", []):
            check_schema(example, schema)
            found += 1
    assert found > 10


def test_the_daemon_serves_the_document(demo):
    status, headers, body = ask(demo.url + "/openapi.json")
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body) == DOCUMENT


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    process = DemoRouter(tmp_path_factory.mktemp("locked"), LLM_ROUTER_API_KEYS="a-key-of-16-chars-or-more")
    yield process
    assert process.stop() == 0


@pytest.mark.parametrize("path,method", [(path, method) for path, method, _ in operations()])
def test_without_a_key_only_open_endpoints_answer(locked, path, method):
    operation = DOCUMENT["paths"][path][method]
    body = b"{}" if "requestBody" in operation else None
    status, headers, answer = ask(locked.url + re.sub(r"\{\w+\}", "auto", path), method, body=body)
    if operation.get("security") == []:
        assert status in (200, 404)
        return
    assert (status, headers["x-router-error"]) == (401, "invalid_api_key")
    content = resolved(operation["responses"]["401"]).get("content")
    if content:
        check_schema(json.loads(answer), content["application/json"]["schema"])


def events(stream):
    """(event, data) of a stream, comments left out."""
    event = None
    for line in stream:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "event":
            event = value
        elif name == "data":
            yield event, json.loads(value)


def test_live_events_are_as_described(demo):
    """What is left out of the made-up requests, since it does not end."""
    with urllib.request.urlopen(demo.url + "/router/events", timeout=20) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        heard = events(stream)
        event, status = next(heard)
        assert event == "status"
        check_schema(status, DOCUMENT["components"]["schemas"]["Status"])
        demo.post("/v1/chat/completions",
                  {"model": "auto", "messages": [{"role": "user", "content": "Hi"}]})
        row = next(data for event, data in heard if event == "query")
        check_schema(row, DOCUMENT["components"]["schemas"]["LiveAttempt"])


def run_schemathesis(router, directory):
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file",
               str(HERE / "schemathesis.toml"), "run", str(ROOT / "daemon/openapi/openapi.json"),
               "--url", router.url, "--phases", "examples,coverage,fuzzing,stateful",
               "--max-examples", str(EXAMPLES), "--request-timeout", "20",
               "--continue-on-failure", "--generation-database", "none", "--no-color",
               "--header", f"Authorization:Bearer {ADMIN_KEY}", "--warnings", "off",
               "--report", "json", "--report-json-path", str(directory / "report.json")]
    if "OPENAPI_EXAMPLES" not in os.environ:
        command += ["--seed", "1"]  # the same requests in every run; the long run tries others
    for path in ENDLESS & set(DOCUMENT["paths"]):
        command += ["--exclude-path", path]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True)


@pytest.fixture
def router(tmp_path):
    process = DemoRouter(tmp_path, LLM_ROUTER_ADMIN_KEYS=ADMIN_KEY, LLM_RESPONSES_STORE="1000")
    yield process
    assert process.stop() == 0


def test_answers_are_as_described(tmp_path, router):
    result = run_schemathesis(router, tmp_path)
    said = result.stdout + result.stderr
    cases = re.search(r"Test cases:\s+([\d,]+) generated", said)
    assert cases, said
    print(f"{cases.group(1)} requests; {re.search('Seed: .*', said).group()}")
    assert result.returncode == 0, said[said.find("FAILURES"):]
    assert int(cases.group(1).replace(",", "")) > 1000
    # It still serves, and nothing is left behind.
    print("answers:", dict(re.findall(r'http_responses_total\{\w+="(\w+)"\} (\d+)',
                                      ask(router.url + "/metrics")[2].decode())))
    assert router.get("/ready") == {"ready": True}
    assert not [line for line in router.lines if " error " in line], router.lines
