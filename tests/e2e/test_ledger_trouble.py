"""The ledger's database locked, deleted, damaged, on a full disk, newer than the program; the spill file in its place."""
import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

from conftest import Process, Router
from ledger_truth import assert_stats_equal_ledger
from load import read_answer, request_bytes
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
    assert assert_stats_equal_ledger(router.url, router.db) == len(ids)
    assert not os.path.exists(router.db + ".spill")


def test_rows_that_were_spilled_survive_kill_9(tmp_path, simulator):
    router = Router(tmp_path, simulator)
    with locked(router.db):
        ids = ask(router, 10)
        router.stop(signal.SIGKILL)
    again = Router(tmp_path, simulator)
    try:
        assert sorted(stored(again)) == sorted(ids)
        assert assert_stats_equal_ledger(again.url, again.db) == 10
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
        assert_stats_equal_ledger(router.url, router.db)
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
    assert assert_stats_equal_ledger(router.url, router.db) == 15


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


class Crowd(threading.Thread):
    """Clients that ask one local question after the other, until they are stopped. `answered` are
    the ids of answers that came whole; anything else is in `failed`."""

    def __init__(self, router, clients=8):
        super().__init__()
        self.host, self.port = router.url.removeprefix("http://").split(":")
        self.clients, self.stopped = clients, False
        self.answered, self.failed = [], []
        self._changed = threading.Condition()
        self.start()

    def run(self):
        async def everybody():
            await asyncio.gather(*(self._client() for _ in range(self.clients)))
        asyncio.run(everybody())

    async def _client(self):
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            while not self.stopped:
                writer.write(request_bytes("/v1/chat/completions", QUESTION))
                status, headers, body = await read_answer(reader)
                self._note(status, headers["x-router-request-id"].upper(), body)
            writer.close()
        except (OSError, asyncio.IncompleteReadError, KeyError) as fault:
            self._note(0, repr(fault), b"")

    def _note(self, status, request_id, body):
        with self._changed:
            whole = status == 200 and b'"finish_reason":"stop"' in body
            (self.answered if whole else self.failed).append(request_id)
            self._changed.notify_all()

    def wait_for_more(self, count, timeout=60):
        with self._changed:
            wanted = len(self.answered) + count
            assert self._changed.wait_for(
                lambda: len(self.answered) >= wanted or self.failed, timeout), len(self.answered)
            assert self.failed == []

    def finish(self):
        """Ids of all answers; every question was answered."""
        self.stopped = True
        self.join()
        assert self.failed == []
        return self.answered


def write_over(path, begin=4096):
    """Garbage from byte `begin` on, as a stray tool would leave it."""
    pages = os.path.getsize(path) // 4096
    subprocess.run(["dd", "if=/dev/urandom", f"of={path}", "bs=4096", f"seek={begin // 4096}",
                    f"count={pages - begin // 4096}", "conv=notrunc"], check=True,
                   capture_output=True)


def test_a_database_damaged_under_load_is_put_aside(tmp_path, simulator):
    router = Router(tmp_path, simulator)
    crowd = Crowd(router)
    crowd.wait_for_more(3000)  # more rows than the writer's cache holds
    share = router.get("/router/stats")["local_share"]["total"]
    before = set(crowd.answered)
    write_over(router.db)
    # Ids grow, so writing needs few of the old pages; reading finds them out.
    while "damaged_file_put_aside" not in ledger_of(router):
        with contextlib.suppress(urllib.error.HTTPError):
            router.get("/router/queries?limit=1000")
        crowd.wait_for_more(1)
    aside = router.wait_for(r"ledger .*: the file is damaged; it was put aside as (\S+),").group(1)
    wait_for_state(router, "ok")
    crowd.wait_for_more(300)
    assert ledger_of(router)["damaged_file_put_aside"] == aside
    answered = crowd.finish()
    assert aside.startswith(router.db + ".corrupt-") and os.path.getsize(aside) > 1_000_000
    assert len(set(answered)) == len(answered)

    there = set(stored(router))
    assert there <= set(answered)
    assert len(there) >= 300
    # What is not in the new database was acknowledged before SQLite noticed: it is in the old one.
    order = {request_id: place for place, request_id in enumerate(answered)}
    missing = {request_id for request_id in answered if request_id not in there}
    assert before <= missing | there
    latest = max(order[request_id] for request_id in missing)
    assert sum(place > latest for place in order.values()) >= 300
    assert router.sql("PRAGMA integrity_check") == [("ok",)]
    assert not os.path.exists(router.db + ".spill")
    # Routing went on with its counts; statistics begin anew.
    assert router.get("/router/stats")["local_share"]["total"] == len(answered) > share
    assert assert_stats_equal_ledger(router.url, router.db) == len(there)
    assert router.stop() == 0

    again = Router(tmp_path, simulator)
    try:
        assert again.get("/router/stats")["local_share"]["total"] == len(answered)
        assert assert_stats_equal_ledger(again.url, again.db) == len(there)
    finally:
        assert again.stop() == 0


@contextlib.contextmanager
def small_disk(directory, size="6m"):
    """A file system of its own, which can be filled. Needs the right to mount."""
    directory.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs",
                              str(directory)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no right to mount a tmpfs: {mounted.stderr.strip()}")
    try:
        yield directory
    finally:
        subprocess.run(["umount", str(directory)], check=True)


def fill(path):
    """Takes all that is free; the last blocks one by one."""
    with open(path, "ab", buffering=0) as ballast:
        for block in (1 << 16, 1 << 12):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(b"\0" * block)


def test_a_full_disk_stops_no_local_answer_and_loses_no_row(tmp_path, simulator):
    with small_disk(tmp_path / "disk") as disk:
        router = Router(disk, simulator)
        try:
            crowd = Crowd(router)
            crowd.wait_for_more(100)
            for round in range(3):
                fill(disk / "ballast")
                # Neither the database nor the spill file grows: rows wait in memory.
                wait_for_state(router, "failing")
                crowd.wait_for_more(300)
                os.remove(disk / "ballast")
                wait_for_state(router, "ok")
                crowd.wait_for_more(100)
            answered = crowd.finish()
            assert sorted(stored(router)) == sorted(answered)
            assert router.sql("PRAGMA integrity_check") == [("ok",)]
            assert assert_stats_equal_ledger(router.url, router.db) == len(answered)
            assert not os.path.exists(router.db + ".spill")
        finally:
            assert router.stop() == 0
