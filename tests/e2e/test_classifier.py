"""The classifier from outside: lines, evaluation, feedback and what is learned from it."""
import json
import os
import subprocess
import urllib.error

import pytest
from conftest import BINARY, Router


def run(*args, env=None, text=None):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LLM_", "OLLAMA_", "OPENAI_"))}
    return subprocess.run([BINARY, *args], input=text, capture_output=True, text=True,
                          env={**clean, **(env or {})}, timeout=60)


def lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_lines_come_back_in_their_order():
    rows = [{"prompt": f"What is {i} plus {i}?"} if i % 2 else
            {"messages": [{"role": "user", "content": "Write a Python function that adds numbers"},
                          {"role": "assistant", "content": "def add(a, b): return a + b"},
                          {"role": "user", "content": "and in Rust?"}]} for i in range(20_000)]
    result = run("classify", "--jsonl", text=lines(*rows))
    assert result.returncode == 0 and not result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(rows)
    assert set(answers[0]) == {"type", "complexity", "score", "tokens"}
    assert {answer["type"] for answer in answers[0::2]} == {"code"}
    assert {answer["type"] for answer in answers[1::2]} == {"simple"}
    assert all(1 <= a["complexity"] <= 10 and 0 <= a["score"] <= 1 and a["tokens"] > 0
               for a in answers)


def test_a_faulty_line_has_its_place_and_an_error():
    result = run("classify", "--jsonl", text='{"prompt": "hello"}\n{"prompt": 7}\nnonsense\n{"prompt": "bye"}')
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [("error" in answer) for answer in answers] == [False, True, True, False]
    assert answers[1]["error"]["code"] == "missing_parameter"
    assert answers[2]["error"]["code"] == "invalid_json"
    assert result.returncode == 1 and "2 lines could not be read" in result.stderr


def test_who_waits_for_each_answer_gets_it():
    with subprocess.Popen([BINARY, "classify", "--jsonl"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        for _ in range(3):
            process.stdin.write('{"prompt": "What is two plus two?"}\n')
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["type"] == "simple"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_bare_text_may_be_one_to_embed_and_a_chat_may_not(router):
    text = "Represent this sentence for searching relevant passages: how do bees overwinter"
    assert json.loads(run("classify", "--json", text).stdout)["type"] == "embedding"
    explained = post(router, "/router/explain", {"model": "auto", "messages": [
        {"role": "user", "content": text}]})
    assert explained["type"] != "embedding"


def test_evaluate_prints_accuracy_apgr_and_what_would_leave(tmp_path):
    file = tmp_path / "mine.jsonl"
    file.write_text(lines(
        {"prompt": "What is the capital of Peru?", "type": "simple", "weak_score": 1, "strong_score": 1},
        {"prompt": "Prove that there are infinitely many primes of the form 4k+3.", "type": "complex",
         "weak": 0, "strong": 1},
        {"prompt": "Write a SQL query that counts orders by month", "type": "code"}))
    result = run("evaluate", str(file))
    assert result.returncode == 0, result.stderr
    assert "accuracy 100.0 %" in result.stdout and "macro-F1 1.000" in result.stdout
    assert "APGR 0.750" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["7", "33.3", "%", "100.0", "%"] in rows
    assert ["10", "0.0", "%", "0.0", "%"] in rows


@pytest.mark.parametrize("text, told", [
    ("", "has no lines"), ('{"prompt": "x"}', "line 1: a line needs"),
    ('{"prompt": "x", "type": "odd"}', '"odd" is no type'), ("{", "line 1")])
def test_evaluate_names_what_it_cannot_use(tmp_path, text, told):
    file = tmp_path / "mine.jsonl"
    file.write_text(text)
    result = run("evaluate", str(file))
    assert result.returncode == 1 and told in result.stderr


def post(router, path, body):
    return router.post(path, body)[0]


def ask(router, text="Write a poem about the rain in our village"):
    router.post("/v1/chat/completions", {"model": "auto",
                                         "messages": [{"role": "user", "content": text}]})
    return router.sql("SELECT request_id, type FROM attempts ORDER BY id DESC LIMIT 1")[0]


def shift(router, text="Write a poem about the rain in our village"):
    return post(router, "/router/explain", {"model": "auto", "messages": [
        {"role": "user", "content": text}]})["calibration_shift"]


def test_feedback_is_recorded_and_moves_its_type(router):
    request_id, kind = ask(router)
    assert kind == "medium" and shift(router) == 0
    env = {"LLM_ROUTER_LISTEN": router.url.removeprefix("http://")}
    said = run("feedback", request_id, "bad", env=env)
    assert said.returncode == 0 and "medium queries now count +0.10" in said.stdout, said.stderr
    assert shift(router) == pytest.approx(0.1)
    # The same again is no news; another verdict is.
    answer = post(router, "/router/feedback", {"request_id": request_id, "verdict": "bad"})
    assert answer["calibration_shift"] == pytest.approx(0.1)
    answer = post(router, "/router/feedback", {"request_id": request_id, "verdict": "good"})
    assert answer["calibration_shift"] == pytest.approx(0.05)
    assert router.sql("SELECT request_id, verdict FROM feedback") == [(request_id, "good")]
    unknown = run("feedback", "no-such-query", "good", env=env)
    assert unknown.returncode == 1 and "no finished query of this id" in unknown.stderr
    nobody = run("feedback", request_id, "good", env={"LLM_ROUTER_LISTEN": "127.0.0.1:9"})
    assert nobody.returncode == 1 and "no router is running" in nobody.stderr


@pytest.mark.parametrize("body, code", [
    ({}, "missing_parameter"), ({"request_id": "x"}, "invalid_parameter"),
    ({"request_id": "x", "verdict": "fine"}, "invalid_parameter"),
    ({"request_id": "x", "verdict": "good"}, "not_found")])
def test_feedback_that_says_nothing_is_refused(router, body, code):
    with pytest.raises(urllib.error.HTTPError) as refused:
        router.post("/router/feedback", body)
    assert json.loads(refused.value.read())["error"]["code"] == code


def test_what_was_learned_outlives_a_restart_and_can_be_switched_off(tmp_path, simulator):
    first = Router(tmp_path, simulator)
    request_id, _ = ask(first)
    first.post("/router/feedback", {"request_id": request_id, "verdict": "bad"})
    assert first.stop() == 0
    second = Router(tmp_path, simulator)
    assert shift(second) == pytest.approx(0.1)
    assert second.stop() == 0
    third = Router(tmp_path, simulator, LLM_ONLINE_CALIBRATION="false")
    assert shift(third) == 0
    answer = post(third, "/router/feedback", {"request_id": request_id, "verdict": "good"})
    assert answer["verdict"] == "good"
    assert third.sql("SELECT verdict FROM feedback") == [("good",)]
    assert third.sql("SELECT shift FROM calibration WHERE type = 'medium'")[0][0] == pytest.approx(0.1)
    assert third.stop() == 0


def test_asking_again_within_a_minute_counts_once(router):
    for _ in range(5):
        ask(router)
    assert shift(router) == pytest.approx(0.05)
