"""The ledger's database locked, deleted, newer than the program; the spill file in its place."""
import contextlib
import json
import os
import signal
import sqlite3
import time
import urllib.error
import urllib.request

import pytest

from conftest import Process, Router
from provider import Provider

QUESTION = {"model": "auto", "messages": [{"role": "user", "content": "What is 2 + 2?"}]}


@contextlib.contextmanager
def locked(path):
    """Holds SQLite's write lock, as a backup tool that hangs would."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def ask(router, count):
    return [router.post("/v1/chat/completions", QUESTION)[1]["x-router-request-id"]
            for _ in range(count)]


def ledger_of(router):
    return router.get("/health")["ledger"]


def wait_for_state(router, state):
    deadline = time.monotonic() + 20
    while ledger_of(router)["state"] != state:
        assert time.monotonic() < deadline, ledger_of(router)


def stored(router):
    return [row[0] for row in router.sql("SELECT request_id FROM attempts WHERE status = 'ok'")]


def test_a_locked_database_stops_no_answer_and_loses_no_row(router):
    ids = ask(router, 3)
    with locked(router.db):
        ids += ask(router, 20)
        health = ledger_of(router)
        assert health["state"] == "spilling"
        assert health["spilled_rows"] >= 20
        assert os.stat(router.db + ".spill").st_mode & 0o777 == 0o600
    wait_for_state(router, "ok")
    ids += ask(router, 3)
    assert sorted(stored(router)) == sorted(ids)
    assert router.get("/router/stats")["total_queries"] == len(ids)
    assert not os.path.exists(router.db + ".spill")


def test_rows_that_were_spilled_survive_kill_9(tmp_path, simulator):
    router = Router(tmp_path, simulator)
    with locked(router.db):
        ids = ask(router, 10)
        router.stop(signal.SIGKILL)
    again = Router(tmp_path, simulator)
    try:
        assert sorted(stored(again)) == sorted(ids)
        assert again.get("/router/stats")["total_queries"] == 10
        assert ledger_of(again)["state"] == "ok"
    finally:
        assert again.stop() == 0


def test_external_calls_stop_only_when_nothing_can_be_written(tmp_path, simulator):
    provider = Provider(chunks=1, pause=0)
    router = Router(tmp_path, simulator, LLM_BASE_URL=provider.url, LLM_API_KEY="none",
                    LLM_EXTERNAL_MODEL="openai/gpt-4o-mini", LLM_LOCAL_THRESHOLD="0")
    question = {"model": "openai/gpt-4o-mini", "stream": True,
                "messages": [{"role": "user", "content": "What is tag-1?"}]}

    def ask_outside():
        request = urllib.request.Request(
            router.url + "/v1/chat/completions", json.dumps(question).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    try:
        with locked(router.db):
            assert b"[DONE]" in ask_outside()  # its row is in the spill file
            assert len(provider.seen) == 1
        wait_for_state(router, "ok")
        os.mkdir(router.db + ".spill")
        with locked(router.db):
            ids = ask(router, 3)
            assert ledger_of(router)["state"] == "failing"
            with pytest.raises(urllib.error.HTTPError) as refused:
                ask_outside()
            assert refused.value.code == 503
            assert json.loads(refused.value.read())["error"]["code"] == "ledger_unavailable"
            assert len(provider.seen) == 1
        wait_for_state(router, "ok")
        assert set(ids) <= set(stored(router))
    finally:
        assert router.stop() == 0
        provider.stop()


def test_a_deleted_database_comes_back_with_every_row(router):
    ids = ask(router, 5)
    assert router.get("/router/stats")["total_queries"] == 5
    for suffix in ("", "-wal", "-shm"):
        os.remove(router.db + suffix)
    ids += ask(router, 5)
    wait_for_state(router, "ok")
    ids += ask(router, 5)
    assert sorted(stored(router)) == sorted(ids)
    assert router.sql("PRAGMA integrity_check") == [("ok",)]
    assert router.get("/router/stats")["total_queries"] == 15


def test_a_database_that_is_newer_than_the_program_is_left_alone(tmp_path, simulator):
    router = Router(tmp_path, simulator)
    assert router.stop() == 0
    with sqlite3.connect(router.db) as connection:
        connection.execute("PRAGMA user_version = 99")
    newer = Process(["serve"], {"LLM_ROUTER_DB": router.db, "LLM_ROUTER_LISTEN": "127.0.0.1:0",
                                "OLLAMA_URL": simulator.ollama_url})
    assert newer.child.wait(timeout=20) == 78
    newer.wait_for(r"schema version 99, .* written by a newer version")
    with sqlite3.connect(router.db) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
