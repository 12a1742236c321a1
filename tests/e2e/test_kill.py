"""kill -9 at random moments under 200 streams, and SIGTERM under 500: nothing is missing, nothing
is there twice. LLM_KILLS and LLM_TERMS ask for more rounds, LLM_SEED for other moments:

    LLM_KILLS=1000 pytest tests/e2e/test_kill.py -s
"""
import asyncio
import json
import os
import random
import signal
import time
from collections import Counter

from conftest import Router, Simulator
from ledger_truth import assert_stats_equal_ledger
from provider import Provider

KILLS = int(os.environ.get("LLM_KILLS", "5"))
TERMS = int(os.environ.get("LLM_TERMS", "2"))
KILLS_PER_LEDGER = 25  # every row is checked after each kill
SEED = int(os.environ.get("LLM_SEED", "20261121"))
STREAMS = 200
CLIENTS = 260  # some are between two queries
DRAIN_SECONDS = 10


class Crowd:
    """Clients that stream one answer after the other; every second one asks for the external model.
    Each query carries a tag of its own, in its prompt and as its session."""

    def __init__(self, url, name, size, once=False):
        self.host, self.port = url.removeprefix("http://").split(":")
        self.name, self.size, self.once = name, size, once
        self.begun, self.answered = set(), set()
        self.open = 0
        self.refused = []  # heads of answers other than 200

    async def run(self):
        await asyncio.gather(*(self._client(number) for number in range(self.size)))

    async def _client(self, number):
        try:
            reader, writer = await asyncio.open_connection(self.host, self.port)
            count = 0
            while count == 0 or not self.once:
                await self._query(reader, writer, f"tag-{self.name}-{number}-{count}", number % 2)
                count += 1
            writer.close()
        except (OSError, asyncio.IncompleteReadError):
            pass

    async def _query(self, reader, writer, tag, external):
        body = json.dumps({"model": "auto", "stream": True, "messages": [
            {"role": "user", "content": f"What is the capital of {tag}?"}]}).encode()
        route = "external" if external else "local"
        writer.write((f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                      f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                      f"x-router-session: {tag}\r\n"
                      f"x-router-route: {route}\r\n\r\n").encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            self.refused.append(head)
            raise asyncio.IncompleteReadError(b"", None)
        self.begun.add(tag)
        self.open += 1
        try:
            text = b""
            while not text.endswith(b"0\r\n\r\n"):
                block = await reader.read(65536)
                if not block:
                    raise asyncio.IncompleteReadError(b"", None)
                text += block
                if b"data: [DONE]" in text:
                    self.answered.add(tag)
        finally:
            self.open -= 1


def settings(provider):
    return {"LLM_BASE_URL": provider.url, "LLM_API_KEY": "none", "LLM_LOCAL_THRESHOLD": "0",
            "LLM_EXTERNAL_MODEL": "openai/gpt-4o-mini", "LLM_LOCAL_PARALLEL": "600",
            "LLM_ROUTER_DRAIN_SECONDS": str(DRAIN_SECONDS)}


def run_until(crowd, end_it):
    async def everybody():
        clients = asyncio.create_task(crowd.run())
        await end_it(crowd, clients)
        await clients
    asyncio.run(everybody())


def check(router, provider, answered):
    """Every promise at once, against what the provider and the clients saw."""
    rows = router.sql("SELECT request_id, attempt, session, status, is_final, locality, cost, "
                      "cost_worst_case FROM attempts")
    assert len({(row[0], row[1]) for row in rows}) == len(rows), "duplicate attempts"
    finals = [row[2] for row in rows if row[4]]
    assert len(set(finals)) == len(finals), "a query counted twice"
    assert {row[2] for row in rows} == set(finals), "a query without a final row"
    sent = {row[2] for row in rows if row[5] == "external"}
    assert set(provider.seen) <= sent, f"dispatched without a row: {set(provider.seen) - sent}"
    assert len(set(provider.seen)) == len(provider.seen), "sent twice"
    closed = {row[2] for row in rows if row[3] == "ok"}
    assert answered <= closed, f"answered without a closed row: {answered - closed}"
    for row in rows:
        if row[5] == "external" and row[3] == "interrupted":
            assert row[6] > 0 and row[7] == 1, f"no worst case: {row}"
    assert router.sql("SELECT COUNT(*) FROM attempts WHERE status = 'open'") == [(0,)]
    assert router.sql("PRAGMA integrity_check") == [("ok",)]
    assert assert_stats_equal_ledger(router.url, router.db) == len(finals)
    return len(rows), sum(row[3] == "interrupted" for row in rows)


class KillRounds:
    """Kills one router after the other on one ledger, and checks all of it after each."""

    def __init__(self, path, simulator, moments):
        self.path, self.simulator, self.moments = path, simulator, moments
        self.provider = Provider()
        self.answered, self.streams, self.refused = set(), [], []
        self.rows = self.interrupted = 0

    def run(self, number):
        router = Router(self.path, self.simulator, **settings(self.provider))
        crowd = Crowd(router.url, f"k{number}", CLIENTS)

        async def kill(crowd, clients):
            while crowd.open < STREAMS and not clients.done():
                await asyncio.sleep(0)
            await asyncio.sleep(self.moments.uniform(0, 1.2))
            while crowd.open < STREAMS and not clients.done():
                await asyncio.sleep(0)
            self.streams.append(crowd.open)
            router.child.send_signal(signal.SIGKILL)

        run_until(crowd, kill)
        router.stop()
        self.answered |= crowd.answered
        self.refused += crowd.refused
        again = Router(self.path, self.simulator, **settings(self.provider))
        self.rows, self.interrupted = check(again, self.provider, self.answered)
        assert again.stop() == 0


def test_kill_9_at_random_moments_under_200_streams(tmp_path):
    moments = random.Random(SEED)
    simulator = Simulator("tokens_per_second=20,answer_tokens=10")
    sums, streams = Counter(), []
    try:
        for first in range(0, KILLS, KILLS_PER_LEDGER):
            path = tmp_path / str(first)
            path.mkdir()
            rounds = KillRounds(path, simulator, moments)
            try:
                for number in range(first, min(first + KILLS_PER_LEDGER, KILLS)):
                    rounds.run(number)
            finally:
                rounds.provider.stop()
            streams += rounds.streams
            sums.update(kills=len(rounds.streams), calls=len(rounds.provider.seen),
                        answers=len(rounds.answered), rows=rounds.rows,
                        interrupted=rounds.interrupted, refused=len(rounds.refused))
            print(f"\n{sums['kills']} kills, seed {SEED}, {min(streams)} to {max(streams)} streams "
                  f"open: {sums['calls']} external calls, {sums['answers']} answers, "
                  f"{sums['rows']} rows, {sums['interrupted']} interrupted; missing 0, "
                  f"duplicates 0; {sums['refused']} refused", end="", flush=True)
        assert sums["interrupted"] > 100 * KILLS and sums["answers"] >= 20 * KILLS
    finally:
        simulator.stop()


def test_sigterm_under_500_streams(tmp_path):
    moments = random.Random(SEED)
    simulator = Simulator("tokens_per_second=10,answer_tokens=20")
    provider = Provider(chunks=20, pause=0.1)
    answered, begun, longest = set(), set(), 0
    try:
        for number in range(TERMS):
            router = Router(tmp_path, simulator, **settings(provider))
            crowd = Crowd(router.url, f"t{number}", 500, once=True)
            sent_at = []

            async def terminate(crowd, clients):
                while len(crowd.begun) < 500 and not clients.done():
                    await asyncio.sleep(0)
                await asyncio.sleep(moments.uniform(0, 0.3))
                assert crowd.open >= 400, crowd.open
                sent_at.append(time.monotonic())
                router.child.send_signal(signal.SIGTERM)

            run_until(crowd, terminate)
            assert router.child.wait(timeout=DRAIN_SECONDS + 5) == 0
            assert crowd.refused == []
            longest = max(longest, time.monotonic() - sent_at[0])
            answered |= crowd.answered
            begun |= crowd.begun
        again = Router(tmp_path, simulator, **settings(provider))
        rows, interrupted = check(again, provider, answered)
        assert again.stop() == 0
        assert interrupted == 0
        assert rows == len(begun)
        assert longest < DRAIN_SECONDS
        print(f"\n{TERMS} times SIGTERM under 500 streams: {rows} rows, missing 0, "
              f"longest drain {longest:.1f} s of {DRAIN_SECONDS}")
    finally:
        provider.stop()
        simulator.stop()
